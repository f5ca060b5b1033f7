package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>

extern void mpmeterGoLog(uintptr_t handle, int32_t level, char *message);

static void mpmeter_go_log(void *context, mpmeter_log_level level, const char *message)
{
	mpmeterGoLog((uintptr_t)context, level, (char *)message);
}

// A handle is a number, not an address; only C may call it a pointer.
static mpmeter_status mpmeter_go_set_log(mpmeter_options *options, uintptr_t handle)
{
	return mpmeter_options_set_log(options, mpmeter_go_log, (void *)handle, MPMETER_LOG_DEBUG);
}
*/
import "C"

import (
	"log/slog"
	"runtime/cgo"
	"time"
	"unsafe"
)

// engine is the client with cgo: the C library's.
type engine struct {
	client *C.mpmeter_client
	log    cgo.Handle // 0 without one
}

func newEngine(settings []setting, logger *slog.Logger) (*engine, *Error) {
	options, log, err := newOptions(settings, logger)
	if err != nil {
		return nil, err
	}
	defer C.mpmeter_options_free(options)
	e := &engine{log: log}
	var details *C.mpmeter_error
	status := C.mpmeter_client_new(options, &e.client, &details)
	if err := newError(status, details); err != nil {
		deleteLog(log)
		return nil, err
	}
	return e, nil
}

func (e *engine) free() {
	C.mpmeter_client_free(e.client)
	deleteLog(e.log)
}

// newOptions makes the C options, which the caller frees. The handle is the log's, to be deleted after the last call
// with them; it is 0 without one.
func newOptions(settings []setting, logger *slog.Logger) (*C.mpmeter_options, cgo.Handle, *Error) {
	var options *C.mpmeter_options
	if err := newError(C.mpmeter_options_new(&options), nil); err != nil {
		return nil, 0, err
	}
	for _, s := range settings {
		if err := newError(s.apply(options), nil).refused(s.refused); err != nil {
			C.mpmeter_options_free(options)
			return nil, 0, err
		}
	}
	if logger == nil {
		return options, 0, nil
	}
	log := cgo.NewHandle(logger)
	if err := newError(C.mpmeter_go_set_log(options, C.uintptr_t(log)), nil); err != nil {
		C.mpmeter_options_free(options)
		log.Delete()
		return nil, 0, err
	}
	return options, log, nil
}

func deleteLog(log cgo.Handle) {
	if log != 0 {
		log.Delete()
	}
}

func (s setting) apply(options *C.mpmeter_options) C.mpmeter_status {
	text := C.CString(s.Text)
	defer C.free(unsafe.Pointer(text))
	number := C.int32_t(s.Number)
	switch s.Set {
	// generated: options, by `make generate`
	case "public_key":
		return C.mpmeter_options_add_public_key(options, number, text)
	case "minimum_key_bits":
		return C.mpmeter_options_set_minimum_key_bits(options, number)
	case "trust_product":
		return C.mpmeter_options_trust_product(options, text, C.mpmeter_product_kind(number))
	case "accept_free_products":
		return C.mpmeter_options_accept_free_products(options, number)
	case "unverified":
		return C.mpmeter_options_set_unverified(options, number)
	case "deadline_ms":
		return C.mpmeter_options_set_deadline_ms(options, C.int64_t(s.Number))
	case "app_id":
		return C.mpmeter_options_set_app_id(options, text)
	case "region_policy":
		return C.mpmeter_options_set_region_policy(options, C.mpmeter_region_policy(number))
	// end of generated
	default:
		return C.MPMETER_E_INTERNAL
	}
}

// cancellation stops calls.
type cancellation struct{ pointer *C.mpmeter_cancellation }

func newCancellation() (*cancellation, *Error) {
	stop := new(cancellation)
	if err := newError(C.mpmeter_cancellation_new(&stop.pointer), nil); err != nil {
		return nil, err
	}
	return stop, nil
}

func (stop *cancellation) cancel() { C.mpmeter_cancellation_cancel(stop.pointer) }
func (stop *cancellation) free()   { C.mpmeter_cancellation_free(stop.pointer) }

func (e *engine) register(stop *cancellation, productCode string, nonce *string) (*Registration, *Error) {
	code := C.CString(productCode)
	defer C.free(unsafe.Pointer(code))
	var chosen *C.char
	if nonce != nil {
		chosen = C.CString(*nonce)
		defer C.free(unsafe.Pointer(chosen))
	}
	var out *C.mpmeter_registration
	var details *C.mpmeter_error
	status := C.mpmeter_register_usage(e.client, code, chosen, stop.pointer, &out, &details)
	if err := newError(status, details); err != nil {
		return nil, err
	}
	return newRegistration(out), nil
}

func (e *engine) verify(proof Proof) (*Registration, *Error) {
	token, code, nonce := C.CString(proof.Token), C.CString(proof.ProductCode), C.CString(proof.Nonce)
	defer C.free(unsafe.Pointer(token))
	defer C.free(unsafe.Pointer(code))
	defer C.free(unsafe.Pointer(nonce))
	var out *C.mpmeter_registration
	var details *C.mpmeter_error
	status := C.mpmeter_verify(e.client, token, code, C.int32_t(proof.PublicKeyVersion), nonce, &out, &details)
	if err := newError(status, details); err != nil {
		return nil, err
	}
	return newRegistration(out), nil
}

func (e *engine) findRegion(stop *cancellation) (*Region, *Error) {
	var out *C.mpmeter_region
	var details *C.mpmeter_error
	status := C.mpmeter_region_find(e.client, stop.pointer, &out, &details)
	if err := newError(status, details); err != nil {
		return nil, err
	}
	defer C.mpmeter_region_free(out)
	return &Region{
		Name:      C.GoString(C.mpmeter_region_name(out)),
		Source:    C.GoString(C.mpmeter_region_source(out)),
		Platform:  C.GoString(C.mpmeter_region_platform(out)),
		Supported: C.mpmeter_region_supported(out) != 0,
	}, nil
}

func diagnose(
	stop *cancellation, settings []setting, logger *slog.Logger, codes []string, flags uint32,
) (*Diagnosis, *Error) {
	options, log, err := newOptions(settings, logger)
	if err != nil {
		return nil, err
	}
	defer deleteLog(log)
	defer C.mpmeter_options_free(options)
	array, free := cTexts(codes)
	defer free()
	var out *C.mpmeter_diagnosis
	var details *C.mpmeter_error
	status := C.mpmeter_diagnose(options, array, C.int32_t(len(codes)), C.uint32_t(flags), stop.pointer, &out, &details)
	return newDiagnosis(status, out, details)
}

func diagnoseMetering(
	stop *cancellation, settings []setting, logger *slog.Logger, productCode, journal string, dimensions []string,
) (*Diagnosis, *Error) {
	options, log, err := newOptions(settings, logger)
	if err != nil {
		return nil, err
	}
	defer deleteLog(log)
	defer C.mpmeter_options_free(options)
	code, path := cTextOrNull(productCode), cTextOrNull(journal)
	defer C.free(unsafe.Pointer(code))
	defer C.free(unsafe.Pointer(path))
	array, free := cTexts(dimensions)
	defer free()
	var out *C.mpmeter_diagnosis
	var details *C.mpmeter_error
	status := C.mpmeter_diagnose_metering(
		options, code, path, array, C.int32_t(len(dimensions)), 0, stop.pointer, &out, &details)
	return newDiagnosis(status, out, details)
}

// cTextOrNull is NULL for "".
func cTextOrNull(text string) *C.char {
	if text == "" {
		return nil
	}
	return C.CString(text)
}

func newDiagnosis(
	status C.mpmeter_status, out *C.mpmeter_diagnosis, details *C.mpmeter_error,
) (*Diagnosis, *Error) {
	if err := newError(status, details); err != nil {
		return nil, err
	}
	defer C.mpmeter_diagnosis_free(out)
	return &Diagnosis{
		Status: Status(C.mpmeter_diagnosis_status(out)),
		JSON:   []byte(C.GoString(C.mpmeter_diagnosis_json(out))),
	}, nil
}

func endpoint(region string, kinds uint32) (string, *Error) {
	name := C.CString(region)
	defer C.free(unsafe.Pointer(name))
	var url *C.char
	if err := newError(C.mpmeter_endpoint(name, C.uint32_t(kinds), &url), nil); err != nil {
		return "", err
	}
	defer C.mpmeter_string_free(url)
	return C.GoString(url), nil
}

func version() string { return C.GoString(C.mpmeter_version()) }

func statusName(s Status) string    { return C.GoString(C.mpmeter_status_name(C.mpmeter_status(s))) }
func statusAction(s Status) Action  { return Action(C.mpmeter_status_action(C.mpmeter_status(s))) }
func statusMessage(s Status) string { return C.GoString(C.mpmeter_status_message(C.mpmeter_status(s))) }
func statusFix(s Status) string     { return C.GoString(C.mpmeter_status_fix(C.mpmeter_status(s))) }

func statuses() []Status {
	all := make([]Status, int(C.mpmeter_status_count()))
	for i := range all {
		all[i] = Status(C.mpmeter_status_at(C.int32_t(i)))
	}
	return all
}

// newRegistration copies, and frees the original.
func newRegistration(r *C.mpmeter_registration) *Registration {
	defer C.mpmeter_registration_free(r)
	registration := &Registration{
		ProductCode:       C.GoString(C.mpmeter_registration_product_code(r)),
		ProductKind:       ProductKind(C.mpmeter_registration_product_kind(r)),
		PublicKeyVersion:  int(C.mpmeter_registration_public_key_version(r)),
		Nonce:             C.GoString(C.mpmeter_registration_nonce(r)),
		Verified:          C.mpmeter_registration_verified(r) != 0,
		Signature:         C.GoString(C.mpmeter_registration_signature(r)),
		PublicKeyRotation: C.GoString(C.mpmeter_registration_public_key_rotation(r)),
		Region:            C.GoString(C.mpmeter_registration_region(r)),
		RegionSource:      C.GoString(C.mpmeter_registration_region_source(r)),
		CredentialsSource: C.GoString(C.mpmeter_registration_credentials_source(r)),
		Platform:          C.GoString(C.mpmeter_registration_platform(r)),
		RequestID:         C.GoString(C.mpmeter_registration_request_id(r)),
		Attempts:          int(C.mpmeter_registration_attempts(r)),
		Elapsed:           time.Duration(C.mpmeter_registration_elapsed_ms(r)) * time.Millisecond,
	}
	if seconds := int64(C.mpmeter_registration_issued_at(r)); seconds != 0 {
		registration.IssuedAt = time.Unix(seconds, 0).UTC()
	}
	return registration
}

// newError is nil for MPMETER_OK. It frees details, which may be NULL.
func newError(status C.mpmeter_status, details *C.mpmeter_error) *Error {
	if status == C.MPMETER_OK {
		return nil
	}
	s := Status(status)
	if details == nil {
		return errorOf(s)
	}
	defer C.mpmeter_error_free(details)
	return &Error{
		Status:            s,
		Action:            s.Action(),
		Message:           C.GoString(C.mpmeter_error_message(details)),
		Fix:               C.GoString(C.mpmeter_error_fix(details)),
		HTTPStatus:        int(C.mpmeter_error_http_status(details)),
		AWSType:           C.GoString(C.mpmeter_error_aws_type(details)),
		RequestID:         C.GoString(C.mpmeter_error_request_id(details)),
		Region:            C.GoString(C.mpmeter_error_region(details)),
		RegionSource:      C.GoString(C.mpmeter_error_region_source(details)),
		CredentialsSource: C.GoString(C.mpmeter_error_credentials_source(details)),
		Platform:          C.GoString(C.mpmeter_error_platform(details)),
		Attempts:          int(C.mpmeter_error_attempts(details)),
		Elapsed:           time.Duration(C.mpmeter_error_elapsed_ms(details)) * time.Millisecond,
	}
}

// cTexts copies texts for C, in an array that is C's own. The caller calls free.
func cTexts(texts []string) (array **C.char, free func()) {
	if len(texts) == 0 {
		return nil, func() {}
	}
	memory := (**C.char)(C.calloc(C.size_t(len(texts)), C.size_t(unsafe.Sizeof(array))))
	copies := unsafe.Slice(memory, len(texts))
	for i, text := range texts {
		copies[i] = C.CString(text)
	}
	return memory, func() {
		for _, text := range copies {
			C.free(unsafe.Pointer(text))
		}
		C.free(unsafe.Pointer(memory))
	}
}
