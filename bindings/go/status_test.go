package mpmeter_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

func TestEveryStatusIsHere(t *testing.T) {
	var known []mpmeter.Status
	for _, row := range statuses {
		known = append(known, row.status)
	}
	if library := mpmeter.Statuses(); !slices.Equal(known, library) {
		t.Errorf("the library has %v, this table %v: a new status needs a constant, a sentinel, a line in the README",
			library, known)
	}
}

func TestStatuses(t *testing.T) {
	for _, row := range statuses {
		t.Run(row.name, func(t *testing.T) {
			if got, want := row.status.String(), "MPMETER_"+row.name; got != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
			if got := row.status.Action(); got != row.action {
				t.Errorf("Action() = %v, want %v", got, row.action)
			}
			if row.status.Message() == "" {
				t.Error("Message() is empty")
			}
			if (row.status.Fix() == "") != (row.status == mpmeter.StatusOK) {
				t.Errorf("Fix() = %q", row.status.Fix())
			}
		})
	}
}

// Constants, sentinels and README are read from the files, so that none can be forgotten.
func TestEveryStatusHasAConstantASentinelAndALineInTheREADME(t *testing.T) {
	constants, sentinels := declared(t, "status_table.go", "Status"), declared(t, "status_table.go", "Err")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	initialisms := map[string]string{"OK": "OK", "TLS": "TLS", "API": "API"}
	for _, row := range statuses {
		var name strings.Builder
		for _, word := range strings.Split(strings.TrimPrefix(row.name, "E_"), "_") {
			if initialism, found := initialisms[word]; found {
				name.WriteString(initialism)
			} else {
				name.WriteString(word[:1] + strings.ToLower(word[1:]))
			}
		}
		if !slices.Contains(constants, "Status"+name.String()) {
			t.Errorf("status_table.go lacks Status%s", name.String())
		}
		if row.status == mpmeter.StatusOK {
			continue
		}
		if !slices.Contains(sentinels, "Err"+name.String()) {
			t.Errorf("status_table.go lacks Err%s", name.String())
		}
		if !strings.Contains(string(readme), "`Err"+name.String()+"`") {
			t.Errorf("README.md lacks Err%s", name.String())
		}
	}
	if len(constants) != len(statuses) {
		t.Errorf("%d constants, %d statuses", len(constants), len(statuses))
	}
	if len(sentinels) != len(statuses)-1 { // None for OK.
		t.Errorf("%d sentinels, %d statuses", len(sentinels), len(statuses))
	}
}

func declared(t *testing.T, file, prefix string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, declaration := range parsed.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			if values, ok := spec.(*ast.ValueSpec); ok {
				for _, name := range values.Names {
					if strings.HasPrefix(name.Name, prefix) {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

func TestUnknownNumbers(t *testing.T) {
	if got := mpmeter.Status(999).String(); got != "MPMETER_E_UNKNOWN" {
		t.Errorf("Status(999) is %q", got)
	}
	if got := mpmeter.Status(-1).Action(); got != mpmeter.Terminate {
		t.Errorf("the action of Status(-1) is %v", got)
	}
	if got := mpmeter.Action(9).String(); got != "terminate" {
		t.Errorf("Action(9) is %q", got)
	}
	codes := map[mpmeter.Action]int{mpmeter.Proceed: 0, mpmeter.Retry: 75, mpmeter.Terminate: 1, 9: 1}
	for action, code := range codes {
		if got := action.ExitCode(); got != code {
			t.Errorf("the exit code of %v is %d, want %d", action, got, code)
		}
	}
	if got := mpmeter.ProductKind(7).String(); got != "ProductKind(7)" {
		t.Errorf("ProductKind(7) is %q", got)
	}
}

func TestErrorsIsFindsTheOneSentinel(t *testing.T) {
	for _, row := range statuses[1:] {
		err := fmt.Errorf("wrapped: %w", &mpmeter.Error{Status: row.status, Message: "m"})
		for _, other := range statuses[1:] {
			if got, want := errors.Is(err, other.sentinel), row.status == other.status; got != want {
				t.Errorf("errors.Is(%s, %s) = %v", row.name, other.name, got)
			}
		}
		if errors.Is(err, context.Canceled) || errors.Is(err, mpmeter.ErrClosed) {
			t.Errorf("%s is a context's error, or ErrClosed", row.name)
		}
		if got := row.sentinel.Error(); got != "mpmeter: "+row.status.Message() {
			t.Errorf("the sentinel of %s says %q", row.name, got)
		}
		var timeout interface{ Timeout() bool }
		if !errors.As(err, &timeout) || timeout.Timeout() != (row.status == mpmeter.StatusDeadline) {
			t.Errorf("Timeout() of %s is wrong", row.name)
		}
	}
}

func TestErrorInALog(t *testing.T) {
	var text strings.Builder
	logger := slog.New(slog.NewTextHandler(&text, nil))
	logger.Error("no", "error",
		&mpmeter.Error{Status: mpmeter.StatusThrottled, Action: mpmeter.Retry, Message: "m", Fix: "f", HTTPStatus: 400})
	for _, want := range []string{"error.status=MPMETER_E_THROTTLED", "error.action=retry", "error.fix=f",
		"error.http_status=400"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q lacks %q", text.String(), want)
		}
	}
	if strings.Contains(text.String(), "error.region") {
		t.Errorf("%q has what is not known", text.String())
	}
}

// The text is composed here as mpmeter_error_text() composes it: the conformance table compares the two.
func TestErrorAsOneLine(t *testing.T) {
	err := &mpmeter.Error{
		Status: mpmeter.StatusThrottled, Action: mpmeter.Retry, Message: "Rate\nexceeded", Fix: "Wait.",
		Region:       "eu-west-3",
		RegionSource: "a source", HTTPStatus: 400, Attempts: 2, Elapsed: 12 * time.Millisecond,
	}
	want := `MPMETER_E_THROTTLED (retry): Rate exceeded. Fix: Wait. ` +
		`[region=eu-west-3 region_source="a source" http_status=400 attempts=2 elapsed_ms=12]`
	if got := err.Text(); got != want {
		t.Errorf("Text() = %q, want %q", got, want)
	}
}

func TestVersion(t *testing.T) {
	version, err := os.ReadFile("../../VERSION")
	if err != nil {
		t.Skip("outside the repository")
	}
	if got := mpmeter.Version(); got != strings.TrimSpace(string(version)) {
		t.Errorf("Version() = %q, want %q", got, version)
	}
}

func TestTheREADMEHoldsTheExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"examples/go/main.go", "examples/go/meter/main.go"} {
		example, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Skip("outside the repository")
		}
		if !strings.Contains(string(readme), "<!-- "+path+" -->\n```go\n"+string(example)+"```\n") {
			t.Errorf("README.md does not hold %s as it is", path)
		}
	}
}
