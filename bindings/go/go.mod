module github.com/libmpmeter/libmpmeter/bindings/go

go 1.24
