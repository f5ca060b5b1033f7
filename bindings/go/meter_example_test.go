package mpmeter_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/libmpmeter/libmpmeter/bindings/go/internal/sandbox"
)

// The example that the README shows is built as these tests are, with cgo or without.
func TestTheExampleBillsItsRequests(t *testing.T) {
	if _, err := os.Stat("../../examples/go/meter"); err != nil {
		t.Skip("outside the repository")
	}
	server := sandbox.Start(t, "--scenario", "ecs-fargate", "--product", "4w1vgsrkqdkypbz43g7qkk4uz=entitled")
	program := filepath.Join(t.TempDir(), "product")
	build := exec.Command("go", "build", "-o", program, "./meter")
	build.Dir = "../../examples/go"
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	command := exec.Command(program, filepath.Join(t.TempDir(), "usage"))
	command.Env = server.Environ()
	command.Stdin = strings.NewReader("one\ntwo\nthree\n")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	if err := command.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%v\n%s", err, &complaints)
	}
	if billed := server.Billed(t); billed["requests"] != "3" {
		t.Errorf("%v", billed)
	}
}
