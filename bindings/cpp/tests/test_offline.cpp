// What needs no AWS: results, options, texts, verification of a stored token, ownership and moving.
#include <mpmeter.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <type_traits>

#include "token.hpp"

using namespace std::string_literals;
using mpmeter::Status;

namespace {

mpmeter::Client client() { return mpmeter::Client(mpmeter::Options().public_key(1, stored::key)); }

/** What the client's constructor says about options. */
mpmeter::Error refused(const mpmeter::Options &options) {
    mpmeter::Result<mpmeter::Client> result = mpmeter::Client::try_make(options);
    REQUIRE_FALSE(result);
    return result.error();
}

} // namespace

TEST_CASE("objects that own are moved and never copied; values are copied") {
    static_assert(!std::is_copy_constructible_v<mpmeter::Client> && !std::is_copy_assignable_v<mpmeter::Client>);
    static_assert(!std::is_copy_constructible_v<mpmeter::Registration> &&
                  !std::is_copy_assignable_v<mpmeter::Registration>);
    static_assert(!std::is_copy_constructible_v<mpmeter::Cancellation> &&
                  !std::is_copy_assignable_v<mpmeter::Cancellation>);
    static_assert(!std::is_copy_constructible_v<mpmeter::Region> && !std::is_copy_assignable_v<mpmeter::Region>);
    static_assert(std::is_nothrow_move_constructible_v<mpmeter::Client> &&
                  std::is_nothrow_move_assignable_v<mpmeter::Client>);
    static_assert(std::is_nothrow_move_constructible_v<mpmeter::Registration>);
    static_assert(std::is_nothrow_move_assignable_v<mpmeter::Registration>);
    static_assert(std::is_nothrow_move_constructible_v<mpmeter::Cancellation>);
    static_assert(std::is_nothrow_move_constructible_v<mpmeter::Region>);
    static_assert(std::is_copy_constructible_v<mpmeter::Options> && std::is_copy_assignable_v<mpmeter::Options>);
    static_assert(std::is_move_constructible_v<mpmeter::Result<mpmeter::Client>>);
    static_assert(!std::is_default_constructible_v<mpmeter::Client>, "there is no client that cannot be used");
    static_assert(!std::is_convertible_v<mpmeter::Result<mpmeter::Client>, bool>, "only explicitly");
}

TEST_CASE("a result gives its value or throws its error") {
    mpmeter::Result<std::string> good("text"s);
    CHECK(good.has_value());
    CHECK(good.status() == Status::ok);
    CHECK(good.action() == mpmeter::Action::proceed);
    CHECK(*good == "text");
    CHECK(good->size() == 4);
    CHECK(*std::move(good) == "text");

    const mpmeter::Result<std::string> bad(mpmeter::Error(Status::throttled, "slow down"));
    CHECK_FALSE(bad);
    CHECK(bad.status() == Status::throttled);
    CHECK(bad.action() == mpmeter::Action::retry);
    CHECK(bad.error().what() == "slow down"s);
    CHECK_THROWS_AS((void)bad.value(), mpmeter::Throttled);
    CHECK_THROWS_AS((void)*bad, mpmeter::Throttled);
    CHECK_THROWS_AS((void)bad->size(), mpmeter::Throttled);
}

TEST_CASE("an option that the library refuses is named") {
    using mpmeter::Options;
    using std::chrono::hours;
    const std::string pem = stored::key;
    const struct {
        const char *setter;
        Options options;
    } rows[] = {
        {"public_key", Options().public_key(0, pem)},
        {"public_key", Options().public_key(1, pem).public_key(1, pem)},
        {"public_key", Options().public_key(1, "a\0b"s)},
        {"public_key", Options().public_key(1, "\xff")},
        {"minimum_key_bits", Options().public_key(1, pem).minimum_key_bits(1023)},
        {"trust_product", Options().public_key(1, pem).trust_product("")},
        {"trust_product", Options().public_key(1, pem).trust_product("a\0b"s)},
        {"trust_product",
         Options().public_key(1, pem).trust_product("a").trust_product("a", mpmeter::ProductKind::free)},
        {"trust_product", Options().public_key(1, pem).trust_product("a", mpmeter::ProductKind{2})},
        {"unverified", Options().unverified(0)},
        {"deadline", Options().public_key(1, pem).deadline(std::chrono::milliseconds(0))},
        {"deadline", Options().public_key(1, pem).deadline(hours(25))},
        {"region_policy", Options().public_key(1, pem).region_policy(mpmeter::RegionPolicy{3})},
        {"log", Options().public_key(1, pem).log([](mpmeter::LogLevel, std::string_view) {}, mpmeter::LogLevel{3})},
    };
    for (const auto &row : rows) {
        const mpmeter::Error error = refused(row.options);
        CAPTURE(row.setter);
        CHECK(error.status() == Status::invalid_argument);
        CHECK(error.what() == doctest::Contains(("Options::"s + row.setter).c_str()));
        CHECK_THROWS_AS(mpmeter::Client{row.options}, mpmeter::InvalidArgument);
    }
}

TEST_CASE("every option at its limits is accepted") {
    mpmeter::Options options;
    options.public_key(1, stored::key).public_key(2147483647, stored::key).minimum_key_bits(1024).trust_product("paid");
    options.trust_product("free", mpmeter::ProductKind::free).accept_free_products().unverified(1);
    options.deadline(std::chrono::hours(24)).region_policy(mpmeter::RegionPolicy::attempt);
    options.log([](mpmeter::LogLevel, std::string_view) {}, mpmeter::LogLevel::debug).log(nullptr);
    CHECK(mpmeter::Client::try_make(options).has_value());
    CHECK(mpmeter::Client::try_make(options.accept_free_products(false).deadline(std::chrono::milliseconds(1)))
              .has_value());
}

TEST_CASE("a key that cannot be used, or is missing, is a PublicKeyError") {
    CHECK_THROWS_AS(mpmeter::Client{mpmeter::Options()}, mpmeter::PublicKeyError);
    CHECK_THROWS_AS(mpmeter::Client{mpmeter::Options().public_key(1, "not a key")}, mpmeter::PublicKeyError);
    const mpmeter::Error error = refused(mpmeter::Options());
    CHECK_FALSE(error.fix().empty());
    CHECK(error.what() != ""s);
}

TEST_CASE("options are a value: a copy goes its own way, and clients keep what they were made with") {
    mpmeter::Options options;
    options.public_key(1, stored::key);
    mpmeter::Options copy = options;
    copy.deadline(std::chrono::hours(25));
    CHECK(mpmeter::Client::try_make(options).has_value());
    CHECK_FALSE(mpmeter::Client::try_make(copy).has_value());
    const mpmeter::Options moved = std::move(options);
    CHECK(mpmeter::Client::try_make(moved).has_value());
}

// C ends a text at a NUL: "good\0evil" must not become "good".
TEST_CASE("a text that holds a NUL is refused, never cut short") {
    const mpmeter::Client tested = client();
    CHECK_THROWS_AS(tested.register_usage("code\0evil"s), mpmeter::InvalidArgument);
    CHECK_THROWS_AS(tested.register_usage_with_nonce("code", "nonce\0evil"s), mpmeter::InvalidArgument);
    CHECK_THROWS_AS(tested.verify("a.b.c\0evil"s, "code", "nonce"), mpmeter::TokenMalformed);
    CHECK_THROWS_AS(tested.verify("a.b.c", "code\0evil"s, "nonce"), mpmeter::InvalidArgument);
    CHECK_THROWS_AS(tested.verify("a.b.c", "code", "nonce\0evil"s), mpmeter::InvalidArgument);
    CHECK_THROWS_AS((void)mpmeter::endpoint("eu-west-3\0evil"s), mpmeter::InvalidArgument);
}

TEST_CASE("a view that does not end in a NUL is read to its end and no further") {
    const std::string long_name = "eu-west-3 and more";
    CHECK(mpmeter::endpoint(std::string_view(long_name).substr(0, 9)) ==
          "https://metering.marketplace.eu-west-3.amazonaws.com");
    CHECK_THROWS_AS((void)mpmeter::endpoint(std::string_view()), mpmeter::InvalidArgument);
}

TEST_CASE("a diagnosis of metering looks at the journal and the dimensions") {
    const mpmeter::MeteringPlace place{std::nullopt, "/missing/usage", {"requests", "a-dash"}};
    const mpmeter::Diagnosis found = mpmeter::diagnose_metering(mpmeter::Options(), place);
    CHECK(found.status() != Status::ok);
    for (const char *check : {"\"journal-place\"", "\"dimensions\""}) {
        const std::string own = found.json().substr(found.json().find(check));
        CHECK(own.substr(0, own.find('}')).find("\"fail\"") != std::string::npos);
    }
    for (const mpmeter::MeteringPlace &bad :
         {mpmeter::MeteringPlace{"a\0b"s, std::nullopt, {}}, mpmeter::MeteringPlace{std::nullopt, "a\0b"s, {}},
          mpmeter::MeteringPlace{std::nullopt, std::nullopt, {"a\0b"s}}})
        CHECK_THROWS_AS(static_cast<void>(mpmeter::diagnose_metering(mpmeter::Options(), bad)),
                        mpmeter::InvalidArgument);
}

TEST_CASE("endpoints follow AWS's rules") {
    using mpmeter::EndpointKind;
    CHECK(mpmeter::endpoint("us-east-1", EndpointKind::fips) ==
          "https://metering.marketplace-fips.us-east-1.amazonaws.com");
    CHECK(mpmeter::endpoint("eu-west-3", EndpointKind::dualstack) == "https://metering-marketplace.eu-west-3.api.aws");
    CHECK(mpmeter::try_endpoint("us-east-1", EndpointKind::fips | EndpointKind::dualstack).has_value());
    CHECK(mpmeter::try_endpoint("Paris").status() == Status::invalid_argument);
}

TEST_CASE("a stored token is verified offline") {
    const mpmeter::Client tested = client();
    std::string token = stored::token;
    const mpmeter::Registration registration = tested.verify(token, stored::product, stored::nonce);
    CHECK(registration.product_code() == stored::product);
    CHECK(registration.nonce() == stored::nonce);
    CHECK(registration.verified());
    CHECK(registration.signature() == token);
    CHECK(registration.public_key_version() == 1);
    CHECK(registration.product_kind() == mpmeter::ProductKind::paid);
    REQUIRE(registration.issued_at());
    CHECK(registration.issued_at()->time_since_epoch().count() == stored::issued_at);
    CHECK_FALSE(registration.region());
    CHECK_FALSE(registration.region_source());
    CHECK_FALSE(registration.credentials_source());
    CHECK_FALSE(registration.platform());
    CHECK_FALSE(registration.request_id());
    CHECK_FALSE(registration.public_key_rotation());
    CHECK(registration.attempts() == 0);

    CHECK_THROWS_AS(tested.verify("a.b", stored::product, stored::nonce), mpmeter::TokenMalformed);
    CHECK_THROWS_AS(tested.verify(token, "another", stored::nonce), mpmeter::TokenClaimsError);
    CHECK_THROWS_AS(tested.verify(token, stored::product, "another"), mpmeter::TokenClaimsError);
    CHECK_THROWS_AS(tested.verify(token, stored::product, stored::nonce, 2), mpmeter::PublicKeyError);
    token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
    CHECK_THROWS_AS(tested.verify(token, stored::product, stored::nonce), mpmeter::TokenSignatureError);
}

TEST_CASE("what was moved from is an invalid argument, and its getters are safe") {
    mpmeter::Client first = client();
    const mpmeter::Client second = std::move(first);
    CHECK_THROWS_AS(first.register_usage("code"), mpmeter::InvalidArgument);
    CHECK_THROWS_AS((void)first.find_region(), mpmeter::InvalidArgument);
    CHECK_THROWS_AS(first.verify("a.b.c", "code", "nonce"), mpmeter::InvalidArgument);
    first = client();
    CHECK_THROWS_AS(first.verify("a.b", "code", "nonce"), mpmeter::TokenMalformed);
    mpmeter::Client &same = first;
    first = std::move(same);
    CHECK_THROWS_AS(first.verify("a.b", "code", "nonce"), mpmeter::TokenMalformed);

    mpmeter::Cancellation cancellation;
    const mpmeter::Cancellation taken = std::move(cancellation);
    cancellation.cancel();
    CHECK_THROWS_AS(second.register_usage("code", cancellation), mpmeter::InvalidArgument);
    CHECK_THROWS_AS((void)second.find_region(cancellation), mpmeter::InvalidArgument);

    std::string token = stored::token;
    mpmeter::Registration registration = second.verify(token, stored::product, stored::nonce);
    const mpmeter::Registration other = std::move(registration);
    CHECK(other.verified());
    CHECK_FALSE(registration.verified());
    CHECK(registration.product_kind() == mpmeter::ProductKind::free);
    CHECK(registration.product_code().empty());
    CHECK_FALSE(registration.issued_at());
}

TEST_CASE("a cancellation that was cancelled stops calls before they begin") {
    const mpmeter::Client tested = client();
    const mpmeter::Cancellation cancellation;
    std::thread(&mpmeter::Cancellation::cancel, &cancellation).join();
    CHECK_THROWS_AS(tested.register_usage("code", cancellation), mpmeter::Cancelled);
    CHECK(tested.try_register_usage_with_nonce("code", "nonce", cancellation).status() == Status::cancelled);
    CHECK_THROWS_AS((void)tested.find_region(cancellation), mpmeter::Cancelled);
}

TEST_CASE("an error outlives the result and the client that it came from") {
    const mpmeter::Error error = [] {
        const mpmeter::Client short_lived = client();
        return short_lived.try_verify("a.b", "code", "nonce").error();
    }();
    CHECK(error.status() == Status::token_malformed);
    CHECK(error.what() != ""s);
    const mpmeter::Error copy = error;
    CHECK(copy.what() == error.what());
}
