package mpmeter

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Error is why a call failed. Every error that this package returns is a *Error. It holds no secret, and never changes.
type Error struct {
	Status  Status
	Action  Action // What to do about it.
	Message string // What happened and where it was seen, for a log.
	Fix     string // What to do about it, for the engineer on duty.

	HTTPStatus int    // The status of the answer that caused it, or 0 if there was none.
	AWSType    string // The error type that AWS answered, such as "CustomerNotEntitledException", or "".
	RequestID  string // AWS's request id, for a support case, or "".

	Region            string // The Region that was used, or "" if the call did not get so far.
	RegionSource      string // Where it was found: see [Region.Source].
	CredentialsSource string // Where the credentials came from: see [Registration.CredentialsSource].
	Platform          string // "ecs", "fargate", "eks", "ec2" or "none"; "" for a call that does not look.

	Attempts int           // How many RegisterUsage requests were sent.
	Elapsed  time.Duration // From the call to its failure, in milliseconds.

	causes []error
}

// Error is one line: the message and the status.
func (e *Error) Error() string { return "mpmeter: " + e.Message + " (" + e.Status.String() + ")" }

// Is reports whether target is the sentinel of the error's status.
func (e *Error) Is(target error) bool {
	s, ok := target.(sentinel)
	return ok && Status(s) == e.Status
}

// Unwrap returns the context's error and cause, or [ErrClosed], if that is what ended the call.
func (e *Error) Unwrap() []error { return e.causes }

// Timeout reports whether time ran out: the client's, or the context's.
func (e *Error) Timeout() bool { return e.Status == StatusDeadline }

// Text is everything that is known as one line, as mpmeter_error_text() writes it:
// "MPMETER_E_… (terminate): what happened. Fix: what to do. [region=eu-west-3 … attempts=1 elapsed_ms=12]".
func (e *Error) Text() string {
	line := e.Status.String() + " (" + e.Action.String() + "): " + sentence(e.Message)
	if e.Fix != "" {
		line += " Fix: " + sentence(e.Fix)
	}
	line += " ["
	for _, known := range []struct{ key, value string }{
		{"region", e.Region}, {"region_source", e.RegionSource}, {"credentials_source", e.CredentialsSource},
		{"platform", e.Platform}, {"request_id", e.RequestID}, {"aws_type", e.AWSType},
	} {
		if known.value != "" {
			line += known.key + "=" + quoted(known.value) + " "
		}
	}
	if e.HTTPStatus != 0 {
		line += "http_status=" + strconv.Itoa(e.HTTPStatus) + " "
	}
	line += "attempts=" + strconv.Itoa(e.Attempts) +
		" elapsed_ms=" + strconv.FormatInt(e.Elapsed.Milliseconds(), 10) + "]"
	return strings.Map(onOneLine, line)
}

func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") ||
		strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// quoted puts a value in quotes that a reader could not tell from the rest of the line.
func quoted(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == '"' || r == ']' || r == '=' }) {
		return `"` + value + `"`
	}
	return value
}

// onOneLine makes a space of what would move a terminal's cursor: the message may quote a server.
func onOneLine(r rune) rune {
	switch {
	case r <= 0x1F, 0x7F <= r && r <= 0x9F, r == 0x2028, r == 0x2029, 0x202A <= r && r <= 0x202E,
		0x2066 <= r && r <= 0x2069:
		return ' '
	}
	return r
}

// LogValue makes a group of everything that is known.
func (e *Error) LogValue() slog.Value {
	attributes := []slog.Attr{
		slog.String("status", e.Status.String()),
		slog.String("action", e.Action.String()),
		slog.String("message", e.Message),
	}
	for _, text := range []struct{ key, value string }{
		{"fix", e.Fix}, {"aws_type", e.AWSType}, {"request_id", e.RequestID}, {"region", e.Region},
		{"region_source", e.RegionSource},
		{"credentials_source", e.CredentialsSource}, {"platform", e.Platform},
	} {
		if text.value != "" {
			attributes = append(attributes, slog.String(text.key, text.value))
		}
	}
	if e.HTTPStatus != 0 {
		attributes = append(attributes, slog.Int("http_status", e.HTTPStatus))
	}
	return slog.GroupValue(append(attributes, slog.Int("attempts", e.Attempts), slog.Duration("elapsed", e.Elapsed))...)
}

// ActionOf says what to do about an error of this package, wrapped or not: [Proceed] for nil, [Terminate] for an error
// of another origin.
func ActionOf(err error) Action {
	if err == nil {
		return Proceed
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Action
	}
	return Terminate
}

// ErrClosed is wrapped by the errors of calls that [Client.Close] ended, or that came after it.
var ErrClosed = errors.New("mpmeter: the client is closed")

type sentinel Status

func (s sentinel) Error() string { return "mpmeter: " + Status(s).Message() }

// errorOf is an error of which nothing is known but its status.
func errorOf(s Status) *Error {
	return &Error{Status: s, Action: s.Action(), Message: s.Message(), Fix: s.Fix()}
}

func invalidArgument(message string) *Error { return withMessage(StatusInvalidArgument, message) }

func internal(message string) *Error { return withMessage(StatusInternal, message) }

func withMessage(s Status, message string) *Error {
	err := errorOf(s)
	err.Message = message
	return err
}

// endedBy says of a call that was cancelled that the context was the reason. A deadline is not a decision to stop: its
// action is to retry.
func (e *Error) endedBy(ctx context.Context) *Error {
	reason, cause := ctx.Err(), context.Cause(ctx)
	e.Status = StatusCancelled
	if errors.Is(reason, context.DeadlineExceeded) {
		e.Status = StatusDeadline
	}
	e.Action, e.Fix = e.Status.Action(), e.Status.Fix()
	e.Message = "the context ended the call: " + cause.Error()
	e.causes = []error{reason}
	if cause != reason {
		e.causes = append(e.causes, cause)
	}
	return e
}
