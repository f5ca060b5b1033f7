// Package sandbox gives tests the environment of a metered container, with mpmeter-sandbox in AWS's place: see
// tools/sandbox/README.md.
package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// Server is a sandbox that runs.
type Server struct {
	// Env is what the container's environment has beside what is not AWS's.
	Env     map[string]string
	command *exec.Cmd
}

// Find is the path of mpmeter-sandbox: MPMETER_SANDBOX if it is set, which then has to be right, or wherever PATH has
// it; "" if it is not there.
func Find() string {
	if path := os.Getenv("MPMETER_SANDBOX"); path != "" {
		return path
	}
	path, _ := exec.LookPath("mpmeter-sandbox")
	return path
}

var exported = regexp.MustCompile(`^export ([A-Z0-9_]+)='(.*)'$`)

// Serve starts a sandbox. Its arguments are those of `mpmeter-sandbox serve`.
func Serve(arguments ...string) (*Server, error) {
	path := Find()
	if path == "" {
		return nil, errors.New("mpmeter-sandbox is not there: pip install tools/sandbox, or set MPMETER_SANDBOX")
	}
	command := exec.Command(path, append([]string{"serve"}, arguments...)...)
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	server := &Server{Env: map[string]string{}, command: command}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		match := exported.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		server.Env[match[1]] = match[2]
		if match[1] == "MPMETER_SANDBOX_PID" {
			return server, nil
		}
	}
	return nil, fmt.Errorf("mpmeter-sandbox serve %s: %v", strings.Join(arguments, " "), command.Wait())
}

// Stop ends it.
func (s *Server) Stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	_ = s.command.Wait()
}

// Environ is the whole environment of a container: this process's without what is AWS's, and the sandbox's.
func (s *Server) Environ() []string {
	var environment []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); !foreign(name) {
			environment = append(environment, entry)
		}
	}
	for name, value := range s.Env {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// foreign names are taken out, as `mpmeter-sandbox run` does.
func foreign(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "ECS_") ||
		strings.HasPrefix(name, "KUBERNETES_") ||
		strings.HasPrefix(name, "SSL_CERT_") || strings.HasSuffix(name, "_PROXY") ||
		strings.HasPrefix(name, "MPMETER_SANDBOX_")
}

// Start starts a sandbox for one test, and puts this process into its container. The test is skipped where there is no
// sandbox.
func Start(t testing.TB, arguments ...string) *Server {
	t.Helper()
	if Find() == "" {
		t.Skip("mpmeter-sandbox is not there: pip install tools/sandbox, or set MPMETER_SANDBOX")
	}
	server, err := Serve(arguments...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	server.Enter(t)
	return server
}

// Enter puts this process into the container, until the test ends.
func (s *Server) Enter(t testing.TB) {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); foreign(name) {
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Setenv(name, value) })
		}
	}
	for name, value := range s.Env {
		t.Setenv(name, value)
	}
}

// Tool runs a command of mpmeter-sandbox in the container, such as "ledger", and returns what it printed.
func (s *Server) Tool(t testing.TB, arguments ...string) string {
	t.Helper()
	command := exec.Command(Find(), arguments...)
	command.Env = s.Environ()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("mpmeter-sandbox %v: %v\n%s", arguments, err, output)
	}
	return string(output)
}

// Billed is what AWS would bill, by dimension.
func (s *Server) Billed(t testing.TB) map[string]string {
	t.Helper()
	billed := map[string]string{}
	for line := range strings.Lines(s.Tool(t, "ledger")) {
		if words := strings.Fields(line); len(words) == 4 && words[0] == "total" {
			billed[words[2]] = words[3]
		}
	}
	return billed
}

// Key is the text of the product's public key.
func (s *Server) Key(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(s.Env["MPMETER_SANDBOX_PUBLIC_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Product is the code of the product that the buyer has subscribed to.
func (s *Server) Product() string { return s.Env["MPMETER_SANDBOX_PRODUCT_CODE"] }
