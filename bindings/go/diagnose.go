package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"math"
	"unsafe"
)

// Diagnosis says why a registration would fail in the place where the program runs. It holds no secret.
type Diagnosis struct {
	// Status is that of the first check that failed, with which a registration would end as far as can be told; [StatusOK] if none did.
	Status Status
	// JSON is the whole of it as one object: status, code, action, message and fix of the first failure, and checks, an array of {id, title, outcome,
	// seen, advice, status, elapsed_ms} in which a cause stands before what follows from it. include/mpmeter.h has all of it.
	JSON []byte
}

// DiagnoseOption changes one [Diagnose].
type DiagnoseOption func(*diagnoseOptions)

type diagnoseOptions struct{ flags C.uint32_t }

// SendRegistration sends one registration of the only product code, and says what AWS's answer means.
func SendRegistration() DiagnoseOption {
	return func(options *diagnoseOptions) { options.flags |= C.MPMETER_DIAGNOSE_REGISTER }
}

// Diagnose looks why a registration fails, or would fail, in the place where the program runs: platform, Region, certificates, proxies, clock, endpoint,
// credentials, public keys, product codes. It changes nothing, and takes a minute at most, or until [Config.Deadline]. A public key that cannot be used is
// found, not refused; none is needed.
//
// When ctx ends, so does the call, within 100 ms: with [ErrCancelled] or [ErrDeadline], which wraps ctx.Err() and [context.Cause].
//
// Errors: [ErrInvalidArgument]; [ErrCancelled]; [ErrDeadline], of ctx alone; [ErrOutOfMemory]; [ErrInternal].
func Diagnose(ctx context.Context, config Config, productCodes []string, options ...DiagnoseOption) (*Diagnosis, error) {
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
	settings, log, err := config.newOptions()
	if err != nil {
		return nil, err
	}
	defer C.mpmeter_options_free(settings)
	if log != 0 {
		defer log.Delete()
	}
	codes, free, err := cTexts("a product code", productCodes)
	defer free()
	if err != nil {
		return nil, err
	}

	var out *C.mpmeter_diagnosis
	failure := untilDone(ctx, func(cancellation *C.mpmeter_cancellation) *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_diagnose(settings, codes, C.int32_t(len(productCodes)), chosen.flags, cancellation, &out, &details)
		return newError(status, details)
	})
	if failure != nil {
		return nil, failure
	}
	defer C.mpmeter_diagnosis_free(out)
	return &Diagnosis{Status: Status(C.mpmeter_diagnosis_status(out)), JSON: []byte(C.GoString(C.mpmeter_diagnosis_json(out)))}, nil
}

// untilDone runs a call that ends when ctx does.
func untilDone(ctx context.Context, call func(*C.mpmeter_cancellation) *Error) error {
	var cancellation *C.mpmeter_cancellation
	if err := newError(C.mpmeter_cancellation_new(&cancellation), nil); err != nil {
		return err
	}
	defer C.mpmeter_cancellation_free(cancellation)
	if ctx.Err() != nil {
		return new(Error).endedBy(ctx)
	}
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		C.mpmeter_cancellation_cancel(cancellation)
		close(cancelled)
	})
	defer func() {
		if !stop() {
			<-cancelled
		}
	}()
	err := call(cancellation)
	switch {
	case err == nil:
		return nil
	case err.Status == StatusCancelled && ctx.Err() != nil:
		return err.endedBy(ctx)
	}
	return err
}

// cTexts copies texts for C, in an array that is C's own. The caller calls free, whatever happened.
func cTexts(name string, texts []string) (array **C.char, free func(), err *Error) {
	if len(texts) == 0 {
		return nil, func() {}, nil
	}
	memory := (**C.char)(C.calloc(C.size_t(len(texts)), C.size_t(unsafe.Sizeof(array))))
	copies := unsafe.Slice(memory, len(texts))
	free = func() {
		for _, text := range copies {
			C.free(unsafe.Pointer(text))
		}
		C.free(unsafe.Pointer(memory))
	}
	for i, text := range texts {
		if copies[i], err = cText(name, text); err != nil {
			return nil, free, err
		}
	}
	return memory, free, nil
}
