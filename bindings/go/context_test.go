package mpmeter_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
	"github.com/libmpmeter/libmpmeter/bindings/go/internal/heap"
)

// promised is how soon a call ends after its context did.
const promised = 100 * time.Millisecond

// ends runs a call and stops it, several times: the best has to keep the promise, and the worst to be near it, for the
// machine may be busy.
func ends(t *testing.T, call func(context.Context) error, check func(error)) {
	t.Helper()
	best := time.Hour
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		var cancelled time.Time
		timer := time.AfterFunc(150*time.Millisecond, func() { cancelled = time.Now(); cancel() })
		err := call(ctx)
		returned := time.Now()
		timer.Stop()
		cancel()
		if cancelled.IsZero() {
			t.Fatalf("the call ended by itself: %v", err)
		}
		check(err)
		best = min(best, returned.Sub(cancelled))
		if returned.Sub(cancelled) > 20*promised {
			t.Errorf("the call went on for %v", returned.Sub(cancelled))
		}
	}
	if best > promised {
		t.Errorf("the call went on for %v, at best", best)
	}
}

func isCancelled(t *testing.T) func(error) {
	return func(err error) {
		t.Helper()
		e := failure(t, err)
		if !errors.Is(err, mpmeter.ErrCancelled) || !errors.Is(err, context.Canceled) ||
			errors.Is(err, context.DeadlineExceeded) ||
			e.Action != mpmeter.Terminate || e.Fix == "" {
			t.Errorf("%+v", *e)
		}
	}
}

func TestCancel(t *testing.T) {
	for _, fault := range []string{"hang", "throttle", "slow", "credentials-hang"} {
		t.Run(fault, func(t *testing.T) {
			client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", fault)
			ends(t, func(ctx context.Context) error {
				_, err := client.RegisterUsage(ctx, server.Product())
				return err
			}, isCancelled(t))
		})
	}
	t.Run("FindRegion", func(t *testing.T) {
		client, _ := container(t, nil, "--scenario", "ecs-ec2", "--fault", "metadata-hang")
		ends(t, func(ctx context.Context) error {
			_, err := client.FindRegion(ctx)
			return err
		}, isCancelled(t))
	})
}

func TestContextThatHasEnded(t *testing.T) {
	_, key := vendor()
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = client.RegisterUsage(ctx, "code")
	isCancelled(t)(err)

	ctx, cancel = context.WithTimeout(context.Background(), -1)
	defer cancel()
	if _, err = client.RegisterUsage(ctx, "code"); !errors.Is(err, mpmeter.ErrDeadline) ||
		!errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// A deadline is not a decision to stop: the program may try again.
func TestContextDeadline(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "throttle")
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := client.RegisterUsage(ctx, server.Product())
	e := failure(t, err)
	if !errors.Is(err, mpmeter.ErrDeadline) || !errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, mpmeter.ErrCancelled) ||
		e.Action != mpmeter.Retry || !e.Timeout() || e.Attempts == 0 || e.Region != "eu-west-3" {
		t.Errorf("%+v", *e)
	}
	if took := time.Since(begin); took < 290*time.Millisecond || took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestContextCause(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "hang")
	why := errors.New("the pod is being drained")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
	_, err := client.RegisterUsage(ctx, server.Product())
	isCancelled(t)(err)
	if !errors.Is(err, why) || failure(t, err).Message != "the context ended the call: the pod is being drained" {
		t.Error(err)
	}
}

// The one that made the request gives up; the other's call goes on.
func TestCancelOfOneCallLeavesAnotherAlone(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "throttle:2")
	ctx, cancel := context.WithCancel(context.Background())
	first := make(chan error)
	go func() {
		_, err := client.RegisterUsage(ctx, server.Product())
		first <- err
	}()
	time.Sleep(50 * time.Millisecond)
	second := make(chan error)
	go func() {
		_, err := client.RegisterUsage(context.Background(), server.Product())
		second <- err
	}()
	time.Sleep(50 * time.Millisecond)
	cancel()
	isCancelled(t)(<-first)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestClose(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "hang")
	results := make(chan error)
	for range 4 {
		go func() {
			_, err := client.RegisterUsage(context.Background(), server.Product())
			results <- err
		}()
	}
	time.Sleep(150 * time.Millisecond)
	begin := time.Now()
	var group sync.WaitGroup
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := client.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	for range 4 {
		err := <-results
		if !errors.Is(err, mpmeter.ErrClosed) || !errors.Is(err, mpmeter.ErrCancelled) ||
			errors.Is(err, context.Canceled) {
			t.Errorf("a call under way: %v", err)
		}
	}
	group.Wait()
	if took := time.Since(begin); took > 20*promised {
		t.Errorf("took %v", took)
	}

	if _, err := client.RegisterUsage(context.Background(), server.Product()); !errors.Is(err, mpmeter.ErrClosed) {
		t.Error(err)
	}
	if _, err := client.FindRegion(context.Background()); !errors.Is(err, mpmeter.ErrClosed) {
		t.Error(err)
	}
	if _, err := client.Verify(mpmeter.Proof{}); !errors.Is(err, mpmeter.ErrClosed) ||
		!errors.Is(err, mpmeter.ErrInvalidArgument) {
		t.Error(err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
}

// Close races with calls that begin, run and end.
func TestCloseAtAnyMoment(t *testing.T) {
	_, key := vendor()
	proof := mpmeter.Proof{Token: sign(t, `{"productCode":"code","publicKeyVersion":1,"nonce":"n"}`),
		ProductCode: "code",
		Nonce:       "n"}
	for range 50 {
		client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}}})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range 20 {
					if _, err := client.Verify(proof); err != nil && !errors.Is(err, mpmeter.ErrClosed) {
						t.Error(err)
					}
				}
			}()
		}
		runtime.Gosched()
		_ = client.Close()
		group.Wait()
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// Goroutines, descriptors and C memory are back where they were after hundreds of calls that were stopped. The test
// runs in a process of its own, in which malloc keeps nothing for a thread: what it keeps would count as in use.
func TestNothingLeaks(t *testing.T) {
	const tunables = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1"
	if name, value, _ := strings.Cut(tunables, "="); os.Getenv(name) != value {
		command := exec.Command(os.Args[0], "-test.run=^TestNothingLeaks$", "-test.v")
		command.Env = append(os.Environ(), tunables)
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		} else if strings.Contains(string(output), "--- SKIP") {
			t.Skipf("%s", output)
		}
		return
	}
	_, server := container(t, nil, "--scenario", "ecs-fargate", "--fault", "throttle")
	const rounds = 80
	round := func() {
		client := newClient(t, server, nil)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		if _, err := client.RegisterUsage(ctx, server.Product()); err == nil {
			t.Fatal("registered")
		}
		cancel()
		ctx, cancel = context.WithCancel(context.Background())
		cancel()
		if _, err := client.FindRegion(ctx); err == nil {
			t.Fatal("found")
		}
		if _, err := client.RegisterUsage(context.Background(), "a b"); err == nil {
			t.Fatal("registered")
		}
		if _, err := mpmeter.New(mpmeter.Config{}); err == nil {
			t.Fatal("no error")
		}
		_ = client.Close()
	}
	for range 10 {
		round()
	}
	runtime.GC()
	goroutines, files := runtime.NumGoroutine(), descriptors(t)
	// A leak shows every time; what C needs for one thread more does not.
	var growth int64
	for range 4 {
		before := heap.InUse()
		for range rounds {
			round()
		}
		if growth = heap.InUse() - before; growth < rounds*8 {
			break
		}
	}
	if growth >= rounds*8 {
		t.Errorf("C holds %d bytes more after %d rounds", growth, rounds)
	}
	for range 50 { // A goroutine that has done its work may not be gone yet.
		if runtime.NumGoroutine() <= goroutines {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := runtime.NumGoroutine(); got > goroutines {
		t.Errorf("%d goroutines, %d before", got, goroutines)
	}
	if got := descriptors(t); got > files {
		t.Errorf("%d descriptors, %d before", got, files)
	}
}
