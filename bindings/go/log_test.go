package mpmeter_test

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// recorder is a slog.Handler that keeps what it gets.
type recorder struct {
	level slog.Leveler
	do    func()

	mutex   sync.Mutex
	records []slog.Record
}

func (r *recorder) Enabled(_ context.Context, level slog.Level) bool { return level >= r.level.Level() }

func (r *recorder) Handle(_ context.Context, record slog.Record) error {
	r.mutex.Lock()
	r.records = append(r.records, record)
	r.mutex.Unlock()
	if r.do != nil {
		r.do()
	}
	return nil
}
func (r *recorder) WithAttrs([]slog.Attr) slog.Handler { return r }
func (r *recorder) WithGroup(string) slog.Handler      { return r }

func (r *recorder) take() (records []slog.Record) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	records, r.records = r.records, nil
	return records
}

func TestLog(t *testing.T) {
	var level slog.LevelVar
	level.Set(slog.LevelInfo)
	log := &recorder{level: &level}
	client, server := container(t, func(config *mpmeter.Config) { config.Logger = slog.New(log) },
		"--scenario", "ecs-fargate", "--fault", "throttle:1")
	if _, err := client.RegisterUsage(context.Background(), server.Product()); err != nil {
		t.Fatal(err)
	}
	retried := false
	for _, record := range log.take() {
		if record.Level != slog.LevelInfo && record.Level != slog.LevelWarn {
			t.Errorf("%v: %s", record.Level, record.Message)
		}
		if record.Message == "" || strings.ContainsAny(record.Message, "\n\x00") {
			t.Errorf("%q", record.Message)
		}
		retried = retried || strings.Contains(record.Message, "attempt 2")
	}
	if !retried {
		t.Error("the log does not tell of the retry")
	}

	// A level that changes takes effect at once.
	level.Set(slog.LevelDebug)
	_, _ = client.RegisterUsage(context.Background(), server.Product(), mpmeter.WithNonce("another"))
	debug := false
	for _, record := range log.take() {
		debug = debug || record.Level == slog.LevelDebug
	}
	if !debug {
		t.Error("no debug line")
	}
}

func TestLogWarns(t *testing.T) {
	log := &recorder{level: slog.LevelWarn}
	client, server := container(t, func(config *mpmeter.Config) { config.Logger = slog.New(log) },
		"--scenario", "ecs-fargate", "--fault", "rotation-announced")
	registration, err := client.RegisterUsage(context.Background(), server.Product())
	if err != nil {
		t.Fatal(err)
	}
	if records := log.take(); len(records) != 1 || !strings.Contains(records[0].Message, "rotated") {
		t.Errorf("%+v", records)
	}
	if registration.PublicKeyRotation == "" {
		t.Error("the registration does not tell of the rotation")
	}
}

// Whatever a handler does, C's frames are left in order.
func TestLogHandlersThatMisbehave(t *testing.T) {
	for name, do := range map[string]func(){
		"panic":  func() { panic("in the handler") },
		"Goexit": runtime.Goexit,
		"GC":     runtime.GC,
	} {
		t.Run(name, func(t *testing.T) {
			log := &recorder{level: slog.LevelDebug, do: do}
			client, server := container(t, func(config *mpmeter.Config) { config.Logger = slog.New(log) }, "--scenario",
				"ecs-ec2")
			if _, err := client.RegisterUsage(context.Background(), server.Product()); err != nil {
				t.Error(err)
			}
			if len(log.take()) < 3 {
				t.Error("the log stopped")
			}
		})
	}
}

// A client that was forgotten is closed, and gives up its logger.
func TestForgottenClientsAreCollected(t *testing.T) {
	_, key := vendor()
	var collected atomic.Int32
	const clients = 20
	for range clients {
		log := &recorder{level: slog.LevelDebug}
		runtime.AddCleanup(log, func(count *atomic.Int32) { count.Add(1) }, &collected)
		if _, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}},
			Logger: slog.New(log)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 {
		runtime.GC()
		if collected.Load() == clients {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d of %d were collected", collected.Load(), clients)
}

// Close gives up the logger at once, even while the client is still referred to.
func TestClosedClientsGiveUpTheirLogger(t *testing.T) {
	_, key := vendor()
	var collected atomic.Bool
	log := &recorder{level: slog.LevelDebug}
	runtime.AddCleanup(log, func(done *atomic.Bool) { done.Store(true) }, &collected)
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}}, Logger: slog.New(log)})
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	for range 200 {
		runtime.GC()
		if collected.Load() {
			runtime.KeepAlive(client)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the logger is still held")
}
