// A start of Go; with an argument, and a registration.
package main

import (
	"context"
	"os"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

func main() {
	if len(os.Args) > 1 {
		if err := register(); err != nil {
			panic(err)
		}
	}
}

func register() error {
	key, err := os.ReadFile(os.Getenv("BENCH_KEY"))
	if err != nil {
		return err
	}
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: string(key)}}})
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.RegisterUsage(context.Background(), "bench-product", mpmeter.WithNonce("bench-1"))
	return err
}
