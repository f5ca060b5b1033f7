//go:build linux && !cgo

// Package command is the command line mpmeter, as a file that exists in memory only: no path that somebody could
// replace.
//
// The bytes are embedded, one static program a processor: `make go-nocgo` puts them here, and a release's tag holds
// them.
package command

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

const (
	mfdCloexec      = 0x1
	mfdAllowSealing = 0x2
	mfdExec         = 0x10
	addSeals        = 1033 // F_ADD_SEALS
	allSeals        = 0xf  // F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE
	highest         = 64   // Above what a child's standard streams are moved to.
)

var (
	mutex sync.Mutex
	path  string
)

// Path is where the program can be executed by this process. It lies in memory, sealed against changes, for as long as
// the process lives. What failed for want of memory or descriptors is tried again by the next call.
func Path() (string, error) {
	mutex.Lock()
	defer mutex.Unlock()
	if path == "" {
		file, err := inMemory(program)
		if err != nil {
			return "", err
		}
		path = fmt.Sprintf("/proc/self/fd/%d", file)
	}
	return path, nil
}

func inMemory(bytes []byte) (int, error) {
	descriptor, err := create()
	if err != nil {
		return -1, fmt.Errorf("memfd_create: %w", err)
	}
	file := os.NewFile(descriptor, "mpmeter")
	defer file.Close()
	if _, err := file.Write(bytes); err != nil {
		return -1, err
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, descriptor, addSeals, allSeals); errno != 0 {
		return -1, fmt.Errorf("F_ADD_SEALS: %w", errno)
	}
	// A file that is open for writing cannot be executed: it is opened anew, for reading.
	again, err := syscall.Open(fmt.Sprintf("/proc/self/fd/%d", descriptor), syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	high, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(again), syscall.F_DUPFD_CLOEXEC, highest)
	if errno != 0 {
		return again, nil
	}
	_ = syscall.Close(again)
	return int(high), nil
}

// create says that the file is to be executed, which Linux wants to know since 6.3, and did not understand before.
func create() (uintptr, error) {
	name := []byte("mpmeter\x00")
	var errno syscall.Errno
	for _, flags := range []uintptr{mfdCloexec | mfdAllowSealing | mfdExec, mfdCloexec | mfdAllowSealing} {
		var descriptor uintptr
		descriptor, _, errno = syscall.Syscall(memfdCreate, uintptr(unsafe.Pointer(&name[0])), flags, 0)
		if errno == 0 {
			return descriptor, nil
		}
	}
	return 0, errno
}
