package mpmeter

// #include <mpmeter.h>
// #include <stdlib.h>
import "C"

import "unsafe"

// journal is an open one, with cgo: the C library's meter.
type journal struct{ meter *C.mpmeter_meter }

func (e *engine) openJournal(productCode, path string, flags uint32) (*journal, *Error) {
	code, name := C.CString(productCode), C.CString(path)
	defer C.free(unsafe.Pointer(code))
	defer C.free(unsafe.Pointer(name))
	opened := new(journal)
	var details *C.mpmeter_error
	status := C.mpmeter_meter_open(e.client, code, name, C.uint32_t(flags), &opened.meter, &details)
	if err := newError(status, details); err != nil {
		return nil, err
	}
	return opened, nil
}

func (j *journal) free() { C.mpmeter_meter_free(j.meter) }

func (j *journal) check(stop *cancellation, dimension string) *Error {
	var name *C.char
	if dimension != "" {
		name = C.CString(dimension)
		defer C.free(unsafe.Pointer(name))
	}
	var details *C.mpmeter_error
	status := C.mpmeter_meter_check(j.meter, name, stop.pointer, &details)
	return newError(status, details)
}

func (j *journal) add(dimension, quantity string, tags [][2]string) *Error {
	name, amount := C.CString(dimension), C.CString(quantity)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(amount))
	keys, values := make([]string, len(tags)), make([]string, len(tags))
	for i, tag := range tags {
		keys[i], values[i] = tag[0], tag[1]
	}
	cKeys, freeKeys := cTexts(keys)
	defer freeKeys()
	cValues, freeValues := cTexts(values)
	defer freeValues()
	var details *C.mpmeter_error
	status := C.mpmeter_meter_add(j.meter, name, amount, cKeys, cValues, C.int32_t(len(tags)), &details)
	return newError(status, details)
}

func (j *journal) send(stop *cancellation, flags uint32) *Error {
	var details *C.mpmeter_error
	status := C.mpmeter_meter_send(j.meter, C.uint32_t(flags), stop.pointer, &details)
	return newError(status, details)
}

func (j *journal) nextDue() (int64, *Error) {
	var milliseconds C.int64_t
	var details *C.mpmeter_error
	status := C.mpmeter_meter_next_due(j.meter, &milliseconds, &details)
	return int64(milliseconds), newError(status, details)
}

func (j *journal) report() (string, *Error) {
	var document *C.char
	var details *C.mpmeter_error
	status := C.mpmeter_meter_report(j.meter, &document, &details)
	return ownText(document), newError(status, details)
}

func journalReport(path string) (string, *Error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var document *C.char
	var details *C.mpmeter_error
	status := C.mpmeter_journal_report(name, &document, &details)
	return ownText(document), newError(status, details)
}

func (e *engine) meterUsage(stop *cancellation, usage Usage) (string, *Error) {
	code, dimension, quantity := C.CString(usage.ProductCode), C.CString(usage.Dimension), C.CString(usage.Quantity)
	defer C.free(unsafe.Pointer(code))
	defer C.free(unsafe.Pointer(dimension))
	defer C.free(unsafe.Pointer(quantity))
	var token *C.char
	if usage.ClientToken != "" {
		token = C.CString(usage.ClientToken)
		defer C.free(unsafe.Pointer(token))
	}
	var record *C.char
	var details *C.mpmeter_error
	status := C.mpmeter_meter_usage(e.client, code, dimension, quantity, C.int64_t(usage.seconds()), token,
		C.uint32_t(usage.flags()), stop.pointer, &record, &details)
	return ownText(record), newError(status, details)
}

// ownText copies a text that the library handed out, and frees it.
func ownText(text *C.char) string {
	defer C.mpmeter_string_free(text)
	return C.GoString(text)
}
