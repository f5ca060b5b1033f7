// Statuses and exception classes against the library's own table, and what an error says. Nothing is sent.
#include <mpmeter.hpp>

#include <doctest/doctest.h>

#include <cctype>
#include <type_traits>
#include <typeinfo>

namespace {

using mpmeter::Status;

template <class Class> bool raises(Status status)
{
    try {
        mpmeter::Error(status).raise();
    } catch (const Class &error) {
        return Class::code == status && typeid(error) == typeid(Class) && error.status() == status;
    } catch (const mpmeter::Error &) {
        return false;
    }
}

struct Row {
    std::string_view name;
    Status status;
    bool (*raises)(Status);
};

const Row published[] = {
    // generated: rows, by make generate
    {"MPMETER_E_INVALID_ARGUMENT", Status::invalid_argument, raises<mpmeter::InvalidArgument>},
    {"MPMETER_E_UNTRUSTED_PRODUCT", Status::untrusted_product, raises<mpmeter::UntrustedProduct>},
    {"MPMETER_E_PUBLIC_KEY", Status::public_key, raises<mpmeter::PublicKeyError>},
    {"MPMETER_E_REGION_NOT_FOUND", Status::region_not_found, raises<mpmeter::RegionNotFound>},
    {"MPMETER_E_REGION_UNSUPPORTED", Status::region_unsupported, raises<mpmeter::RegionUnsupported>},
    {"MPMETER_E_CREDENTIALS_NOT_FOUND", Status::credentials_not_found, raises<mpmeter::CredentialsNotFound>},
    {"MPMETER_E_CREDENTIALS_REJECTED", Status::credentials_rejected, raises<mpmeter::CredentialsRejected>},
    {"MPMETER_E_NETWORK", Status::network, raises<mpmeter::NetworkError>},
    {"MPMETER_E_TLS", Status::tls, raises<mpmeter::TlsError>},
    {"MPMETER_E_DEADLINE", Status::deadline, raises<mpmeter::DeadlineExceeded>},
    {"MPMETER_E_CANCELLED", Status::cancelled, raises<mpmeter::Cancelled>},
    {"MPMETER_E_BAD_RESPONSE", Status::bad_response, raises<mpmeter::BadResponse>},
    {"MPMETER_E_CUSTOMER_NOT_ENTITLED", Status::customer_not_entitled, raises<mpmeter::CustomerNotEntitled>},
    {"MPMETER_E_PLATFORM_NOT_SUPPORTED", Status::platform_not_supported, raises<mpmeter::PlatformNotSupported>},
    {"MPMETER_E_INVALID_REGION", Status::invalid_region, raises<mpmeter::InvalidRegion>},
    {"MPMETER_E_INVALID_PRODUCT_CODE", Status::invalid_product_code, raises<mpmeter::InvalidProductCode>},
    {"MPMETER_E_INVALID_PUBLIC_KEY_VERSION", Status::invalid_public_key_version,
     raises<mpmeter::InvalidPublicKeyVersion>},
    {"MPMETER_E_API_DISABLED", Status::api_disabled, raises<mpmeter::ApiDisabled>},
    {"MPMETER_E_ACCESS_DENIED", Status::access_denied, raises<mpmeter::AccessDenied>},
    {"MPMETER_E_NOT_AUTHENTICATED", Status::not_authenticated, raises<mpmeter::NotAuthenticated>},
    {"MPMETER_E_THROTTLED", Status::throttled, raises<mpmeter::Throttled>},
    {"MPMETER_E_SERVICE_UNAVAILABLE", Status::service_unavailable, raises<mpmeter::ServiceUnavailable>},
    {"MPMETER_E_SERVICE", Status::service, raises<mpmeter::ServiceError>},
    {"MPMETER_E_TOKEN_MALFORMED", Status::token_malformed, raises<mpmeter::TokenMalformed>},
    {"MPMETER_E_TOKEN_ALGORITHM", Status::token_algorithm, raises<mpmeter::TokenAlgorithmError>},
    {"MPMETER_E_TOKEN_SIGNATURE", Status::token_signature, raises<mpmeter::TokenSignatureError>},
    {"MPMETER_E_TOKEN_CLAIMS", Status::token_claims, raises<mpmeter::TokenClaimsError>},
    {"MPMETER_E_OUT_OF_MEMORY", Status::out_of_memory, raises<mpmeter::OutOfMemory>},
    {"MPMETER_E_INTERNAL", Status::internal, raises<mpmeter::InternalError>},
    {"MPMETER_E_JOURNAL", Status::journal, raises<mpmeter::JournalError>},
    {"MPMETER_E_JOURNAL_DAMAGED", Status::journal_damaged, raises<mpmeter::JournalDamaged>},
    {"MPMETER_E_JOURNAL_BUSY", Status::journal_busy, raises<mpmeter::JournalBusy>},
    {"MPMETER_E_INVALID_DIMENSION", Status::invalid_dimension, raises<mpmeter::InvalidDimension>},
    {"MPMETER_E_INVALID_ALLOCATIONS", Status::invalid_allocations, raises<mpmeter::InvalidAllocations>},
    {"MPMETER_E_USAGE_DUPLICATE", Status::usage_duplicate, raises<mpmeter::UsageDuplicate>},
    {"MPMETER_E_USAGE_TIMESTAMP", Status::usage_timestamp, raises<mpmeter::UsageTimestamp>},
    {"MPMETER_E_USAGE_HELD", Status::usage_held, raises<mpmeter::UsageHeld>},
    // end of generated
};

} // namespace

// The library's table leads: a status that is new there has no row and no class here yet, and fails this test.
TEST_CASE("every status of the library has an exception class of its own, and there are no others")
{
    REQUIRE(mpmeter_status_count() == static_cast<std::int32_t>(std::size(published)) + 1);
    CHECK(mpmeter_status_at(0) == static_cast<std::int32_t>(Status::ok));
    for (std::int32_t index = 1; index < mpmeter_status_count(); index++) {
        const Row &row = published[index - 1];
        const Status status{mpmeter_status_at(index)};
        CAPTURE(row.name);
        CHECK(row.status == status);
        CHECK(mpmeter::status_name(status) == row.name);
        CHECK(row.raises(status));
        CHECK(mpmeter::Error(status).what() == mpmeter::status_message(status));
        CHECK(mpmeter::Error(status).fix() == mpmeter::status_fix(status));
        CHECK(mpmeter::Error(status).action() == mpmeter::status_action(status));
    }
}

TEST_CASE("actions are the library's")
{
    CHECK(mpmeter::status_action(Status::ok) == mpmeter::Action::proceed);
    CHECK(mpmeter::status_action(Status::throttled) == mpmeter::Action::retry);
    CHECK(mpmeter::status_action(Status::customer_not_entitled) == mpmeter::Action::terminate);
    CHECK(mpmeter::action_name(mpmeter::Action::retry) == "retry");
    CHECK(mpmeter::status_fix(Status::ok).empty());
}

TEST_CASE("a status that is newer than the header is an Error, and terminates")
{
    const Status newer{4711};
    CHECK(mpmeter::status_name(newer) == "MPMETER_E_UNKNOWN");
    CHECK(mpmeter::status_action(newer) == mpmeter::Action::terminate);
    try {
        mpmeter::Error(newer, "new").raise();
    } catch (const mpmeter::Error &error) {
        CHECK(typeid(error) == typeid(mpmeter::Error));
        CHECK(error.status() == newer);
        CHECK(error.what() == std::string("new"));
    }
}

TEST_CASE("no error says that all is well")
{
    CHECK(mpmeter::Error(Status::ok).status() == Status::internal);
    CHECK(mpmeter::Error(Status::ok, mpmeter::detail::ErrorHandle()).status() == Status::internal);
    CHECK(mpmeter::Result<int>(mpmeter::Error(Status::ok)).action() == mpmeter::Action::terminate);
}

TEST_CASE("every class is caught as Error and as std::exception")
{
    CHECK_THROWS_AS(throw mpmeter::Throttled(), mpmeter::Error);
    CHECK_THROWS_AS(throw mpmeter::Throttled("for a test"), std::exception);
    CHECK(mpmeter::Throttled("for a test").what() == std::string("for a test"));
    CHECK(mpmeter::Throttled().what() == mpmeter::status_message(Status::throttled));
    static_assert(std::is_nothrow_copy_constructible_v<mpmeter::Throttled>,
                  "an exception that throws when it is copied ends the process");
    static_assert(std::is_nothrow_copy_assignable_v<mpmeter::Error>);
    static_assert(!std::is_constructible_v<mpmeter::Throttled, mpmeter::Error>,
                  "a class stands for its own status alone");
    static_assert(std::is_final_v<mpmeter::Throttled>);
}

TEST_CASE("an error without the library's details has the safest values")
{
    const mpmeter::Error error(Status::out_of_memory, mpmeter::detail::ErrorHandle());
    CHECK(error.what() == mpmeter::status_message(Status::out_of_memory));
    CHECK(error.fix() == mpmeter::status_fix(Status::out_of_memory));
    CHECK(error.text().find("MPMETER_E_OUT_OF_MEMORY (") == 0);
    CHECK_FALSE(error.json());
    CHECK_FALSE(error.http_status());
    CHECK_FALSE(error.aws_type());
    CHECK_FALSE(error.request_id());
    CHECK_FALSE(error.region());
    CHECK_FALSE(error.region_source());
    CHECK_FALSE(error.credentials_source());
    CHECK_FALSE(error.platform());
    CHECK(error.attempts() == 0);
    CHECK(error.elapsed().count() == 0);
}

TEST_CASE("the version is the header's")
{
    CHECK(mpmeter::version() == MPMETER_VERSION);
}
