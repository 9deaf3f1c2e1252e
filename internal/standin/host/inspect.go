package host

import (
	"errors"
	"fmt"
)

// An Inspection is what the host would make of a staged app.
type Inspection struct {
	// Executable is the path of the handler.
	Executable string
	// Functions are those that the host would start, in order.
	Functions []string
	// Refused says why the host would leave a function out and run the rest.
	Refused map[string]error
}

// Inspect reads a staged app as the host does when it starts, with the app settings in env,
// and starts nothing. The error is why the host would not start the app at all.
func Inspect(dir string, env []string) (Inspection, error) {
	a, err := loadApp(dir, env)
	if err != nil {
		return Inspection{}, err
	}
	if len(a.functions)+len(a.refused) == 0 {
		return Inspection{}, errors.New("no functions: the host would not start the handler")
	}
	return Inspection{Executable: a.executable, Functions: names(a.functions), Refused: a.refused}, nil
}

// CheckSchedule says why the host would not take a schedule, with its settings put in already.
func CheckSchedule(text string) error {
	if setting.MatchString(text) {
		return fmt.Errorf("%q refers to another setting, which the host does not follow here", text)
	}
	_, err := readSchedule(text, nil)
	return err
}
