package mpmeter_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

func TestRegistration(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-ec2")
	before := time.Now()
	r, err := client.RegisterUsage(context.Background(), server.Product())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(r.Signature, ".") != 2 || len(r.Nonce) < 32 || r.RequestID == "" {
		t.Errorf("%+v", *r)
	}
	if r.IssuedAt.Sub(before).Abs() > time.Minute || r.IssuedAt.Location() != time.UTC ||
		r.Elapsed > time.Since(before)+time.Millisecond {
		t.Errorf("issued %v, took %v", r.IssuedAt, r.Elapsed)
	}
	want := mpmeter.Registration{
		ProductCode: server.Product(), ProductKind: mpmeter.Paid, PublicKeyVersion: 1, Verified: true,
		Region:       "eu-west-3",
		RegionSource: "ecs-task-metadata", CredentialsSource: "ecs-task-role", Platform: "ecs", Attempts: 1,
		Nonce: r.Nonce, Signature: r.Signature, IssuedAt: r.IssuedAt, RequestID: r.RequestID, Elapsed: r.Elapsed,
	}
	if *r != want {
		t.Errorf("got %+v, want %+v", *r, want)
	}
}

// Each status that can be met from outside, met once through the binding. What else each answer holds is the
// conformance table's to check.
func TestEachStatusIsMet(t *testing.T) {
	short := func(config *mpmeter.Config) { config.Deadline = 700 * time.Millisecond }
	for _, row := range []struct {
		sandbox []string
		change  func(*mpmeter.Config)
		want    error
	}{
		{[]string{"--scenario", "ec2", "--fault", "imds-403"}, short, mpmeter.ErrRegionNotFound},
		{[]string{"--scenario", "ecs-fargate", "--region", "ap-east-1", "--fault", "api-disabled"}, nil,
			mpmeter.ErrRegionUnsupported},
		{[]string{"--scenario", "local", "--unset", "AWS_ACCESS_KEY_ID", "--unset", "AWS_SECRET_ACCESS_KEY", "--set",
			"AWS_EC2_METADATA_DISABLED=true"}, nil, mpmeter.ErrCredentialsNotFound},
		{[]string{"--scenario", "eks-irsa", "--fault", "sts-access-denied"}, nil, mpmeter.ErrCredentialsRejected},
		{[]string{"--scenario", "ecs-fargate", "--fault", "reset"}, short, mpmeter.ErrNetwork},
		{[]string{"--scenario", "ecs-fargate", "--fault", "tls-self-signed"}, nil, mpmeter.ErrTLS},
		{[]string{"--scenario", "ecs-fargate", "--fault", "hang"}, short, mpmeter.ErrDeadline},
		{[]string{"--scenario", "ecs-fargate", "--fault", "not-json"}, short, mpmeter.ErrBadResponse},
		{[]string{"--scenario", "ecs-fargate", "--fault", "not-entitled"}, nil, mpmeter.ErrCustomerNotEntitled},
		{[]string{"--scenario", "eks-pod-identity"}, nil, mpmeter.ErrPlatformNotSupported},
		{[]string{"--scenario", "ecs-fargate", "--fault", "invalid-region"}, nil, mpmeter.ErrInvalidRegion},
		{[]string{"--scenario", "ecs-fargate", "--fault", "invalid-product-code"}, nil, mpmeter.ErrInvalidProductCode},
		{[]string{"--scenario", "ecs-fargate", "--fault", "invalid-public-key-version"}, nil,
			mpmeter.ErrInvalidPublicKeyVersion},
		{[]string{"--scenario", "ecs-fargate", "--fault", "api-disabled"}, nil, mpmeter.ErrAPIDisabled},
		{[]string{"--scenario", "ecs-fargate", "--fault", "access-denied"}, nil, mpmeter.ErrAccessDenied},
		{[]string{"--scenario", "ecs-fargate", "--fault", "not-authenticated"}, nil, mpmeter.ErrNotAuthenticated},
		{[]string{"--scenario", "ecs-fargate", "--fault", "throttle"}, short, mpmeter.ErrThrottled},
		{[]string{"--scenario", "ecs-fargate", "--fault", "internal-error"}, short, mpmeter.ErrServiceUnavailable},
		{[]string{"--scenario", "ecs-fargate", "--fault", "unknown-error"}, nil, mpmeter.ErrService},
		{[]string{"--scenario", "ecs-fargate", "--fault", "token-garbage"}, nil, mpmeter.ErrTokenMalformed},
		{[]string{"--scenario", "ecs-fargate", "--fault", "token-alg-none"}, nil, mpmeter.ErrTokenAlgorithm},
		{[]string{"--scenario", "ecs-fargate", "--fault", "token-wrong-key"}, nil, mpmeter.ErrTokenSignature},
		{[]string{"--scenario", "ecs-fargate", "--fault", "token-wrong-nonce"}, nil, mpmeter.ErrTokenClaims},
	} {
		t.Run(strings.Join(row.sandbox[1:], " "), func(t *testing.T) {
			if testing.Short() {
				t.Skip("short")
			}
			client, server := container(t, row.change, row.sandbox...)
			registration, err := client.RegisterUsage(context.Background(), server.Product())
			if !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if registration != nil {
				t.Error("there is a registration all the same")
			}
			if e := failure(t, err); e.Message == "" || e.Fix == "" || e.Action != e.Status.Action() {
				t.Errorf("%+v", *e)
			}
		})
	}
}

func TestErrorFields(t *testing.T) {
	client, server := container(t, nil, "--scenario", "eks-irsa", "--fault", "not-entitled")
	_, err := client.RegisterUsage(context.Background(), server.Product())
	e := failure(t, err)
	if e.HTTPStatus != 400 || e.AWSType != "CustomerNotEntitledException" || e.RequestID == "" ||
		e.Region != "eu-west-3" ||
		e.RegionSource != "AWS_REGION" || e.CredentialsSource != "eks-irsa" || e.Platform != "eks" || e.Attempts != 1 ||
		e.Elapsed > time.Minute {
		t.Errorf("%+v", *e)
	}
	if want := "mpmeter: " + e.Message + " (MPMETER_E_CUSTOMER_NOT_ENTITLED)"; err.Error() != want {
		t.Errorf("Error() = %q, want %q", err, want)
	}
}

func TestArgumentsOfRegisterUsage(t *testing.T) {
	_, key := vendor()
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, row := range []struct{ name, code, nonce string }{
		{"no code", "", "n"},
		{"a space", "a b", "n"},
		{"NUL in the code", "code\x00", "n"},
		{"not UTF-8", "\xff", "n"},
		{"256 characters", strings.Repeat("a", 256), "n"},
		{"an empty nonce", "code", ""},
		{"NUL in the nonce", "code", "n\x00"},
		{"a nonce of 256 bytes", "code", strings.Repeat("a", 256)},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := client.RegisterUsage(context.Background(), row.code, mpmeter.WithNonce(row.nonce), nil)
			if !errors.Is(err, mpmeter.ErrInvalidArgument) {
				t.Errorf("got %v", err)
			}
		})
	}
	//lint:ignore SA1012 that nil is refused is what is tested
	if _, err := client.RegisterUsage(nil, "code"); !errors.Is(err, mpmeter.ErrInvalidArgument) {
		t.Errorf("a nil context: %v", err)
	}
}

func TestClientsThatAreNone(t *testing.T) {
	for name, client := range map[string]*mpmeter.Client{"nil": nil, "zero": {}} {
		if _, err := client.RegisterUsage(context.Background(), "code"); !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := client.FindRegion(context.Background()); !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := client.Verify(mpmeter.Proof{}); !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		if err := client.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// requests are the RegisterUsage requests in the sandbox's log.
func requests(t *testing.T, file string) (count int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var entry struct{ Service string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Service == "metering" {
			count++
		}
	}
	return count
}

func TestManyGoroutinesAreOneRequest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "throttle:1", "--log", file)
	var group sync.WaitGroup
	nonces := make([]string, 40)
	for i := range nonces {
		group.Add(1)
		go func() {
			defer group.Done()
			registration, err := client.RegisterUsage(context.Background(), server.Product())
			if err != nil {
				t.Error(err)
				return
			}
			nonces[i] = registration.Nonce
		}()
	}
	group.Wait()
	for _, nonce := range nonces {
		if nonce != nonces[0] {
			t.Fatalf("registrations differ: %v", nonces)
		}
	}
	if got := requests(t, file); got != 2 {
		t.Errorf("%d requests, want the throttled one and another", got)
	}
	if _, err := client.RegisterUsage(context.Background(), server.Product()); err != nil || requests(t, file) != 2 {
		t.Errorf("a later call: %v, %d requests", err, requests(t, file))
	}
}

// The profiler interrupts system calls with SIGPROF, thousands of times.
func TestRegistersUnderTheProfiler(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "profile"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		t.Skip(err)
	}
	defer pprof.StopCPUProfile()
	var stop atomic.Bool
	defer stop.Store(true)
	go func() {
		for !stop.Load() {
			runtime.Gosched()
		}
	}()
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "throttle:2")
	if _, err := client.RegisterUsage(context.Background(), server.Product()); err != nil {
		t.Error(err)
	}
}
