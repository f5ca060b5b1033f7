// Package heap tells tests how much memory C holds. (A test file itself may not use cgo.)
package heap

// #include <malloc.h>
import "C"

// InUse is the number of bytes that are allocated with malloc, in all arenas.
func InUse() int64 {
	C.malloc_trim(0)
	return int64(C.mallinfo2().uordblks)
}
