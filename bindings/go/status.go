package mpmeter

// #include <mpmeter.h>
import "C"

// Status says what came of a call. The numbers are the C library's, and are never changed or used again.
type Status int32

// String is the C constant's name, such as "MPMETER_E_THROTTLED"; "MPMETER_E_UNKNOWN" for a number that is none.
func (s Status) String() string { return C.GoString(C.mpmeter_status_name(C.mpmeter_status(s))) }

// Action says what to do about it. An unknown number answers [Terminate].
func (s Status) Action() Action { return Action(C.mpmeter_status_action(C.mpmeter_status(s))) }

// Message is one sentence: what it means.
func (s Status) Message() string { return C.GoString(C.mpmeter_status_message(C.mpmeter_status(s))) }

// Fix is one sentence: what usually mends it; "" for [StatusOK].
func (s Status) Fix() string { return C.GoString(C.mpmeter_status_fix(C.mpmeter_status(s))) }

// Statuses lists every status of the library that is loaded, in ascending order.
func Statuses() []Status {
	statuses := make([]Status, int(C.mpmeter_status_count()))
	for i := range statuses {
		statuses[i] = Status(C.mpmeter_status_at(C.int32_t(i)))
	}
	return statuses
}

// Action says what a program is to do. AWS asks a container to stop on every error but throttling.
type Action int32

const (
	Proceed   Action = C.MPMETER_ACTION_PROCEED   // Go on.
	Retry     Action = C.MPMETER_ACTION_RETRY     // A passing condition outlived the deadline: exit and be restarted, or call again.
	Terminate Action = C.MPMETER_ACTION_TERMINATE // Stop. Calling again will not help until somebody changes something.
)

// String is "proceed", "retry" or "terminate" ("terminate" for any other number).
func (a Action) String() string { return C.GoString(C.mpmeter_action_name(C.mpmeter_action(a))) }

// ExitCode is the exit status of the mpmeter command for it: 0 to proceed, 75 (EX_TEMPFAIL of sysexits.h) to retry, 1 to terminate.
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
