package mpmeter

// #include <mpmeter.h>
import "C"

// Status says what came of a call. The numbers are the C library's, and are never changed or used again.
type Status int32

const (
	StatusOK Status = C.MPMETER_OK // The call did what it says.

	StatusInvalidArgument  Status = C.MPMETER_E_INVALID_ARGUMENT  // An argument is missing, or outside what the function or AWS accepts.
	StatusUntrustedProduct Status = C.MPMETER_E_UNTRUSTED_PRODUCT // The product code is not in the trusted list, or is a free one.
	StatusPublicKey        Status = C.MPMETER_E_PUBLIC_KEY        // The public key cannot be read, is not RSA, is too short, or is missing.

	StatusRegionNotFound      Status = C.MPMETER_E_REGION_NOT_FOUND      // Nothing in the environment or the platform names the Region.
	StatusRegionUnsupported   Status = C.MPMETER_E_REGION_UNSUPPORTED    // RegisterUsage is not offered in this Region.
	StatusCredentialsNotFound Status = C.MPMETER_E_CREDENTIALS_NOT_FOUND // No source of credentials is configured or reachable.
	StatusCredentialsRejected Status = C.MPMETER_E_CREDENTIALS_REJECTED  // A configured source of credentials refused or cannot be used.

	StatusNetwork     Status = C.MPMETER_E_NETWORK      // A server cannot be reached, or the connection broke.
	StatusTLS         Status = C.MPMETER_E_TLS          // The server's certificate is not accepted, or a CA bundle cannot be read.
	StatusDeadline    Status = C.MPMETER_E_DEADLINE     // The deadline passed before AWS accepted the registration.
	StatusCancelled   Status = C.MPMETER_E_CANCELLED    // The context was cancelled, or the client closed.
	StatusBadResponse Status = C.MPMETER_E_BAD_RESPONSE // A server answered something that its protocol does not allow.

	StatusCustomerNotEntitled     Status = C.MPMETER_E_CUSTOMER_NOT_ENTITLED      // The buyer has no subscription.
	StatusPlatformNotSupported    Status = C.MPMETER_E_PLATFORM_NOT_SUPPORTED     // Not an ECS task or EKS pod, or not its own role.
	StatusInvalidRegion           Status = C.MPMETER_E_INVALID_REGION             // Called in a Region other than the one it runs in.
	StatusInvalidProductCode      Status = C.MPMETER_E_INVALID_PRODUCT_CODE       // AWS does not know the product code.
	StatusInvalidPublicKeyVersion Status = C.MPMETER_E_INVALID_PUBLIC_KEY_VERSION // AWS knows none of the key versions that were given.
	StatusAPIDisabled             Status = C.MPMETER_E_API_DISABLED               // The API is disabled in the Region.
	StatusAccessDenied            Status = C.MPMETER_E_ACCESS_DENIED              // The role lacks aws-marketplace:RegisterUsage.
	StatusNotAuthenticated        Status = C.MPMETER_E_NOT_AUTHENTICATED          // AWS does not know these credentials, or they have expired.
	StatusThrottled               Status = C.MPMETER_E_THROTTLED                  // Throttled until the deadline.
	StatusServiceUnavailable      Status = C.MPMETER_E_SERVICE_UNAVAILABLE        // AWS could not serve the request until the deadline.
	StatusService                 Status = C.MPMETER_E_SERVICE                    // Any other error that AWS answered.

	StatusTokenMalformed Status = C.MPMETER_E_TOKEN_MALFORMED // The signature is not a JWT in compact form.
	StatusTokenAlgorithm Status = C.MPMETER_E_TOKEN_ALGORITHM // Its header asks for anything but PS256, or for an extension.
	StatusTokenSignature Status = C.MPMETER_E_TOKEN_SIGNATURE // It was not signed by the holder of the private key.
	StatusTokenClaims    Status = C.MPMETER_E_TOKEN_CLAIMS    // It is genuine, but speaks of another product, key version or nonce.

	StatusOutOfMemory Status = C.MPMETER_E_OUT_OF_MEMORY // Memory is exhausted.
	StatusInternal    Status = C.MPMETER_E_INTERNAL      // The library failed in a way that it should not. Please report it.
)

// String is the C constant's name, such as "MPMETER_E_THROTTLED"; "MPMETER_E_UNKNOWN" for a number that is none.
func (s Status) String() string { return C.GoString(C.mpmeter_status_name(C.mpmeter_status(s))) }

// Action says what to do about it. An unknown number answers [Terminate].
func (s Status) Action() Action { return Action(C.mpmeter_status_action(C.mpmeter_status(s))) }

// Message is one sentence: what it means.
func (s Status) Message() string { return C.GoString(C.mpmeter_status_message(C.mpmeter_status(s))) }

// Fix is one sentence: what usually mends it; "" for [StatusOK].
func (s Status) Fix() string { return C.GoString(C.mpmeter_status_fix(C.mpmeter_status(s))) }

// Statuses lists every status of the library that is loaded, in ascending order.
func Statuses() []Status {
	statuses := make([]Status, int(C.mpmeter_status_count()))
	for i := range statuses {
		statuses[i] = Status(C.mpmeter_status_at(C.int32_t(i)))
	}
	return statuses
}

// Action says what a program is to do. AWS asks a container to stop on every error but throttling.
type Action int32

const (
	Proceed   Action = C.MPMETER_ACTION_PROCEED   // Go on.
	Retry     Action = C.MPMETER_ACTION_RETRY     // A passing condition outlived the deadline: exit and be restarted, or call again.
	Terminate Action = C.MPMETER_ACTION_TERMINATE // Stop. Calling again will not help until somebody changes something.
)

// String is "proceed", "retry" or "terminate" ("terminate" for any other number).
func (a Action) String() string { return C.GoString(C.mpmeter_action_name(C.mpmeter_action(a))) }

// ExitCode is the exit status of the mpmeter command for it: 0 to proceed, 75 (EX_TEMPFAIL of sysexits.h) to retry, 1 to terminate.
func (a Action) ExitCode() int {
	switch a {
	case Proceed:
		return 0
	case Retry:
		return 75
	default:
		return 1
	}
}
