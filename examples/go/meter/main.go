// A product that is billed by use: each line of standard input is one request. A goroutine sends what is due, and at
// SIGTERM or the end of input the rest.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

const productCode = "4w1vgsrkqdkypbz43g7qkk4uz"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := serve(ctx, append(os.Args, "usage")[1]); errors.Is(err, context.Canceled) {
		os.Exit(143) // A signal came before it served.
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(mpmeter.ActionOf(err).ExitCode()) // 75: try again later. 1: stop.
	}
}

func serve(ctx context.Context, journal string) error {
	client, err := mpmeter.New(mpmeter.Config{Unverified: true}) // Metering needs no public key.
	if err != nil {
		return err
	}
	defer client.Close()
	meter, err := client.OpenMeter(productCode, journal, mpmeter.MeterConfig{})
	if err != nil {
		return err
	}
	defer meter.Close()
	if err := meter.Check(ctx, "requests"); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	sent := make(chan error, 1)
	go func() {
		sent <- meter.Run(ctx, 25*time.Second, func(err error) { fmt.Fprintln(os.Stderr, err) })
	}()
	go func() {
		defer end()
		for requests := bufio.NewScanner(os.Stdin); requests.Scan(); {
			if err := meter.Add("requests", "1", nil); err != nil { // Once the request is served.
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}()
	return <-sent
}
