//go:build cgo

package mpmeter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
	"github.com/libmpmeter/libmpmeter/bindings/go/internal/sandbox"
)

func metered(t *testing.T, arguments ...string) (*mpmeter.Meter, *mpmeter.Client, *sandbox.Server) {
	t.Helper()
	client, server := container(t, nil, append([]string{"--scenario", "eks-irsa"}, arguments...)...)
	meter, err := client.OpenMeter(server.Product(), filepath.Join(t.TempDir(), "journal"), mpmeter.MeterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = meter.Close() })
	return meter, client, server
}

func TestGoroutinesAddAndTheLastSendBillsAll(t *testing.T) {
	meter, _, _ := metered(t)
	if err := meter.Check(context.Background(), "requests"); err != nil {
		t.Fatal(err)
	}
	var adding sync.WaitGroup
	for range 8 {
		adding.Add(1)
		go func() {
			defer adding.Done()
			if err := meter.Add("requests", "0.25", map[string]string{"team": "a"}); err != nil {
				t.Error(err)
			}
		}()
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- meter.Run(ctx, time.Minute, func(err error) { t.Error(err) }) }()
	adding.Wait()
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	books, err := meter.Report()
	if err != nil {
		t.Fatal(err)
	}
	if books.Totals["requests"].Sent != "2" || len(books.Sent) != 1 || books.Sent[0].RecordID == "" ||
		books.Sent[0].Hour.Minute() != 0 {
		t.Errorf("%+v", books)
	}
	if due, err := meter.NextDue(); err != nil || due <= 0 || due > 2*time.Hour {
		t.Errorf("due in %v, %v", due, err)
	}
}

func TestWhatAWSDoesNotTakeIsRefused(t *testing.T) {
	meter, _, _ := metered(t)
	for _, row := range []struct{ dimension, quantity string }{{"requests", "-1"}, {"requests", "1e3"},
		{"requests", "0.1234567"}, {"", "1"}, {"a\x00b", "1"}} {
		if err := meter.Add(row.dimension, row.quantity, nil); !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Errorf("%q of %q: %v", row.quantity, row.dimension, err)
		}
	}
	if books, err := meter.Report(); err != nil || len(books.Pending) != 0 {
		t.Errorf("%+v, %v", books, err)
	}
}

func TestADamagedJournalIsRefusedAndAClosedMeterSaysSo(t *testing.T) {
	meter, client, server := metered(t)
	path := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.OpenMeter(server.Product(), path, mpmeter.MeterConfig{}); !errors.Is(err,
		mpmeter.ErrJournalDamaged) {
		t.Errorf("an empty file: %v", err)
	}
	_ = meter.Close()
	if err := meter.Add("requests", "1", nil); !errors.Is(err, mpmeter.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
