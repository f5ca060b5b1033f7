package mpmeter_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// What a product does behind a flag of its own, --diagnose.
func ExampleDiagnose() {
	ctx := context.Background()
	config := mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: publicKey}}}
	found, err := mpmeter.Diagnose(ctx, config, []string{productCode})
	if err == nil {
		fmt.Println(string(found.JSON))
	}
}

func TestDiagnoseFindsWhatNoClientCouldBeMadeWith(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true") // Without a sandbox nothing is to be asked.
	t.Setenv("AWS_REGION", "nowhere")
	config := mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: "no key"}}}
	found, err := mpmeter.Diagnose(context.Background(), config, nil)
	if err != nil || found.Status == mpmeter.StatusOK || !strings.Contains(string(found.JSON), "it is not a PEM") {
		t.Fatal(found, err)
	}
	var report struct{ Status, Fix string }
	if err := json.Unmarshal(found.JSON, &report); err != nil || report.Status != found.Status.String() ||
		report.Fix == "" {
		t.Error(report, err)
	}
}

func TestDiagnoseRefusesWhatIsNoArgument(t *testing.T) {
	for name, call := range map[string]func() (*mpmeter.Diagnosis, error){
		"a NUL": func() (*mpmeter.Diagnosis, error) {
			return mpmeter.Diagnose(context.Background(), mpmeter.Config{}, []string{"a", "b\x00"})
		},
		"an option": func() (*mpmeter.Diagnosis, error) {
			return mpmeter.Diagnose(context.Background(), mpmeter.Config{MinimumKeyBits: 1}, nil)
		},
		"no context": func() (*mpmeter.Diagnosis, error) {
			return mpmeter.Diagnose(nil, mpmeter.Config{}, nil) //nolint:staticcheck // It is the point.
		},
		"a registration of two": func() (*mpmeter.Diagnosis, error) {
			return mpmeter.Diagnose(context.Background(), mpmeter.Config{}, []string{"a", "b"},
				mpmeter.SendRegistration())
		},
		"a registration of no one": func() (*mpmeter.Diagnosis, error) {
			return mpmeter.Diagnose(context.Background(), mpmeter.Config{}, nil, mpmeter.SendRegistration())
		},
	} {
		if found, err := call(); found != nil || !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Error(name, found, err)
		}
	}
}

func TestDiagnoseEndsWithItsContext(t *testing.T) {
	cause := errors.New("the operator left")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := mpmeter.Diagnose(ctx, mpmeter.Config{}, nil); !errors.Is(err, mpmeter.ErrCancelled) ||
		!errors.Is(err, cause) {
		t.Error(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Nanosecond)
	defer stop()
	if _, err := mpmeter.Diagnose(ctx, mpmeter.Config{}, nil); !errors.Is(err, mpmeter.ErrDeadline) ||
		!errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestDiagnoseMeteringLooksAtTheJournalAndTheDimensions(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_REGION", "nowhere")
	journal := filepath.Join(t.TempDir(), "missing", "usage")
	found, err := mpmeter.DiagnoseMetering(
		context.Background(), mpmeter.Config{}, "", journal, "requests", "a-dash")
	if err != nil || found.Status == mpmeter.StatusOK {
		t.Fatal(found, err)
	}
	var report struct {
		Checks []struct{ ID, Outcome string }
	}
	if err := json.Unmarshal(found.JSON, &report); err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]string{}
	for _, check := range report.Checks {
		outcomes[check.ID] = check.Outcome
	}
	if outcomes["journal-place"] != "fail" || outcomes["dimensions"] != "fail" || outcomes["dry-run"] != "skipped" {
		t.Error(outcomes)
	}
}

func TestDiagnoseMeteringRefusesWhatIsNoArgument(t *testing.T) {
	for _, given := range [][]string{{"a\x00", ""}, {"", "a\x00"}, {"", "", "a\x00"}} {
		found, err := mpmeter.DiagnoseMetering(
			context.Background(), mpmeter.Config{}, given[0], given[1], given[2:]...)
		if found != nil || !errors.Is(err, mpmeter.ErrInvalidArgument) {
			t.Error(given, found, err)
		}
	}
}
