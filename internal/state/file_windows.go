package state

import (
	"errors"
	"os"
	"syscall"
)

// open opens a file.
func open(path string) (*os.File, error) { return os.Open(path) }

// errorSharingViolation is ERROR_SHARING_VIOLATION:
// https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-
const errorSharingViolation syscall.Errno = 32

// tryLock takes the lock file, or reports that another holds it. A file that is
// open without sharing cannot be opened again.
func tryLock(path string) (unlock func(), held bool, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, false, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	return func() { _ = syscall.CloseHandle(h) }, false, nil
}
