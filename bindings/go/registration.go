package mpmeter

import (
	"context"
	"runtime"
	"time"
)

// Registration is one that AWS accepted, and whose proof held.
type Registration struct {
	ProductCode      string
	ProductKind      ProductKind // [Free] if the code was trusted as free, else [Paid].
	PublicKeyVersion int         // The version that AWS signed with.
	Nonce            string      // What was sent, and found in the proof.
	Verified         bool        // Whether the signature was verified.
	Signature        string      // The signed response, a JWT in compact form; store it to verify it again.

	// PublicKeyRotation is AWS's PublicKeyRotationTimestamp as it was sent: this key version has expired, and a newer
	// one is to be shipped. "" if there was none.
	PublicKeyRotation string
	// IssuedAt is when AWS says that it issued the proof, in UTC; the zero time if it does not say.
	IssuedAt time.Time

	// Region is where it was registered. This and the following are zero for [Client.Verify].
	Region string
	// RegionSource is where the Region was found: see [Region.Source].
	RegionSource string
	// CredentialsSource is "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file" or
	// "ec2-instance-role".
	CredentialsSource string
	Platform          string        // "ecs", "fargate", "eks", "ec2" or "none".
	RequestID         string        // AWS's request id of the answer, or "".
	Attempts          int           // How many RegisterUsage requests it took.
	Elapsed           time.Duration // From the call to the answer, in milliseconds.
}

// RegisterOption changes one [Client.RegisterUsage].
type RegisterOption func(*registerOptions)

type registerOptions struct{ nonce *string }

// WithNonce sends this nonce instead of a fresh random one, which is what proves that the answer is fresh: 1 to 255
// bytes of text, for a caller that wants to hand the proof to somebody else. A remembered registration serves only the
// same nonce.
func WithNonce(nonce string) RegisterOption {
	return func(options *registerOptions) { options.nonce = &nonce }
}

// RegisterUsage registers this container: it finds Region and role, calls RegisterUsage with retries until
// [Config.Deadline], and verifies the signed response. Calls for one product at the same time are one request; once
// accepted, the registration is remembered, and later calls of this client return at once.
//
// The product code has 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
//
// When ctx ends, so does the call, within 100 ms: with [ErrCancelled] or [ErrDeadline], which wraps ctx.Err() and
// [context.Cause].
//
// Errors: any. Stop on all but those whose Action is [Retry].
func (c *Client) RegisterUsage(
	ctx context.Context, productCode string, options ...RegisterOption,
) (*Registration, error) {
	var chosen registerOptions
	for _, option := range options {
		if option != nil {
			option(&chosen)
		}
	}
	if err := checkText("the product code", productCode); err != nil {
		return nil, err
	}
	if chosen.nonce != nil {
		if err := checkText("the nonce", *chosen.nonce); err != nil {
			return nil, err
		}
	}
	var registration *Registration
	err := c.during(ctx, func(engine *engine, stop *cancellation) (err *Error) {
		registration, err = engine.register(stop, productCode, chosen.nonce)
		return err
	})
	if err != nil {
		return nil, err
	}
	return registration, nil
}

// Proof is what a token has to prove.
type Proof struct {
	// Token is the JWT in compact form: [Registration.Signature]. At most 16384 bytes; white space around it is not
	// accepted.
	Token string
	// ProductCode is what its productCode must equal.
	ProductCode string
	// PublicKeyVersion is what its publicKeyVersion must equal; 0 for any version whose key the client has.
	PublicKeyVersion int
	// Nonce is what its nonce must equal.
	Nonce string
}

// Verify verifies a token that RegisterUsage answered earlier, offline. It sends nothing and reads no file. Only the
// client's public keys count: the trusted products do not.
//
// Errors: [ErrInvalidArgument]; [ErrPublicKey] (no key of that version); [ErrTokenMalformed], [ErrTokenAlgorithm],
// [ErrTokenSignature], [ErrTokenClaims]; [ErrOutOfMemory]; [ErrInternal].
func (c *Client) Verify(proof Proof) (*Registration, error) {
	if c == nil || c.handle == nil {
		return nil, invalidArgument("the client was not made by New")
	}
	if err := checkInt32("Proof.PublicKeyVersion", proof.PublicKeyVersion); err != nil {
		return nil, err
	}
	for _, text := range []struct{ name, value string }{
		{"Proof.Token", proof.Token}, {"Proof.ProductCode", proof.ProductCode}, {"Proof.Nonce", proof.Nonce},
	} {
		if err := checkText(text.name, text.value); err != nil {
			return nil, err
		}
	}
	defer runtime.KeepAlive(c)
	if err := c.enter(nil); err != nil {
		return nil, err
	}
	defer c.leave(nil)
	registration, err := c.engine.verify(proof)
	if err != nil {
		return nil, err
	}
	return registration, nil
}
