//go:build !cgo

package mpmeter

import (
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"
)

// engine is the client without cgo: each call is made by a process of its own, of the command line that is embedded
// here. What the C client keeps between calls is kept here: the environment, what AWS accepted, and which calls are one
// request.
type engine struct {
	settings    []setting
	logger      *slog.Logger
	environment []string

	mutex    sync.Mutex
	flights  []*flight
	accepted []accepted
}

// flight is a registration under way, which every call for the same product and nonce waits for.
type flight struct {
	productCode string
	nonce       *string
	waiting     int // Calls that did not give up.
	stop        *cancellation
	landed      chan struct{}

	registration *Registration
	err          *Error
}

// accepted is a registration that is remembered; fresh if the nonce was the library's own.
type accepted struct {
	registration *Registration
	fresh        bool
}

func newEngine(settings []setting, logger *slog.Logger) (*engine, *Error) {
	e := &engine{settings: settings, logger: logger, environment: os.Environ()}
	if _, err := e.call(nil, "new", arguments{}); err != nil {
		return nil, err
	}
	return e, nil
}

// free lets go of everything. No call is under way, and none follows.
func (e *engine) free() {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.settings, e.logger, e.environment, e.accepted = nil, nil, nil, nil
}

func (e *engine) call(stop *cancellation, function string, arguments arguments) (*answer, *Error) {
	return perform(stop, e.environment, e.logger, request{function, e.settings, e.logger != nil, arguments})
}

func (e *engine) register(stop *cancellation, productCode string, nonce *string) (*Registration, *Error) {
	for {
		f, known := e.board(productCode, nonce)
		if known != nil {
			return known, nil
		}
		select {
		case <-f.landed:
		case <-stop.done:
			if !e.leave(f) {
				return nil, errorOf(StatusCancelled)
			}
			<-f.landed
		}
		if f.err == nil {
			copied := *f.registration
			return &copied, nil
		}
		// The flight was given up by all who waited, just before this call came: it is made anew.
		if f.err.Status == StatusCancelled && !stop.cancelled() {
			continue
		}
		copied := *f.err
		return nil, &copied
	}
}

// board finds what is remembered, or the flight to wait for, which it begins if there is none.
func (e *engine) board(productCode string, nonce *string) (*flight, *Registration) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for _, known := range e.accepted {
		asked := nonce == nil && known.fresh || nonce != nil && *nonce == known.registration.Nonce
		if asked && known.registration.ProductCode == productCode {
			copied := *known.registration
			return nil, &copied
		}
	}
	for _, f := range e.flights {
		same := (nonce == nil) == (f.nonce == nil) && (nonce == nil || *nonce == *f.nonce)
		if same && f.productCode == productCode && f.waiting > 0 {
			f.waiting++
			return f, nil
		}
	}
	f := &flight{productCode: productCode, nonce: nonce, waiting: 1, landed: make(chan struct{})}
	f.stop = &cancellation{done: make(chan struct{})}
	e.flights = append(e.flights, f)
	go e.fly(f)
	return f, nil
}

// leave gives up a flight; true if nobody waits for it any more, so that it is stopped.
func (e *engine) leave(f *flight) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return false
	}
	f.stop.cancel()
	return true
}

func (e *engine) fly(f *flight) {
	found, err := e.call(f.stop, "register_usage", arguments{ProductCode: f.productCode, Nonce: f.nonce})
	if err == nil {
		f.registration, err = found.registration()
	}
	f.err = err
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.flights = slices.DeleteFunc(e.flights, func(other *flight) bool { return other == f })
	if err == nil {
		fresh := f.nonce == nil
		e.accepted = slices.DeleteFunc(e.accepted, func(known accepted) bool {
			return known.registration.ProductCode == f.registration.ProductCode && known.fresh == fresh
		})
		e.accepted = append(e.accepted, accepted{f.registration, fresh})
	}
	close(f.landed)
}

func (e *engine) verify(proof Proof) (*Registration, *Error) {
	found, err := e.call(nil, "verify", arguments{
		Token: proof.Token, ProductCode: proof.ProductCode, PublicKeyVersion: proof.PublicKeyVersion,
		Nonce: &proof.Nonce,
	})
	if err != nil {
		return nil, err
	}
	return found.registration()
}

func (e *engine) findRegion(stop *cancellation) (*Region, *Error) {
	found, err := e.call(stop, "find_region", arguments{})
	if err != nil {
		return nil, err
	}
	return found.Region, nil
}

func diagnose(
	stop *cancellation, settings []setting, logger *slog.Logger, codes []string, flags uint32,
) (*Diagnosis, *Error) {
	asked := arguments{ProductCodes: codes, Flags: flags}
	found, err := perform(stop, os.Environ(), logger, request{"diagnose", settings, logger != nil, asked})
	if err != nil {
		return nil, err
	}
	return &Diagnosis{Status: Status(found.Verdict), JSON: []byte(found.Diagnosis)}, nil
}

func diagnoseMetering(
	stop *cancellation, settings []setting, logger *slog.Logger, productCode, journal string, dimensions []string,
) (*Diagnosis, *Error) {
	asked := arguments{ProductCode: productCode, Journal: journal, Dimensions: dimensions}
	found, err := perform(stop, os.Environ(), logger, request{"diagnose_metering", settings, logger != nil, asked})
	if err != nil {
		return nil, err
	}
	return &Diagnosis{Status: Status(found.Verdict), JSON: []byte(found.Diagnosis)}, nil
}

func endpoint(region string, kinds uint32) (string, *Error) {
	asked := request{Function: "endpoint", Arguments: arguments{Region: region, Kinds: kinds}}
	found, err := perform(nil, os.Environ(), nil, asked)
	if err != nil {
		return "", err
	}
	return found.URL, nil
}

// cancellation stops calls.
type cancellation struct {
	done chan struct{}
	once sync.Once
}

func newCancellation() (*cancellation, *Error) { return &cancellation{done: make(chan struct{})}, nil }

func (stop *cancellation) cancel() { stop.once.Do(func() { close(stop.done) }) }
func (stop *cancellation) free()   {}

func (stop *cancellation) cancelled() bool {
	select {
	case <-stop.done:
		return true
	default:
		return false
	}
}

func version() string { return libraryVersion }

func statusName(s Status) string {
	if row := rowOf(s); row != nil {
		return row.name
	}
	return "MPMETER_E_UNKNOWN"
}

func statusAction(s Status) Action {
	if row := rowOf(s); row != nil {
		return row.action
	}
	return Terminate
}

func statusMessage(s Status) string {
	if row := rowOf(s); row != nil {
		return row.message
	}
	return "The status is not known to this release."
}

func statusFix(s Status) string {
	if row := rowOf(s); row != nil {
		return row.fix
	}
	return "Use a release that knows it."
}

func statuses() []Status {
	all := make([]Status, len(statusTexts))
	for i, row := range statusTexts {
		all[i] = row.status
	}
	return all
}

func rowOf(s Status) *statusText {
	for i := range statusTexts {
		if statusTexts[i].status == s {
			return &statusTexts[i]
		}
	}
	return nil
}

type statusText struct {
	status       Status
	name         string
	action       Action
	message, fix string
}

// milliseconds is a Duration of so many.
func milliseconds(count int64) time.Duration { return time.Duration(count) * time.Millisecond }
