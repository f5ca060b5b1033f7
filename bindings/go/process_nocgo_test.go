//go:build !cgo && linux

package mpmeter

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asCommand lets a shell script stand in for the embedded program.
func asCommand(t *testing.T, script string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mpmeter")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := commandPath
	commandPath = func() (string, error) { return path, nil }
	t.Cleanup(func() { commandPath = before })
}

// within fails if a call does not end.
func within(t *testing.T, limit time.Duration, call func() *Error) *Error {
	t.Helper()
	done := make(chan *Error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		t.Fatal("the call does not end")
		return nil
	}
}

func TestAProcessThatComplainsALotIsHeard(t *testing.T) {
	asCommand(t, `head -c 300000 /dev/zero | tr '\0' x >&2; read -r line; echo '{"code": 0}'`)
	err := within(t, time.Minute, func() *Error {
		_, err := perform(nil, os.Environ(), nil, request{Function: "new"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACancellationEndsAProcessThatDoesNotReadItsRequest(t *testing.T) {
	asCommand(t, "exec sleep 1000")
	stop, _ := newCancellation()
	time.AfterFunc(100*time.Millisecond, stop.cancel)
	long := []setting{{Set: "public_key", Text: strings.Repeat("x", 300_000)}}
	err := within(t, time.Minute, func() *Error {
		_, err := perform(stop, os.Environ(), nil, request{Function: "new", Settings: long})
		return err
	})
	if err == nil || err.Status != StatusCancelled {
		t.Fatalf("got %v", err)
	}
}

// In a process of its own: the limit is the process's.
func TestAShortageOfDescriptorsPasses(t *testing.T) {
	if os.Getenv("MPMETER_TEST_SHORTAGE") == "" {
		again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		again.Env = append(os.Environ(), "MPMETER_TEST_SHORTAGE=1")
		if out, err := again.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	call := func() *Error {
		_, err := perform(nil, os.Environ(), nil, request{
			Function: "endpoint", Arguments: arguments{Region: "eu-west-3"},
		})
		return err
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	short := before
	short.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &short); err != nil {
		t.Fatal(err)
	}
	err := call()
	if failed := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); failed != nil {
		t.Fatal(failed)
	}
	if err == nil || err.Status != StatusOutOfMemory {
		t.Fatalf("got %v", err)
	}
	if err := call(); err != nil {
		t.Fatal(err)
	}
}
