package funcapp

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// timeSpan is .NET's constant TimeSpan format: [d.]hh:mm[:ss[.fffffff]].
var timeSpan = regexp.MustCompile(`^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$`)

// timeSpanOr reads a TimeSpan, or takes the default where there is none. "-1" is no limit, written as zero.
func timeSpanOr(text string, otherwise time.Duration) (time.Duration, error) {
	switch text {
	case "":
		return otherwise, nil
	case "-1":
		return 0, nil
	}
	m := timeSpan.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is not a TimeSpan such as 00:10:00", text)
	}
	number := func(digits string) int64 {
		n, _ := strconv.ParseInt(digits, 10, 64) // absent or digits only; a number too large is not a TimeSpan anyone writes
		return n
	}
	hours, minutes, seconds := number(m[2]), number(m[3]), number(m[4])
	if hours > 23 || minutes > 59 || seconds > 59 {
		return 0, fmt.Errorf("%q is not a TimeSpan: hours, minutes or seconds out of range", text)
	}
	total := time.Duration(number(m[1])*24+hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second
	if m[5] != "" {
		ticks := (m[5] + "0000000")[:7]
		total += time.Duration(number(ticks)) * 100 * time.Nanosecond
	}
	if total == 0 {
		return 0, fmt.Errorf("%q is no time at all", text)
	}
	return total, nil
}
