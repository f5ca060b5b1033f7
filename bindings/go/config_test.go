package mpmeter_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// vendor is a key pair of a product.
var vendor = sync.OnceValues(func() (*rsa.PrivateKey, string) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		panic(err)
	}
	return private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
})

func TestConfig(t *testing.T) {
	_, key := vendor()
	keys := []mpmeter.PublicKey{{Version: 1, PEM: key}}
	paid := map[string]mpmeter.ProductKind{"code": mpmeter.Paid}
	for _, row := range []struct {
		name   string
		config mpmeter.Config
		want   error  // nil for a client
		says   string // in the message
	}{
		{"one key", mpmeter.Config{PublicKeys: keys}, nil, ""},
		{"version 0 is 1", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}}}, nil, ""},
		{"two keys", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key}, {Version: 2, PEM: key}}}, nil, ""},
		{"line ends as \\n",
			mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: strings.ReplaceAll(key, "\n", `\n`)}}}, nil, ""},
		{"base64 of the PEM",
			mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: base64.StdEncoding.EncodeToString([]byte(key))}}}, nil,
			""},
		{"no key", mpmeter.Config{}, mpmeter.ErrPublicKey, ""},
		{"not a key", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: "x"}}}, mpmeter.ErrPublicKey, ""},
		{"empty key", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: 1}}}, mpmeter.ErrPublicKey, ""},
		{"NUL in a key", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: key + "\x00"}}},
			mpmeter.ErrInvalidArgument,
			"PublicKeys[0].PEM"},
		{"negative version", mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: -1, PEM: key}}},
			mpmeter.ErrInvalidArgument, "PublicKeys[0]"},
		{"version twice", mpmeter.Config{PublicKeys: append(keys, keys...)}, mpmeter.ErrInvalidArgument,
			"PublicKeys[1]"},
		{"version beyond 32 bits",
			mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: math.MaxInt32 + 2, PEM: key}}},
			mpmeter.ErrInvalidArgument, "PublicKeys[0].Version"},
		{"bits", mpmeter.Config{PublicKeys: keys, MinimumKeyBits: 1024}, nil, ""},
		{"more bits than the key has", mpmeter.Config{PublicKeys: keys, MinimumKeyBits: 3072}, mpmeter.ErrPublicKey,
			""},
		{"too few bits", mpmeter.Config{PublicKeys: keys, MinimumKeyBits: 1023}, mpmeter.ErrInvalidArgument,
			"MinimumKeyBits"},
		{"bits that would wrap round", mpmeter.Config{PublicKeys: keys, MinimumKeyBits: 1<<32 + 2048},
			mpmeter.ErrInvalidArgument, "MinimumKeyBits"},
		{"trusted", mpmeter.Config{PublicKeys: keys, TrustedProducts: paid, AcceptFreeProducts: true}, nil, ""},
		{"an empty list", mpmeter.Config{PublicKeys: keys, TrustedProducts: map[string]mpmeter.ProductKind{}},
			mpmeter.ErrInvalidArgument, "TrustedProducts"},
		{"an impossible code",
			mpmeter.Config{PublicKeys: keys, TrustedProducts: map[string]mpmeter.ProductKind{"a b": mpmeter.Paid}},
			mpmeter.ErrInvalidArgument, `"a b"`},
		{"a code with NUL",
			mpmeter.Config{PublicKeys: keys, TrustedProducts: map[string]mpmeter.ProductKind{"code\x00": mpmeter.Paid}},
			mpmeter.ErrInvalidArgument, "TrustedProducts"},
		{"an unknown kind",
			mpmeter.Config{PublicKeys: keys, TrustedProducts: map[string]mpmeter.ProductKind{"code": 2}},
			mpmeter.ErrInvalidArgument, "TrustedProducts"},
		{"unverified", mpmeter.Config{Unverified: true}, nil, ""},
		{"unverified, version 3", mpmeter.Config{Unverified: true, UnverifiedKeyVersion: 3}, nil, ""},
		{"unverified, negative", mpmeter.Config{Unverified: true, UnverifiedKeyVersion: -3}, mpmeter.ErrInvalidArgument,
			"UnverifiedKeyVersion"},
		{"a version for nothing", mpmeter.Config{PublicKeys: keys, UnverifiedKeyVersion: 3}, mpmeter.ErrInvalidArgument,
			"UnverifiedKeyVersion"},
		{"deadline", mpmeter.Config{PublicKeys: keys, Deadline: 24 * time.Hour}, nil, ""},
		{"a nanosecond is a millisecond", mpmeter.Config{PublicKeys: keys, Deadline: 1}, nil, ""},
		{"more than a day", mpmeter.Config{PublicKeys: keys, Deadline: 24*time.Hour + 1}, mpmeter.ErrInvalidArgument,
			"Deadline"},
		{"negative deadline", mpmeter.Config{PublicKeys: keys, Deadline: -1}, mpmeter.ErrInvalidArgument, "Deadline"},
		{"any Region", mpmeter.Config{PublicKeys: keys, AttemptUnsupportedRegions: true}, nil, ""},
		{"a listed Region", mpmeter.Config{PublicKeys: keys, RegionPolicy: mpmeter.RegionEnforce}, nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			client, err := mpmeter.New(row.config)
			if row.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				_ = client.Close()
				return
			}
			if !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if client != nil {
				t.Error("there is a client all the same")
			}
			e := failure(t, err)
			if !strings.Contains(e.Message, row.says) || e.Fix == "" || e.Action != mpmeter.Terminate {
				t.Errorf("%#v", e)
			}
		})
	}
}

// sign signs claims as AWS does: RFC 7518 section 3.5.
func sign(t *testing.T, claims string) string {
	t.Helper()
	private, _ := vendor()
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"PS256","typ":"JWT"}`)) + "." + encode([]byte(claims))
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:],
		&rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encode(signature)
}

func TestVerify(t *testing.T) {
	_, key := vendor()
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{Version: 3, PEM: key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	good := sign(t, `{"productCode":"code","publicKeyVersion":3,"nonce":"n","iat":1700000000}`)
	other := sign(t, `{}`)

	for _, row := range []struct {
		name  string
		proof mpmeter.Proof
		want  error
	}{
		{"good", mpmeter.Proof{Token: good, ProductCode: "code", PublicKeyVersion: 3, Nonce: "n"}, nil},
		{"any version", mpmeter.Proof{Token: good, ProductCode: "code", Nonce: "n"}, nil},
		{"another nonce", mpmeter.Proof{Token: good, ProductCode: "code", Nonce: "m"}, mpmeter.ErrTokenClaims},
		{"another product", mpmeter.Proof{Token: good, ProductCode: "other", Nonce: "n"}, mpmeter.ErrTokenClaims},
		{"no key of that version", mpmeter.Proof{Token: good, ProductCode: "code", PublicKeyVersion: 4, Nonce: "n"},
			mpmeter.ErrPublicKey},
		{"negative version", mpmeter.Proof{Token: good, ProductCode: "code", PublicKeyVersion: -1, Nonce: "n"},
			mpmeter.ErrInvalidArgument},
		{"version beyond 32 bits",
			mpmeter.Proof{Token: good, ProductCode: "code", PublicKeyVersion: 1<<32 + 3, Nonce: "n"},
			mpmeter.ErrInvalidArgument},
		{"another's signature",
			mpmeter.Proof{Token: good[:strings.LastIndex(good, ".")] + other[strings.LastIndex(other, "."):],
				ProductCode: "code", Nonce: "n"}, mpmeter.ErrTokenSignature},
		{"garbage", mpmeter.Proof{Token: "a.b", ProductCode: "code", Nonce: "n"}, mpmeter.ErrTokenMalformed},
		{"NUL after the token", mpmeter.Proof{Token: good + "\x00", ProductCode: "code", Nonce: "n"},
			mpmeter.ErrInvalidArgument},
		{"NUL after the code", mpmeter.Proof{Token: good, ProductCode: "code\x00x", Nonce: "n"},
			mpmeter.ErrInvalidArgument},
		{"NUL after the nonce", mpmeter.Proof{Token: good, ProductCode: "code", Nonce: "n\x00"},
			mpmeter.ErrInvalidArgument},
		{"no nonce", mpmeter.Proof{Token: good, ProductCode: "code"}, mpmeter.ErrInvalidArgument},
		{"not UTF-8", mpmeter.Proof{Token: good, ProductCode: "code", Nonce: "\xff"}, mpmeter.ErrInvalidArgument},
	} {
		t.Run(row.name, func(t *testing.T) {
			registration, err := client.Verify(row.proof)
			if !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if row.want != nil {
				if registration != nil {
					t.Error("there is a registration all the same")
				}
				return
			}
			want := mpmeter.Registration{
				ProductCode: "code", PublicKeyVersion: 3, Nonce: "n", Verified: true, Signature: good,
				IssuedAt: time.Unix(1700000000, 0).UTC(), Elapsed: registration.Elapsed,
			}
			if *registration != want {
				t.Errorf("got %+v, want %+v", *registration, want)
			}
		})
	}
}

func TestEndpointRefusesText(t *testing.T) {
	for _, region := range []string{"", "eu-west-3a", "eu-west-3\x00", "\xff", "localhost"} {
		if url, err := mpmeter.Endpoint(region); !errors.Is(err, mpmeter.ErrInvalidArgument) || url != "" {
			t.Errorf("Endpoint(%q) = %q, %v", region, url, err)
		}
	}
	if _, err := mpmeter.Endpoint("eu-west-3", 4); !errors.Is(err, mpmeter.ErrInvalidArgument) {
		t.Errorf("an unknown kind: %v", err)
	}
}
