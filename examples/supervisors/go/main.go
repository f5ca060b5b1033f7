// A parent that registers once and then starts its workers: a refusal ends the container before there is a worker.
//
//	go build -tags mpmeter_static -o product .
//
// Go programs do not fork; the workers are this program, started again with WORKER set. Only the parent registers, and
// says so through a pipe: the environment belongs to whoever starts the container.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

const (
	productCode = "4w1vgsrkqdkypbz43g7qkk4uz"
	workers     = 4
	registered  = "registered"
)

//go:embed product.pem
var publicKey string

func main() {
	// The first process of a container ignores SIGTERM unless somebody asks for it.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if os.Getenv("WORKER") != "" {
		if said, err := io.ReadAll(io.LimitReader(os.NewFile(3, "parent"), 64)); string(said) != registered {
			slog.Error("not registered: only the parent starts a worker", "error", err)
			os.Exit(1)
		}
		<-ctx.Done() // Here the worker works.
		return
	}
	if err := register(ctx); ctx.Err() != nil {
		os.Exit(143) // A signal came first.
	} else if err != nil {
		slog.Error("not registered", "error", err)
		os.Exit(mpmeter.ActionOf(err).ExitCode()) // 75: try again later. 1: stop.
	}
	os.Exit(parent(ctx))
}

func register(ctx context.Context) error {
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: 1, PEM: publicKey}}})
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.RegisterUsage(ctx, productCode)
	return err
}

// parent starts the workers and waits. If one of them ends, all end, and the platform starts the container again: a
// worker that is started again at once can fail again at once.
func parent(ctx context.Context) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, workers)
	started := 0
	for ; started < workers; started++ {
		worker, err := start(ctx)
		if err != nil {
			slog.Error("a worker was not started", "error", err)
			break
		}
		go func() { ended <- worker.Wait() }()
	}
	if started == workers {
		fmt.Println("registered: the product begins here")
		select {
		case <-ctx.Done():
		case <-ended:
			started--
		}
	}
	status := 75
	if ctx.Err() != nil { // SIGTERM, perhaps before all of them were started.
		status = 0
	}
	cancel()
	for ; started > 0; started-- {
		<-ended
	}
	return status
}

// start starts a worker, with the pipe as its descriptor 3.
func start(ctx context.Context) (*exec.Cmd, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	_, err = write.WriteString(registered)
	write.Close()
	if err != nil {
		return nil, err
	}
	worker := exec.CommandContext(ctx, os.Args[0])
	worker.Env = append(os.Environ(), "WORKER=1")
	worker.Stdout, worker.Stderr = os.Stdout, os.Stderr
	worker.ExtraFiles = []*os.File{read}
	worker.Cancel = func() error { return worker.Process.Signal(syscall.SIGTERM) }
	return worker, worker.Start()
}
