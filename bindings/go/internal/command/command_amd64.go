//go:build linux && !cgo

package command

import _ "embed"

//go:embed mpmeter-linux-amd64
var program []byte

const memfdCreate = 319
