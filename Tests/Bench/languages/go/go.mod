module start

go 1.24

require github.com/libmpmeter/libmpmeter/bindings/go v0.1.0

replace github.com/libmpmeter/libmpmeter/bindings/go => ../../../../bindings/go
