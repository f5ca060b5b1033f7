package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"runtime"
	"time"
	"unsafe"
)

// Registration is one that AWS accepted, and whose proof held.
type Registration struct {
	ProductCode      string
	ProductKind      ProductKind // [Free] if the code was trusted as free, else [Paid].
	PublicKeyVersion int         // The version that AWS signed with.
	Nonce            string      // What was sent, and found in the proof.
	Verified         bool        // Whether the signature was verified.
	Signature        string      // The signed answer, a JWT in compact form; store it to verify it again.

	// PublicKeyRotation is AWS's PublicKeyRotationTimestamp as it was sent: this key version has expired, and a newer one is to be shipped.
	// "" if there was none.
	PublicKeyRotation string
	// IssuedAt is when AWS says that it issued the proof, in UTC; the zero time if it does not say.
	IssuedAt time.Time

	// Region is where it was registered. This and the following are zero for [Client.Verify].
	Region string
	// RegionSource is where the Region was found: see [Region.Source].
	RegionSource string
	// CredentialsSource is "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file" or "ec2-instance-role".
	CredentialsSource string
	Platform          string        // "ecs", "fargate", "eks", "ec2" or "none".
	RequestID         string        // AWS's request id of the answer, or "".
	Attempts          int           // How many RegisterUsage requests it took.
	Elapsed           time.Duration // From the call to the answer, in milliseconds.
}

// RegisterOption changes one [Client.RegisterUsage].
type RegisterOption func(*registerOptions)

type registerOptions struct{ nonce *string }

// WithNonce sends this nonce instead of a fresh random one, which is what proves that the answer is fresh: 1 to 255 bytes of text, for a caller
// that wants to hand the proof to somebody else. A remembered registration serves only the same nonce.
func WithNonce(nonce string) RegisterOption {
	return func(options *registerOptions) { options.nonce = &nonce }
}

// RegisterUsage registers this container: it finds Region and role, calls RegisterUsage with retries until [Config.Deadline], and verifies the
// signed answer. Calls for one product at the same time are one request; once accepted, the registration is remembered, and later calls of
// this client return at once.
//
// The product code has 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
//
// When ctx ends, so does the call, within 100 ms: with [ErrCancelled] or [ErrDeadline], which wraps ctx.Err() and [context.Cause].
//
// Errors: any. Stop on all but those whose Action is [Retry].
func (c *Client) RegisterUsage(ctx context.Context, productCode string, options ...RegisterOption) (*Registration, error) {
	var chosen registerOptions
	for _, option := range options {
		if option != nil {
			option(&chosen)
		}
	}
	code, wrong := cText("the product code", productCode)
	if wrong != nil {
		return nil, wrong
	}
	defer C.free(unsafe.Pointer(code))
	var nonce *C.char
	if chosen.nonce != nil {
		if nonce, wrong = cText("the nonce", *chosen.nonce); wrong != nil {
			return nil, wrong
		}
		defer C.free(unsafe.Pointer(nonce))
	}

	var out *C.mpmeter_registration
	err := c.during(ctx, func(client *C.mpmeter_client, cancellation *C.mpmeter_cancellation) *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_register_usage(client, code, nonce, cancellation, &out, &details)
		return newError(status, details)
	})
	if err != nil {
		return nil, err
	}
	return newRegistration(out), nil
}

// Proof is what a token has to prove.
type Proof struct {
	// Token is the JWT in compact form: [Registration.Signature]. At most 16384 bytes; white space around it is not accepted.
	Token string
	// ProductCode is what its productCode must equal.
	ProductCode string
	// PublicKeyVersion is what its publicKeyVersion must equal; 0 for any version whose key the client has.
	PublicKeyVersion int
	// Nonce is what its nonce must equal.
	Nonce string
}

// Verify verifies a token that RegisterUsage answered earlier, offline. It sends nothing and reads no file. Only the client's public keys count:
// the trusted products do not.
//
// Errors: [ErrInvalidArgument]; [ErrPublicKey] (no key of that version); [ErrTokenMalformed], [ErrTokenAlgorithm], [ErrTokenSignature],
// [ErrTokenClaims]; [ErrOutOfMemory]; [ErrInternal].
func (c *Client) Verify(proof Proof) (*Registration, error) {
	if c == nil || c.handle == nil {
		return nil, invalidArgument("the client was not made by New")
	}
	version, err := cInt32("Proof.PublicKeyVersion", proof.PublicKeyVersion)
	if err != nil {
		return nil, err
	}
	token, err := cText("Proof.Token", proof.Token)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(token))
	code, err := cText("Proof.ProductCode", proof.ProductCode)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(code))
	nonce, err := cText("Proof.Nonce", proof.Nonce)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(nonce))

	defer runtime.KeepAlive(c)
	if err := c.enter(nil); err != nil {
		return nil, err
	}
	defer c.leave(nil)
	var out *C.mpmeter_registration
	var details *C.mpmeter_error
	status := C.mpmeter_verify(c.client, token, code, version, nonce, &out, &details)
	if err := newError(status, details); err != nil {
		return nil, err
	}
	return newRegistration(out), nil
}

// newRegistration copies, and frees the original.
func newRegistration(r *C.mpmeter_registration) *Registration {
	defer C.mpmeter_registration_free(r)
	registration := &Registration{
		ProductCode:       C.GoString(C.mpmeter_registration_product_code(r)),
		ProductKind:       ProductKind(C.mpmeter_registration_product_kind(r)),
		PublicKeyVersion:  int(C.mpmeter_registration_public_key_version(r)),
		Nonce:             C.GoString(C.mpmeter_registration_nonce(r)),
		Verified:          C.mpmeter_registration_verified(r) != 0,
		Signature:         C.GoString(C.mpmeter_registration_signature(r)),
		PublicKeyRotation: C.GoString(C.mpmeter_registration_public_key_rotation(r)),
		Region:            C.GoString(C.mpmeter_registration_region(r)),
		RegionSource:      C.GoString(C.mpmeter_registration_region_source(r)),
		CredentialsSource: C.GoString(C.mpmeter_registration_credentials_source(r)),
		Platform:          C.GoString(C.mpmeter_registration_platform(r)),
		RequestID:         C.GoString(C.mpmeter_registration_request_id(r)),
		Attempts:          int(C.mpmeter_registration_attempts(r)),
		Elapsed:           time.Duration(C.mpmeter_registration_elapsed_ms(r)) * time.Millisecond,
	}
	if seconds := int64(C.mpmeter_registration_issued_at(r)); seconds != 0 {
		registration.IssuedAt = time.Unix(seconds, 0).UTC()
	}
	return registration
}
