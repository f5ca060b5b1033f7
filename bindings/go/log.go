package mpmeter

import (
	"context"
	"log/slog"
)

// writeLog hands a line of the library's log to a logger. Nothing that a log handler does may unwind the frames
// beneath: not a panic, and not runtime.Goexit (as testing.T.FailNow calls it). So the handler runs in a goroutine of
// its own, which is waited for.
func writeLog(logger *slog.Logger, level int, message string) {
	importance := slog.LevelWarn
	switch level {
	case logDebug:
		importance = slog.LevelDebug
	case logInfo:
		importance = slog.LevelInfo
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		logger.Log(context.Background(), importance, message)
	}()
	<-done
}
