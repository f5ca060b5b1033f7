package mpmeter_test

import (
	"errors"
	"flag"
	"os"
	"testing"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
	"github.com/libmpmeter/libmpmeter/bindings/go/internal/sandbox"
)

// The examples run in a container on Fargate of their own; without a sandbox they are skipped.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if sandbox.Find() == "" {
		_ = flag.Set("test.skip", "^Example")
		return m.Run()
	}
	server, err := sandbox.Serve("--scenario", "ecs-fargate")
	if err != nil {
		panic(err)
	}
	defer server.Stop()
	for name, value := range server.Env {
		_ = os.Setenv(name, value)
	}
	key, err := os.ReadFile(server.Env["MPMETER_SANDBOX_PUBLIC_KEY"])
	if err != nil {
		panic(err)
	}
	publicKey, productCode = string(key), server.Product()
	return m.Run()
}

// container starts a sandbox and makes a client in it; change may be nil.
func container(t testing.TB, change func(*mpmeter.Config), arguments ...string) (*mpmeter.Client, *sandbox.Server) {
	t.Helper()
	server := sandbox.Start(t, arguments...)
	return newClient(t, server, change), server
}

func newClient(t testing.TB, server *sandbox.Server, change func(*mpmeter.Config)) *mpmeter.Client {
	t.Helper()
	config := mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: server.Key(t)}}}
	if change != nil {
		change(&config)
	}
	client, err := mpmeter.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// failure is the *Error that err has to be.
func failure(t testing.TB, err error) *mpmeter.Error {
	t.Helper()
	var e *mpmeter.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *mpmeter.Error", err, err)
	}
	return e
}
