//go:build !cgo && linux

package mpmeter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/libmpmeter/libmpmeter/bindings/go/internal/command"
)

// patience is how long a process may go on after it was cancelled. It ends within 100 ms.
const patience = 10 * time.Second

var commandPath = command.Path

// perform makes one call in a process of its own. The process reads the request, and takes the end of its standard
// input for a cancellation, so it ends with this one, however that ends. stop may be nil.
func perform(stop *cancellation, environment []string, logger *slog.Logger, asked request) (*answer, *Error) {
	line, err := json.Marshal(asked)
	if err != nil {
		return nil, internal(err.Error())
	}
	path, err := commandPath()
	if err != nil {
		return nil, unstartable(err, ", and memfd_create(2)")
	}
	process, pipes, err := start(path, environment)
	if err != nil {
		return nil, unstartable(err, "")
	}
	defer pipes.close()

	ended, written, watched := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		_, _ = pipes.stdin.Write(append(line, '\n')) // One that died before it had read says so itself.
	}()
	go func() {
		defer close(watched)
		var cancelled <-chan struct{}
		if stop != nil {
			cancelled = stop.done
		}
		select {
		case <-ended:
			return
		case <-cancelled:
		}
		late := time.After(patience)
		select {
		case <-written: // Half a request would be a faulty one.
			_ = pipes.stdin.Close()
		case <-late:
			_ = process.Kill()
			return
		}
		select {
		case <-ended:
		case <-late:
			_ = process.Kill()
		}
	}()
	complaint := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(io.LimitReader(pipes.stderr, 4096))
		complaint <- strings.TrimSpace(string(text))
		_, _ = io.Copy(io.Discard, pipes.stderr) // Or a process that says more would wait for a reader.
	}()

	outcome := read(pipes.stdout, logger)
	close(ended)
	<-watched
	_ = pipes.stdin.Close()
	state, waitErr := process.Wait() // A reaper of orphans may have been faster.
	said := <-complaint
	if outcome != nil {
		if failed := outcome.err(asked.Settings); failed != nil {
			return nil, failed
		}
		return outcome, nil
	}
	if stop != nil && stop.cancelled() {
		return nil, errorOf(StatusCancelled)
	}
	if strings.Contains(said, "memory is exhausted") {
		return nil, errorOf(StatusOutOfMemory)
	}
	how := "without an answer"
	if waitErr == nil {
		how = state.String()
	}
	if said != "" {
		how += ", and said: " + said
	}
	return nil, internal("the embedded mpmeter ended: " + how)
}

// unstartable is why there is no process. A shortage may pass.
func unstartable(err error, more string) *Error {
	for _, shortage := range []error{syscall.EAGAIN, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, shortage) {
			short := withMessage(StatusOutOfMemory, "the embedded mpmeter cannot be run: "+err.Error())
			short.Fix = "Give the container more memory, processes or open files."
			return short
		}
	}
	return internal("the embedded mpmeter cannot be run: " + err.Error() +
		". It needs /proc, which container runtimes mount" + more)
}

// read hands on the log, and returns the outcome, or nil if the process ended without one.
func read(stdout io.Reader, logger *slog.Logger) *answer {
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var found answer
			if json.Unmarshal(line, &found) == nil {
				if found.Code != nil {
					return &found
				}
				if found.Log != nil && logger != nil {
					writeLog(logger, found.Level, *found.Log)
				}
			}
		}
		if err != nil {
			return nil
		}
	}
}

type pipes struct{ stdin, stdout, stderr *os.File }

func (p pipes) close() {
	for _, file := range []*os.File{p.stdin, p.stdout, p.stderr} {
		if file != nil {
			_ = file.Close()
		}
	}
}

// start runs the command line in a process group of its own, so that a terminal's Ctrl-C reaches this program alone,
// which decides.
func start(path string, environment []string) (*os.Process, pipes, error) {
	var ours, theirs pipes
	defer func() { theirs.close() }()
	var failures [3]error
	theirs.stdin, ours.stdin, failures[0] = os.Pipe()
	ours.stdout, theirs.stdout, failures[1] = os.Pipe()
	ours.stderr, theirs.stderr, failures[2] = os.Pipe()
	if err := errors.Join(failures[:]...); err != nil {
		ours.close()
		return nil, pipes{}, err
	}
	process, err := os.StartProcess(path, []string{"mpmeter", "call"}, &os.ProcAttr{
		Env:   environment,
		Files: []*os.File{theirs.stdin, theirs.stdout, theirs.stderr},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		ours.close()
		return nil, pipes{}, err
	}
	return process, ours, nil
}
