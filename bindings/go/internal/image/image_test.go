package image

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/libmpmeter/libmpmeter/bindings/go/internal/sandbox"
)

const (
	productCode = "4w1vgsrkqdkypbz43g7qkk4uz" // The one in the example.
	entitled    = "--product=" + productCode + "=entitled"
	module      = "github.com/libmpmeter/libmpmeter/bindings/go"
)

// Three ways to link.
var (
	shared  = []string{}
	archive = []string{"-tags=mpmeter_static"}
	oneFile = []string{"-tags=mpmeter_static,netgo,osusergo", "-ldflags=-extldflags=-static"}
)

// build builds the example, as a module of its own outside the repository, with the sandbox's key inside.
func build(t *testing.T, server *sandbox.Server, flags []string) string {
	t.Helper()
	if exec.Command("pkg-config", "--exists", "mpmeter-static").Run() != nil {
		if os.Getenv("MPMETER_SANDBOX") != "" {
			t.Fatal("pkg-config does not know mpmeter-static: make install install-static")
		}
		t.Skip("pkg-config does not know mpmeter-static: make install install-static")
	}
	binding, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(binding, "../../examples/go/main.go"))
	if err != nil {
		t.Skip("outside the repository: ", err)
	}
	directory := t.TempDir()
	for name, text := range map[string]string{
		"main.go":        string(source),
		"public-key.pem": server.Key(t),
		"go.mod": "module product\n\ngo 1.24\n\nrequire " + module + " v0.1.0\n\n" +
			"replace " + module + " => " + binding + "\n",
	} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("go", append(append([]string{"build", "-o", "product"}, flags...), ".")...)
	command.Dir = directory
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return filepath.Join(directory, "product")
}

// outcome runs a command to its end: the exit status and what it wrote.
func outcome(t *testing.T, command *exec.Cmd) (int, string) {
	t.Helper()
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(output)
}

func registered(t *testing.T, command *exec.Cmd) {
	t.Helper()
	code, output := outcome(t, command)
	if code != 0 || !strings.Contains(output, "registered: the product begins here") {
		t.Errorf("exit status %d\n%s", code, output)
	}
}

func TestExample(t *testing.T) {
	t.Run("registers", func(t *testing.T) {
		server := sandbox.Start(t, "--scenario=ecs-fargate", entitled)
		registered(t, exec.Command(build(t, server, shared)))
	})
	t.Run("is not entitled", func(t *testing.T) {
		server := sandbox.Start(t, "--scenario=eks-irsa", "--product="+productCode+"=not-entitled")
		code, output := outcome(t, exec.Command(build(t, server, shared)))
		if code != 1 || !strings.Contains(output, "error.status=MPMETER_E_CUSTOMER_NOT_ENTITLED") ||
			strings.Contains(output, "begins") {
			t.Errorf("exit status %d\n%s", code, output)
		}
	})
	t.Run("is told to stop", func(t *testing.T) {
		server := sandbox.Start(t, "--scenario=ecs-fargate", entitled, "--fault=throttle")
		command := exec.Command(build(t, server, shared))
		var output bytes.Buffer
		command.Stdout, command.Stderr = &output, &output
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		begin := time.Now()
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		if code := command.ProcessState.ExitCode(); code != 143 ||
			strings.Contains(output.String(), "begins") {
			t.Errorf("exit status %d\n%s", code, output.String())
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// root is an empty directory that will be a container's /, in which nobody has a privilege.
func root(t *testing.T, program string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("chroot needs root")
	}
	directory, err := os.MkdirTemp("", "mpmeter-image-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(directory) })
	if err := os.Chmod(directory, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, directory, "/product", program)
	return directory
}

// put copies a file into a root, with its directories.
func put(t *testing.T, root, name, from string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	to := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
}

// inside runs a root's program with nothing else there, as distroless's user nonroot; only the network is the
// machine's.
func inside(root string, server *sandbox.Server, change func(environment map[string]string)) *exec.Cmd {
	command := exec.Command("/product")
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	environment := map[string]string{}
	for name, value := range server.Env {
		environment[name] = value
	}
	if change != nil {
		change(environment)
	}
	command.Env = []string{}
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

const bundle = "/etc/ssl/certs/ca-certificates.crt"

func withoutBundle(environment map[string]string) { delete(environment, "AWS_CA_BUNDLE") }

// From scratch: one file, and for TLS the root of the sandbox, which is not built in.
func TestOneFile(t *testing.T) {
	t.Run("alone", func(t *testing.T) {
		server := sandbox.Start(t, "--scenario=ecs-fargate", entitled)
		registered(t, inside(root(t, build(t, server, oneFile)), server, nil))
	})
	t.Run("TLS", func(t *testing.T) {
		server := sandbox.Start(t, "--scenario=eks-irsa", entitled, "--tls")
		program := build(t, server, oneFile)
		scratch := root(t, program)
		// The pod's token is a volume of its own.
		put(t, scratch, server.Env["AWS_WEB_IDENTITY_TOKEN_FILE"], server.Env["AWS_WEB_IDENTITY_TOKEN_FILE"])

		code, output := outcome(t, inside(scratch, server, withoutBundle))
		if code != 1 || !strings.Contains(output, "MPMETER_E_TLS") {
			t.Errorf("without the sandbox's root: exit status %d\n%s", code, output)
		}
		put(t, scratch, bundle, server.Env["AWS_CA_BUNDLE"])
		registered(t, inside(scratch, server, withoutBundle))
	})
	t.Run("DNS", func(t *testing.T) {
		const name, resolver = "metering.marketplace.example.com", "127.0.0.77"
		// That the certificate is of another host than 127.0.0.1 is what is wanted here.
		server := sandbox.Start(t, "--scenario=ecs-fargate", entitled, "--fault=tls-wrong-host")
		scratch := root(t, build(t, server, oneFile))
		put(t, scratch, bundle, server.Env["AWS_CA_BUNDLE"])
		// The container's runtime puts it there.
		if err := os.WriteFile(filepath.Join(scratch, "etc/resolv.conf"), []byte("nameserver "+resolver+"\n"),
			0o644); err != nil {
			t.Fatal(err)
		}
		asked := serveDNS(t, resolver, name)
		registered(t, inside(scratch, server, func(environment map[string]string) {
			withoutBundle(environment)
			const variable = "AWS_ENDPOINT_URL_MARKETPLACE_METERING"
			environment[variable] = strings.Replace(environment[variable], "127.0.0.1", name, 1)
		}))
		if !asked() {
			t.Error("the resolver was not asked")
		}
	})
}

// serveDNS answers 127.0.0.1 for one name, and nothing for any other: RFC 1035 section 4.
func serveDNS(t *testing.T, address, name string) (asked func() bool) {
	t.Helper()
	connection, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp", address+":53")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	var wanted []byte
	for _, label := range strings.Split(name, ".") {
		wanted = append(append(wanted, byte(len(label))), label...)
	}
	wanted = append(wanted, 0)
	hits := make(chan struct{}, 100)
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := connection.ReadFrom(buffer)
			if err != nil {
				return
			}
			query := buffer[:n]
			if n < 12 || !bytes.HasPrefix(query[12:], wanted) || n < 12+len(wanted)+4 {
				continue
			}
			question := query[12 : 12+len(wanted)+4]
			answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
			if question[len(wanted)+1] == 1 { // A
				answer[7] = 1
				answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
			}
			hits <- struct{}{}
			_, _ = connection.WriteTo(answer, from)
		}
	}()
	return func() bool { return len(hits) > 0 }
}

// What an image with glibc (distroless/base, debian:slim) has, and nothing else: the loader, libc and libm.
func TestDynamicallyLinked(t *testing.T) {
	for _, row := range []struct {
		name  string
		flags []string
		needs []string
	}{
		{"the archive", archive, []string{"libc.so.6"}},
		{"the shared library", shared, []string{"libc.so.6", "libmpmeter.so.1", "libpthread.so.0"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := sandbox.Start(t, "--scenario=ecs-ec2", entitled, "--tls")
			program := build(t, server, row.flags)
			if os.Getuid() != 0 {
				t.Skip("chroot needs root")
			}
			image := root(t, program)
			put(t, image, bundle, server.Env["AWS_CA_BUNDLE"])
			output, err := exec.Command("ldd", program).Output()
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, line := range strings.Split(string(output), "\n") {
				fields := strings.Fields(line)
				switch {
				case len(fields) > 2 && fields[1] == "=>":
					found = append(found, fields[0])
					put(t, image, filepath.Join("/lib64", fields[0]), fields[2])
				case len(fields) > 0 && strings.Contains(fields[0], "/ld-linux"):
					put(t, image, fields[0], fields[0])
				}
			}
			if got, want := strings.Join(slices.Sorted(slices.Values(found)), " "),
				strings.Join(row.needs, " "); got != want {
				t.Errorf("needs %s, want %s", got, want)
			}
			registered(t, inside(image, server, func(environment map[string]string) {
				withoutBundle(environment)
				environment["LD_LIBRARY_PATH"] = "/lib64"
			}))
		})
	}
}
