package funcapp

import (
	"debug/elf"
	"fmt"
)

// CheckProgram says why the host could not start the program: it is started on
// linux/amd64, where no library is promised to be.
func CheckProgram(program string) error {
	file, err := elf.Open(program)
	if err != nil {
		return fmt.Errorf("%s is no program for Linux: %w", program, err)
	}
	defer file.Close()
	if file.Class != elf.ELFCLASS64 || file.Machine != elf.EM_X86_64 {
		return fmt.Errorf("%s is for %v %v, and the host needs %v %v", program, file.Class, file.Machine, elf.ELFCLASS64, elf.EM_X86_64)
	}
	if file.Type != elf.ET_EXEC && file.Type != elf.ET_DYN {
		return fmt.Errorf("%s is %v, not a program", program, file.Type)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			return fmt.Errorf("%s is linked dynamically, and the host's machine may lack the libraries; build with CGO_ENABLED=0", program)
		}
	}
	return nil
}
