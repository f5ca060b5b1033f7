package mpmeter_test

import (
	"context"
	"errors"
	"log/slog"
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

// Close waits for the send, which waits for its log handler, which must not wait for Close.
func TestALogHandlerMayUseAMeterThatIsBeingClosed(t *testing.T) {
	log := &recorder{level: slog.LevelDebug}
	client, server := container(t, func(config *mpmeter.Config) { config.Logger = slog.New(log) },
		"--scenario", "ecs-fargate")
	meter, err := client.OpenMeter(server.Product(), filepath.Join(t.TempDir(), "usage"), mpmeter.MeterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := meter.Add("requests", "1", nil); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	closed := make(chan struct{})
	log.do = func() {
		once.Do(func() {
			go func() {
				defer close(closed)
				_ = meter.Close()
			}()
			time.Sleep(100 * time.Millisecond)
			if _, err := meter.NextDue(); !errors.Is(err, mpmeter.ErrClosed) {
				t.Errorf("%v", err)
			}
		})
	}
	if err := meter.SendFinal(context.Background()); err != nil {
		t.Error(err)
	}
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatal("Close does not end")
	}
}

func TestAnHourThatIsOverIsSentByRun(t *testing.T) {
	meter, _, server := metered(t, "--scenario", "ecs-fargate")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if err := meter.Add("requests", "3", nil); err != nil {
		t.Fatal(err)
	}
	if err := meter.Send(ctx); err != nil || len(server.Billed(t)) != 0 {
		t.Fatalf("the hour is not over: %v, %v", server.Billed(t), err)
	}
	server.Tool(t, "clock", "+2h")
	if err := meter.Check(ctx, "requests"); err != nil { // AWS says what time it is.
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- meter.Run(ctx, time.Minute, func(err error) { t.Error(err) }) }()
	for begin := time.Now(); len(server.Billed(t)) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Since(begin) > 2*time.Minute {
			t.Fatal("nothing was sent")
		}
	}
	stop()
	if err := <-ended; err != nil || server.Billed(t)["requests"] != "3" {
		t.Errorf("%v, %v", server.Billed(t), err)
	}
}

func TestRunGivesUpAfterItsGrace(t *testing.T) {
	meter, _, _ := metered(t, "--fault", "hang")
	if err := meter.Add("requests", "1", nil); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := meter.Run(ctx, 300*time.Millisecond, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if books, err := meter.Report(); err != nil || len(books.Pending) != 1 || books.Pending[0].Quantity != "1" {
		t.Errorf("it waits in the journal: %+v, %v", books, err)
	}
}

func TestASingleRecordNeedsNoJournal(t *testing.T) {
	client, server := container(t, nil, "--scenario", "eks-irsa")
	ctx := context.Background()
	usage := mpmeter.Usage{
		ProductCode: server.Product(), Dimension: "requests", Quantity: "5", ClientToken: "token",
		Timestamp: time.Now(), DryRun: true,
	}
	if id, err := client.MeterUsage(ctx, usage); err != nil || id != "" {
		t.Fatalf("a dry run: %q, %v", id, err)
	}
	usage.DryRun = false
	first, err := client.MeterUsage(ctx, usage)
	if err != nil || first == "" {
		t.Fatalf("%q, %v", first, err)
	}
	if again, err := client.MeterUsage(ctx, usage); err != nil || again != first {
		t.Errorf("again: %q, %v", again, err)
	}
	usage.Quantity = "6"
	if _, err := client.MeterUsage(ctx, usage); !errors.Is(err, mpmeter.ErrUsageDuplicate) {
		t.Errorf("another quantity: %v", err)
	}
	usage.Quantity = "a\x00b"
	if _, err := client.MeterUsage(ctx, usage); !errors.Is(err, mpmeter.ErrInvalidArgument) {
		t.Errorf("NUL: %v", err)
	}
	if billed := server.Billed(t); len(billed) != 1 || billed["requests"] != "5" {
		t.Errorf("%v", billed)
	}
}

func TestAJournalIsReadFromOutsideAndNotMade(t *testing.T) {
	client, server := container(t, nil, "--scenario", "ecs-fargate")
	t.Chdir(t.TempDir())
	if _, err := mpmeter.JournalReport("journal"); !errors.Is(err, mpmeter.ErrJournal) {
		t.Errorf("there is none: %v", err)
	}
	meter, err := client.OpenMeter(server.Product(), "journal", mpmeter.MeterConfig{WholeUnits: true, HoldLate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer meter.Close()
	path, err := filepath.Abs("journal")
	if err != nil {
		t.Fatal(err)
	}
	// The program goes elsewhere; its journal stays where it was.
	t.Chdir(t.TempDir())
	if err := meter.Add("requests", "0.000001", nil); err != nil {
		t.Fatal(err)
	}
	books, err := mpmeter.JournalReport(path)
	if err != nil || books.Totals["requests"].Added != "0.000001" || books.ProductCode != server.Product() {
		t.Errorf("%+v, %v", books, err)
	}
}

func TestAMeterThatWasNotOpenedSaysSo(t *testing.T) {
	var none *mpmeter.Meter
	for _, meter := range []*mpmeter.Meter{none, {}} {
		if err := meter.Add("requests", "1", nil); !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Errorf("%v", err)
		}
		if err := meter.Close(); err != nil {
			t.Errorf("%v", err)
		}
	}
}
