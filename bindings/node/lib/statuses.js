/** The classes of errors, one a status; the number and the action belong to the library's interface. */
"use strict";

const { define } = require("./error.js");

exports.InvalidArgumentError = define("InvalidArgumentError", "INVALID_ARGUMENT", 1, "terminate");
exports.UntrustedProductError = define("UntrustedProductError", "UNTRUSTED_PRODUCT", 2, "terminate");
exports.PublicKeyError = define("PublicKeyError", "PUBLIC_KEY", 3, "terminate");
exports.RegionNotFoundError = define("RegionNotFoundError", "REGION_NOT_FOUND", 10, "terminate");
exports.RegionUnsupportedError = define("RegionUnsupportedError", "REGION_UNSUPPORTED", 11, "terminate");
exports.CredentialsNotFoundError = define("CredentialsNotFoundError", "CREDENTIALS_NOT_FOUND", 12, "terminate");
exports.CredentialsRejectedError = define("CredentialsRejectedError", "CREDENTIALS_REJECTED", 13, "terminate");
exports.NetworkError = define("NetworkError", "NETWORK", 20, "retry");
exports.TlsError = define("TlsError", "TLS", 21, "terminate");
exports.DeadlineExceededError = define("DeadlineExceededError", "DEADLINE", 22, "retry");
exports.CancelledError = define("CancelledError", "CANCELLED", 23, "terminate", "AbortError");
exports.BadResponseError = define("BadResponseError", "BAD_RESPONSE", 24, "terminate");
exports.CustomerNotEntitledError = define("CustomerNotEntitledError", "CUSTOMER_NOT_ENTITLED", 30, "terminate");
exports.PlatformNotSupportedError = define("PlatformNotSupportedError", "PLATFORM_NOT_SUPPORTED", 31, "terminate");
exports.InvalidRegionError = define("InvalidRegionError", "INVALID_REGION", 32, "terminate");
exports.InvalidProductCodeError = define("InvalidProductCodeError", "INVALID_PRODUCT_CODE", 33, "terminate");
exports.InvalidPublicKeyVersionError = define(
  "InvalidPublicKeyVersionError",
  "INVALID_PUBLIC_KEY_VERSION",
  34,
  "terminate",
);
exports.ApiDisabledError = define("ApiDisabledError", "API_DISABLED", 35, "terminate");
exports.AccessDeniedError = define("AccessDeniedError", "ACCESS_DENIED", 36, "terminate");
exports.NotAuthenticatedError = define("NotAuthenticatedError", "NOT_AUTHENTICATED", 37, "terminate");
exports.ThrottledError = define("ThrottledError", "THROTTLED", 38, "retry");
exports.ServiceUnavailableError = define("ServiceUnavailableError", "SERVICE_UNAVAILABLE", 39, "retry");
exports.ServiceError = define("ServiceError", "SERVICE", 40, "terminate");
exports.TokenMalformedError = define("TokenMalformedError", "TOKEN_MALFORMED", 50, "terminate");
exports.TokenAlgorithmError = define("TokenAlgorithmError", "TOKEN_ALGORITHM", 51, "terminate");
exports.TokenSignatureError = define("TokenSignatureError", "TOKEN_SIGNATURE", 52, "terminate");
exports.TokenClaimsError = define("TokenClaimsError", "TOKEN_CLAIMS", 53, "terminate");
exports.OutOfMemoryError = define("OutOfMemoryError", "OUT_OF_MEMORY", 60, "terminate");
exports.InternalError = define("InternalError", "INTERNAL", 61, "terminate");
