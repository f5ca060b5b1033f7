package mpmeter

import (
	"context"
	"math"
)

// Diagnosis says why a registration would fail in the place where the program runs. It holds no secret.
type Diagnosis struct {
	// Status is that of the first check that failed, with which a registration would end as far as can be told;
	// [StatusOK] if none did.
	Status Status
	// JSON is the whole of it as one object: status, code, action, message and fix of the first failure, and checks, an
	// array of {id, title, outcome, seen, advice, status, elapsed_ms} in which a cause stands before what follows from
	// it. include/mpmeter.h has all of it.
	JSON []byte
}

// DiagnoseOption changes one [Diagnose].
type DiagnoseOption func(*diagnoseOptions)

type diagnoseOptions struct{ flags uint32 }

// SendRegistration sends one registration of the only product code, and says what AWS's answer means.
func SendRegistration() DiagnoseOption {
	return func(options *diagnoseOptions) { options.flags |= diagnoseRegister }
}

// Diagnose looks why a registration fails, or would fail, in the place where the program runs: platform, Region,
// certificates, proxies, clock, endpoint, credentials, public keys, product codes. It changes nothing, and takes a
// minute at most, or until [Config.Deadline]. A public key that cannot be used is found, not refused; none is needed.
//
// When ctx ends, so does the call, within 100 ms: with [ErrCancelled] or [ErrDeadline], which wraps ctx.Err() and
// [context.Cause].
//
// Errors: [ErrInvalidArgument]; [ErrCancelled]; [ErrDeadline], of ctx alone; [ErrOutOfMemory]; [ErrInternal].
func Diagnose(
	ctx context.Context, config Config, productCodes []string, options ...DiagnoseOption,
) (*Diagnosis, error) {
	if ctx == nil {
		return nil, invalidArgument("the context is nil")
	}
	var chosen diagnoseOptions
	for _, option := range options {
		if option != nil {
			option(&chosen)
		}
	}
	if len(productCodes) > math.MaxInt32 {
		return nil, invalidArgument("there are too many product codes")
	}
	settings, err := config.settings()
	if err != nil {
		return nil, err
	}
	for _, code := range productCodes {
		if err := checkText("a product code", code); err != nil {
			return nil, err
		}
	}
	return untilDiagnosed(ctx, func(stop *cancellation) (*Diagnosis, *Error) {
		return diagnose(stop, settings, config.Logger, productCodes, chosen.flags)
	})
}

// DiagnoseMetering looks why metering fails, or would fail, in the place where the program runs: Region, role (by a dry
// run, which meters nothing), the journal's place and content, names of dimensions, usage held, other senders. It makes
// no journal and changes none; no public key is needed. productCode may be "", and then AWS is not asked; journal, a
// path that need not be there yet, may be "" as well. The first of the dimensions is that of the dry run.
//
// ctx and the errors are those of [Diagnose].
func DiagnoseMetering(
	ctx context.Context, config Config, productCode, journal string, dimensions ...string,
) (*Diagnosis, error) {
	if ctx == nil {
		return nil, invalidArgument("the context is nil")
	}
	if len(dimensions) > math.MaxInt32 {
		return nil, invalidArgument("there are too many dimensions")
	}
	settings, err := config.settings()
	if err != nil {
		return nil, err
	}
	if err := checkText("the product code", productCode); err != nil {
		return nil, err
	}
	if err := checkText("the journal's path", journal); err != nil {
		return nil, err
	}
	for _, name := range dimensions {
		if err := checkText("a dimension", name); err != nil {
			return nil, err
		}
	}
	return untilDiagnosed(ctx, func(stop *cancellation) (*Diagnosis, *Error) {
		return diagnoseMetering(stop, settings, config.Logger, productCode, journal, dimensions)
	})
}

func untilDiagnosed(ctx context.Context, call func(*cancellation) (*Diagnosis, *Error)) (*Diagnosis, error) {
	stop, err := newCancellation()
	if err != nil {
		return nil, err
	}
	defer stop.free()
	var found *Diagnosis
	err = untilDone(ctx, stop, func() (err *Error) {
		found, err = call(stop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
