// The binding over a library that answers what it is told to: every status from every function, also those that nobody
// can provoke and those that are newer than the header, with and without an error object. The functions below stand in
// front of the library's own.
#include <mpmeter.hpp>

#include <doctest/doctest.h>

#include <typeinfo>

namespace {

mpmeter_status answer = MPMETER_OK;
int freed_clients = 0;

/** Something for a handle to hold that the double's free function counts. */
char place;

} // namespace

extern "C" {

mpmeter_status mpmeter_options_new(mpmeter_options **out_options) {
    *out_options = reinterpret_cast<mpmeter_options *>(&place);
    return MPMETER_OK;
}
void mpmeter_options_free(mpmeter_options *) {}
mpmeter_status mpmeter_client_new(const mpmeter_options *, mpmeter_client **out_client, mpmeter_error **) {
    if (answer == MPMETER_OK) *out_client = reinterpret_cast<mpmeter_client *>(&place);
    return answer;
}
void mpmeter_client_free(mpmeter_client *) { freed_clients++; }
mpmeter_status mpmeter_cancellation_new(mpmeter_cancellation **) { return answer; }
mpmeter_status mpmeter_register_usage(mpmeter_client *, const char *, const char *, mpmeter_cancellation *,
                                      mpmeter_registration **, mpmeter_error **) {
    return answer;
}
mpmeter_status mpmeter_verify(mpmeter_client *, const char *, const char *, int32_t, const char *,
                              mpmeter_registration **, mpmeter_error **) {
    return answer;
}
mpmeter_status mpmeter_region_find(mpmeter_client *, mpmeter_cancellation *, mpmeter_region **, mpmeter_error **) {
    return answer;
}
mpmeter_status mpmeter_endpoint(const char *, uint32_t, char **) { return answer; }

} // extern "C"

namespace {

/** Passes if `call` throws an error of this status. @return whether it was of a class of its own. */
template <class Call> bool throws_its_status(mpmeter_status status, const Call &call) {
    answer = status;
    try {
        call();
    } catch (const mpmeter::Error &error) {
        CHECK(static_cast<mpmeter_status>(error.status()) == status);
        CHECK(error.what() == std::string(mpmeter_status_message(status)));
        CHECK(error.fix() == mpmeter_status_fix(status));
        return typeid(error) != typeid(mpmeter::Error);
    }
    FAIL("nothing was thrown");
    return false;
}

void every_function(mpmeter_status status, bool has_class) {
    CAPTURE(status);
    answer = MPMETER_OK;
    const mpmeter::Client client{mpmeter::Options()};
    CHECK(throws_its_status(status, [] { mpmeter::Client{mpmeter::Options()}; }) == has_class);
    CHECK(throws_its_status(status, [] { mpmeter::Cancellation(); }) == has_class);
    CHECK(throws_its_status(status, [&] { client.register_usage("code"); }) == has_class);
    CHECK(throws_its_status(status, [&] { client.register_usage_with_nonce("code", "nonce"); }) == has_class);
    CHECK(throws_its_status(status, [&] { client.verify("token", "code", "nonce"); }) == has_class);
    CHECK(throws_its_status(status, [&] { (void)client.find_region(); }) == has_class);
    CHECK(throws_its_status(status, [] { (void)mpmeter::endpoint("region"); }) == has_class);
    CHECK(static_cast<mpmeter_status>(client.try_register_usage("code").status()) == status);
}

} // namespace

TEST_CASE("every status reaches the caller from every function as its class, without an error object too") {
    for (int32_t index = 1; index < mpmeter_status_count(); index++) every_function(mpmeter_status_at(index), true);
    every_function(4711, false);
    every_function(-1, false);
}

TEST_CASE("a success without an object is never a verified registration") {
    answer = MPMETER_OK;
    const mpmeter::Client client{mpmeter::Options()};
    CHECK_FALSE(client.register_usage("code").verified());
    CHECK(client.register_usage("code").product_kind() == mpmeter::ProductKind::free);
    CHECK_FALSE(client.find_region().supported());
    CHECK(mpmeter::endpoint("region").empty());
}

TEST_CASE("a client is freed once, however often it is moved") {
    answer = MPMETER_OK;
    freed_clients = 0;
    {
        mpmeter::Client first{mpmeter::Options()};
        mpmeter::Client second(std::move(first));
        first = std::move(second);
        mpmeter::Client third{mpmeter::Options()};
        third = std::move(first);
        CHECK(freed_clients == 1);
    }
    CHECK(freed_clients == 2);
}
