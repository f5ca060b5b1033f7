//go:build linux && !cgo

package command

import _ "embed"

//go:embed mpmeter-linux-arm64
var program []byte

const memfdCreate = 279
