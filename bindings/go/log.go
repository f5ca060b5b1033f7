package mpmeter

// #include <mpmeter.h>
import "C"

import (
	"context"
	"log/slog"
	"runtime/cgo"
)

// mpmeterGoLog is the library's log callback. Nothing that a log handler does may unwind the C frames beneath: not a panic, and not
// runtime.Goexit (as testing.T.FailNow calls it). So the handler runs in a goroutine of its own, which is waited for.
//
//export mpmeterGoLog
func mpmeterGoLog(handle C.uintptr_t, level C.int32_t, message *C.char) {
	logger := cgo.Handle(handle).Value().(*slog.Logger)
	importance := slog.LevelWarn
	switch level {
	case C.MPMETER_LOG_DEBUG:
		importance = slog.LevelDebug
	case C.MPMETER_LOG_INFO:
		importance = slog.LevelInfo
	}
	text := C.GoString(message)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		logger.Log(context.Background(), importance, text)
	}()
	<-done
}
