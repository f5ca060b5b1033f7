//go:build !cgo || !linux

package mpmeter

// Without cgo nothing of this package could work; better one clear line from the compiler than many unclear ones.
var _ = libmpmeter_needs_linux_and_CGO_ENABLED_1_and_a_C_compiler
