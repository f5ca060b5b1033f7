package mpmeter

// #include <mpmeter.h>
import "C"

import (
	"log/slog"
	"runtime/cgo"
)

// mpmeterGoLog is the library's log callback.
//
//export mpmeterGoLog
func mpmeterGoLog(handle C.uintptr_t, level C.int32_t, message *C.char) {
	writeLog(cgo.Handle(handle).Value().(*slog.Logger), int(level), C.GoString(message))
}
