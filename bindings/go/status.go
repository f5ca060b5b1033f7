package mpmeter

// Status says what came of a call. The numbers are the C library's, and are never changed or used again.
type Status int32

// String is the C constant's name, such as "MPMETER_E_THROTTLED"; "MPMETER_E_UNKNOWN" for an unknown number.
func (s Status) String() string { return statusName(s) }

// Action says what to do about it. An unknown number answers [Terminate].
func (s Status) Action() Action { return statusAction(s) }

// Message is one sentence: what it means.
func (s Status) Message() string { return statusMessage(s) }

// Fix is one sentence: what usually fixes it; "" for [StatusOK].
func (s Status) Fix() string { return statusFix(s) }

// Statuses lists every status of the library that is loaded, in ascending order.
func Statuses() []Status { return statuses() }

// Action says what a program is to do. AWS asks a container to stop on every error but throttling.
type Action int32

// String is "proceed", "retry" or "terminate" ("terminate" for any other number).
func (a Action) String() string {
	switch a {
	case Proceed:
		return "proceed"
	case Retry:
		return "retry"
	default:
		return "terminate"
	}
}

// ExitCode is the exit status of the mpmeter command for it: 0 to proceed, 75 (EX_TEMPFAIL of sysexits.h) to retry, 1
// to terminate.
func (a Action) ExitCode() int {
	switch a {
	case Proceed:
		return 0
	case Retry:
		return 75
	default:
		return 1
	}
}
