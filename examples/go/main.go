// A paid product's start: it runs only if AWS Marketplace says so.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

const productCode = "4w1vgsrkqdkypbz43g7qkk4uz"

//go:embed public-key.pem
var publicKey string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := register(ctx); ctx.Err() != nil {
		os.Exit(143) // A signal came first.
	} else if err != nil {
		slog.Error("not registered", "error", err)
		os.Exit(mpmeter.ActionOf(err).ExitCode()) // 75: try again later. 1: stop.
	}
	fmt.Println("registered: the product begins here")
}

func register(ctx context.Context) error {
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: 1, PEM: publicKey}},
		Logger: slog.Default()})
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.RegisterUsage(ctx, productCode)
	return err
}
