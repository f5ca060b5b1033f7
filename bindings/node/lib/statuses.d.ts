/** The classes of errors, one a status. */
import { MpmeterError } from "./index";

/** An argument is missing, or outside what the function or AWS accepts. Action: terminate. */
export class InvalidArgumentError extends MpmeterError {
  readonly code: "MPMETER_E_INVALID_ARGUMENT";
}
/** The product code is not in the trusted list, or is a free one where a paid one is required. Action: terminate. */
export class UntrustedProductError extends MpmeterError {
  readonly code: "MPMETER_E_UNTRUSTED_PRODUCT";
}
/** The public key cannot be read, is not RSA, is too short, or is missing. Action: terminate. */
export class PublicKeyError extends MpmeterError {
  readonly code: "MPMETER_E_PUBLIC_KEY";
}
/** Nothing in the environment or the platform says which Region this is. Action: terminate. */
export class RegionNotFoundError extends MpmeterError {
  readonly code: "MPMETER_E_REGION_NOT_FOUND";
}
/** RegisterUsage is not offered in this Region. Action: terminate. */
export class RegionUnsupportedError extends MpmeterError {
  readonly code: "MPMETER_E_REGION_UNSUPPORTED";
}
/** No source of credentials is configured or reachable. Action: terminate. */
export class CredentialsNotFoundError extends MpmeterError {
  readonly code: "MPMETER_E_CREDENTIALS_NOT_FOUND";
}
/** A source of credentials is configured, and it refused or cannot be used. Action: terminate. */
export class CredentialsRejectedError extends MpmeterError {
  readonly code: "MPMETER_E_CREDENTIALS_REJECTED";
}
/** A server cannot be reached, or the connection broke. Action: retry. */
export class NetworkError extends MpmeterError {
  readonly code: "MPMETER_E_NETWORK";
}
/** The server's certificate is not accepted, or a CA bundle cannot be read. Action: terminate. */
export class TlsError extends MpmeterError {
  readonly code: "MPMETER_E_TLS";
}
/** The deadline passed before AWS accepted the registration. Action: retry. */
export class DeadlineExceededError extends MpmeterError {
  readonly code: "MPMETER_E_DEADLINE";
}
/** The `signal` was aborted. `name` is "AbortError", `cause` the signal's reason. Action: terminate. */
export class CancelledError extends MpmeterError {
  readonly code: "MPMETER_E_CANCELLED";
}
/** A server answered something that its protocol does not allow. Action: terminate. */
export class BadResponseError extends MpmeterError {
  readonly code: "MPMETER_E_BAD_RESPONSE";
}
/** CustomerNotEntitledException: the buyer has no subscription. Action: terminate. */
export class CustomerNotEntitledError extends MpmeterError {
  readonly code: "MPMETER_E_CUSTOMER_NOT_ENTITLED";
}
/** PlatformNotSupportedException: not an ECS task or EKS pod, or not its own role. Action: terminate. */
export class PlatformNotSupportedError extends MpmeterError {
  readonly code: "MPMETER_E_PLATFORM_NOT_SUPPORTED";
}
/** InvalidRegionException: called in a Region other than the one it runs in. Action: terminate. */
export class InvalidRegionError extends MpmeterError {
  readonly code: "MPMETER_E_INVALID_REGION";
}
/** InvalidProductCodeException. Action: terminate. */
export class InvalidProductCodeError extends MpmeterError {
  readonly code: "MPMETER_E_INVALID_PRODUCT_CODE";
}
/** InvalidPublicKeyVersionException, for every version that was given. Action: terminate. */
export class InvalidPublicKeyVersionError extends MpmeterError {
  readonly code: "MPMETER_E_INVALID_PUBLIC_KEY_VERSION";
}
/** DisabledApiException. Action: terminate. */
export class ApiDisabledError extends MpmeterError {
  readonly code: "MPMETER_E_API_DISABLED";
}
/** AccessDeniedException: the role lacks aws-marketplace:RegisterUsage. Action: terminate. */
export class AccessDeniedError extends MpmeterError {
  readonly code: "MPMETER_E_ACCESS_DENIED";
}
/** AWS does not know these credentials, or they have expired. Action: terminate. */
export class NotAuthenticatedError extends MpmeterError {
  readonly code: "MPMETER_E_NOT_AUTHENTICATED";
}
/** ThrottlingException, until the deadline. Action: retry. */
export class ThrottledError extends MpmeterError {
  readonly code: "MPMETER_E_THROTTLED";
}
/** InternalServiceErrorException or another 5xx, until the deadline. Action: retry. */
export class ServiceUnavailableError extends MpmeterError {
  readonly code: "MPMETER_E_SERVICE_UNAVAILABLE";
}
/** Any other error that AWS answered. Action: terminate. */
export class ServiceError extends MpmeterError {
  readonly code: "MPMETER_E_SERVICE";
}
/** The signature is not a JWT in compact form (RFC 7515 section 7.1). Action: terminate. */
export class TokenMalformedError extends MpmeterError {
  readonly code: "MPMETER_E_TOKEN_MALFORMED";
}
/** Its header asks for anything but PS256, or for an extension. Action: terminate. */
export class TokenAlgorithmError extends MpmeterError {
  readonly code: "MPMETER_E_TOKEN_ALGORITHM";
}
/** It was not signed by the holder of the private key. Action: terminate. */
export class TokenSignatureError extends MpmeterError {
  readonly code: "MPMETER_E_TOKEN_SIGNATURE";
}
/** It is genuine, but speaks of another product, key version or nonce. Action: terminate. */
export class TokenClaimsError extends MpmeterError {
  readonly code: "MPMETER_E_TOKEN_CLAIMS";
}
/** Memory is exhausted: the call could not be made. Action: terminate. */
export class OutOfMemoryError extends MpmeterError {
  readonly code: "MPMETER_E_OUT_OF_MEMORY";
}
/** The library failed in a way that it should not. Please report it. Action: terminate. */
export class InternalError extends MpmeterError {
  readonly code: "MPMETER_E_INTERNAL";
}
