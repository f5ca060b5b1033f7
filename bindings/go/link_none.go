//go:build !linux

package mpmeter

// The library is Linux's; better one clear line from the compiler than many unclear ones.
var _ = libmpmeter_needs_linux
