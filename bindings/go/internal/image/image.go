// Package image holds the tests of what a container image needs, and of the program in examples/go: they build it and
// run it.
package image
