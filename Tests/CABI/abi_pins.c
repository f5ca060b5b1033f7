/*
 * The ABI, pinned: sizes, numbers and the exact type of every function. It compiles or it does not. What is here was published: a
 * line may be added, never changed. (A tool that compares libraries sees no types in one that is not written in C.)
 */
#include <mpmeter.h>

#define PIN(name, number) _Static_assert((name) == (number), #name)

_Static_assert(sizeof(mpmeter_status) == 4 && (mpmeter_status)-1 < 0, "mpmeter_status is int32_t");
_Static_assert(sizeof(mpmeter_action) == 4 && (mpmeter_action)-1 < 0, "mpmeter_action is int32_t");
_Static_assert(sizeof(mpmeter_product_kind) == 4 && (mpmeter_product_kind)-1 < 0, "mpmeter_product_kind is int32_t");
_Static_assert(sizeof(mpmeter_region_policy) == 4 && (mpmeter_region_policy)-1 < 0, "mpmeter_region_policy is int32_t");
_Static_assert(sizeof(mpmeter_log_level) == 4 && (mpmeter_log_level)-1 < 0, "mpmeter_log_level is int32_t");

PIN(MPMETER_OK, 0);
PIN(MPMETER_E_INVALID_ARGUMENT, 1);
PIN(MPMETER_E_UNTRUSTED_PRODUCT, 2);
PIN(MPMETER_E_PUBLIC_KEY, 3);
PIN(MPMETER_E_REGION_NOT_FOUND, 10);
PIN(MPMETER_E_REGION_UNSUPPORTED, 11);
PIN(MPMETER_E_CREDENTIALS_NOT_FOUND, 12);
PIN(MPMETER_E_CREDENTIALS_REJECTED, 13);
PIN(MPMETER_E_NETWORK, 20);
PIN(MPMETER_E_TLS, 21);
PIN(MPMETER_E_DEADLINE, 22);
PIN(MPMETER_E_CANCELLED, 23);
PIN(MPMETER_E_BAD_RESPONSE, 24);
PIN(MPMETER_E_CUSTOMER_NOT_ENTITLED, 30);
PIN(MPMETER_E_PLATFORM_NOT_SUPPORTED, 31);
PIN(MPMETER_E_INVALID_REGION, 32);
PIN(MPMETER_E_INVALID_PRODUCT_CODE, 33);
PIN(MPMETER_E_INVALID_PUBLIC_KEY_VERSION, 34);
PIN(MPMETER_E_API_DISABLED, 35);
PIN(MPMETER_E_ACCESS_DENIED, 36);
PIN(MPMETER_E_NOT_AUTHENTICATED, 37);
PIN(MPMETER_E_THROTTLED, 38);
PIN(MPMETER_E_SERVICE_UNAVAILABLE, 39);
PIN(MPMETER_E_SERVICE, 40);
PIN(MPMETER_E_TOKEN_MALFORMED, 50);
PIN(MPMETER_E_TOKEN_ALGORITHM, 51);
PIN(MPMETER_E_TOKEN_SIGNATURE, 52);
PIN(MPMETER_E_TOKEN_CLAIMS, 53);
PIN(MPMETER_E_OUT_OF_MEMORY, 60);
PIN(MPMETER_E_INTERNAL, 61);
PIN(MPMETER_ACTION_PROCEED, 0);
PIN(MPMETER_ACTION_RETRY, 1);
PIN(MPMETER_ACTION_TERMINATE, 2);
PIN(MPMETER_PRODUCT_PAID, 0);
PIN(MPMETER_PRODUCT_FREE, 1);
PIN(MPMETER_REGION_ENFORCE, 0);
PIN(MPMETER_REGION_ATTEMPT, 1);
PIN(MPMETER_LOG_DEBUG, 0);
PIN(MPMETER_LOG_INFO, 1);
PIN(MPMETER_LOG_WARNING, 2);
PIN(MPMETER_ENDPOINT_FIPS, 1);
PIN(MPMETER_ENDPOINT_DUALSTACK, 2);
PIN(MPMETER_DIAGNOSE_REGISTER, 1);

/* Any signature but the exact one makes these assignments an error under -Werror. */
const char *(*const pin_version)(void) = mpmeter_version;
uint32_t (*const pin_version_number)(void) = mpmeter_version_number;
const char *(*const pin_status_name)(mpmeter_status) = mpmeter_status_name;
mpmeter_action (*const pin_status_action)(mpmeter_status) = mpmeter_status_action;
const char *(*const pin_status_message)(mpmeter_status) = mpmeter_status_message;
const char *(*const pin_status_fix)(mpmeter_status) = mpmeter_status_fix;
int32_t (*const pin_status_count)(void) = mpmeter_status_count;
mpmeter_status (*const pin_status_at)(int32_t) = mpmeter_status_at;
const char *(*const pin_action_name)(mpmeter_action) = mpmeter_action_name;
void (*const pin_error_free)(mpmeter_error *) = mpmeter_error_free;
mpmeter_status (*const pin_error_status)(const mpmeter_error *) = mpmeter_error_status;
const char *(*const pin_error_message)(const mpmeter_error *) = mpmeter_error_message;
const char *(*const pin_error_fix)(const mpmeter_error *) = mpmeter_error_fix;
int32_t (*const pin_error_http_status)(const mpmeter_error *) = mpmeter_error_http_status;
const char *(*const pin_error_aws_type)(const mpmeter_error *) = mpmeter_error_aws_type;
const char *(*const pin_error_request_id)(const mpmeter_error *) = mpmeter_error_request_id;
const char *(*const pin_error_region)(const mpmeter_error *) = mpmeter_error_region;
const char *(*const pin_error_region_source)(const mpmeter_error *) = mpmeter_error_region_source;
const char *(*const pin_error_credentials_source)(const mpmeter_error *) = mpmeter_error_credentials_source;
const char *(*const pin_error_platform)(const mpmeter_error *) = mpmeter_error_platform;
int32_t (*const pin_error_attempts)(const mpmeter_error *) = mpmeter_error_attempts;
int64_t (*const pin_error_elapsed_ms)(const mpmeter_error *) = mpmeter_error_elapsed_ms;
mpmeter_status (*const pin_options_new)(mpmeter_options **) = mpmeter_options_new;
void (*const pin_options_free)(mpmeter_options *) = mpmeter_options_free;
mpmeter_status (*const pin_options_add_public_key)(mpmeter_options *, int32_t, const char *) = mpmeter_options_add_public_key;
mpmeter_status (*const pin_options_set_minimum_key_bits)(mpmeter_options *, int32_t) = mpmeter_options_set_minimum_key_bits;
mpmeter_status (*const pin_options_trust_product)(mpmeter_options *, const char *, mpmeter_product_kind) = mpmeter_options_trust_product;
mpmeter_status (*const pin_options_accept_free_products)(mpmeter_options *, int32_t) = mpmeter_options_accept_free_products;
mpmeter_status (*const pin_options_set_unverified)(mpmeter_options *, int32_t) = mpmeter_options_set_unverified;
mpmeter_status (*const pin_options_set_deadline_ms)(mpmeter_options *, int64_t) = mpmeter_options_set_deadline_ms;
mpmeter_status (*const pin_options_set_region_policy)(mpmeter_options *, mpmeter_region_policy) = mpmeter_options_set_region_policy;
mpmeter_status (*const pin_options_set_log)(mpmeter_options *, mpmeter_log_fn, void *, mpmeter_log_level) = mpmeter_options_set_log;
mpmeter_status (*const pin_cancellation_new)(mpmeter_cancellation **) = mpmeter_cancellation_new;
void (*const pin_cancellation_free)(mpmeter_cancellation *) = mpmeter_cancellation_free;
void (*const pin_cancellation_cancel)(mpmeter_cancellation *) = mpmeter_cancellation_cancel;
mpmeter_status (*const pin_client_new)(const mpmeter_options *, mpmeter_client **, mpmeter_error **) = mpmeter_client_new;
void (*const pin_client_free)(mpmeter_client *) = mpmeter_client_free;
mpmeter_status (*const pin_register_usage)(mpmeter_client *, const char *, const char *, mpmeter_cancellation *,
    mpmeter_registration **, mpmeter_error **) = mpmeter_register_usage;
mpmeter_status (*const pin_verify)(mpmeter_client *, const char *, const char *, int32_t, const char *, mpmeter_registration **,
    mpmeter_error **) = mpmeter_verify;
void (*const pin_registration_free)(mpmeter_registration *) = mpmeter_registration_free;
const char *(*const pin_registration_product_code)(const mpmeter_registration *) = mpmeter_registration_product_code;
mpmeter_product_kind (*const pin_registration_product_kind)(const mpmeter_registration *) = mpmeter_registration_product_kind;
int32_t (*const pin_registration_public_key_version)(const mpmeter_registration *) = mpmeter_registration_public_key_version;
const char *(*const pin_registration_nonce)(const mpmeter_registration *) = mpmeter_registration_nonce;
int32_t (*const pin_registration_verified)(const mpmeter_registration *) = mpmeter_registration_verified;
const char *(*const pin_registration_signature)(const mpmeter_registration *) = mpmeter_registration_signature;
const char *(*const pin_registration_public_key_rotation)(const mpmeter_registration *) = mpmeter_registration_public_key_rotation;
int64_t (*const pin_registration_issued_at)(const mpmeter_registration *) = mpmeter_registration_issued_at;
const char *(*const pin_registration_region)(const mpmeter_registration *) = mpmeter_registration_region;
const char *(*const pin_registration_region_source)(const mpmeter_registration *) = mpmeter_registration_region_source;
const char *(*const pin_registration_credentials_source)(const mpmeter_registration *) = mpmeter_registration_credentials_source;
const char *(*const pin_registration_platform)(const mpmeter_registration *) = mpmeter_registration_platform;
const char *(*const pin_registration_request_id)(const mpmeter_registration *) = mpmeter_registration_request_id;
int32_t (*const pin_registration_attempts)(const mpmeter_registration *) = mpmeter_registration_attempts;
int64_t (*const pin_registration_elapsed_ms)(const mpmeter_registration *) = mpmeter_registration_elapsed_ms;
mpmeter_status (*const pin_region_find)(mpmeter_client *, mpmeter_cancellation *, mpmeter_region **, mpmeter_error **) =
    mpmeter_region_find;
void (*const pin_region_free)(mpmeter_region *) = mpmeter_region_free;
const char *(*const pin_region_name)(const mpmeter_region *) = mpmeter_region_name;
const char *(*const pin_region_source)(const mpmeter_region *) = mpmeter_region_source;
const char *(*const pin_region_platform)(const mpmeter_region *) = mpmeter_region_platform;
int32_t (*const pin_region_supported)(const mpmeter_region *) = mpmeter_region_supported;
mpmeter_status (*const pin_endpoint)(const char *, uint32_t, char **) = mpmeter_endpoint;
mpmeter_status (*const pin_diagnose)(const mpmeter_options *, const char *const *, int32_t, uint32_t, mpmeter_cancellation *,
    mpmeter_diagnosis **, mpmeter_error **) = mpmeter_diagnose;
void (*const pin_diagnosis_free)(mpmeter_diagnosis *) = mpmeter_diagnosis_free;
mpmeter_status (*const pin_diagnosis_status)(const mpmeter_diagnosis *) = mpmeter_diagnosis_status;
const char *(*const pin_diagnosis_json)(const mpmeter_diagnosis *) = mpmeter_diagnosis_json;
void (*const pin_string_free)(char *) = mpmeter_string_free;
void (*const pin_log_fn)(void *, mpmeter_log_level, const char *) = (mpmeter_log_fn)0;
