//go:build mpmeter_static

package mpmeter

// #cgo pkg-config: mpmeter-static
import "C"
