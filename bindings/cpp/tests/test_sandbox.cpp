// The binding against the sandbox: registration in each scenario, each status by its class, cancellation, fork, log,
// threads.
#include <mpmeter.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <mutex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <typeinfo>

#if __has_include(<stop_token>) && __cplusplus >= 202002L
#include <stop_token>
#endif

#include "sandbox.hpp"

using namespace std::chrono_literals;
using sandbox::expect;
using sandbox::Part;
using Clock = std::chrono::steady_clock;

namespace {

std::string product() { return sandbox::variable("MPMETER_SANDBOX_PRODUCT_CODE"); }

mpmeter::Options options() {
    return mpmeter::Options()
        .public_key(std::stoi(sandbox::variable("MPMETER_SANDBOX_PUBLIC_KEY_VERSION")),
                    sandbox::content(sandbox::variable("MPMETER_SANDBOX_PUBLIC_KEY")))
        .deadline(30s);
}

/** Passes if `call` throws exactly this class, and the class says what the C table says. */
template <class Class, class Call> Class thrown_by(const Call &call) {
    try {
        call();
    } catch (const Class &error) {
        expect(typeid(error) == typeid(Class) && error.status() == Class::code, "the class's own status");
        expect(error.action() == mpmeter::status_action(Class::code), "the status's action");
        expect(*error.what() != '\0' && !error.fix().empty(), "an error says what happened and what to do");
        return error;
    } catch (const mpmeter::Error &error) {
        throw std::runtime_error("another class: " + std::string(mpmeter::status_name(error.status())) + ": " +
                                 error.what());
    }
    throw std::runtime_error("nothing was thrown");
}

template <class Class> void registration_throws() {
    const mpmeter::Client client(options().deadline(1500ms));
    thrown_by<Class>([&] { client.register_usage(product()); });
}

/** One row for a status: where it is met. */
struct Met {
    const char *status;
    std::vector<std::string> arguments;
};

#define MET(Class) const Part part_##Class(#Class, registration_throws<mpmeter::Class>)
MET(RegionNotFound);
MET(RegionUnsupported);
MET(CredentialsNotFound);
MET(CredentialsRejected);
MET(NetworkError);
MET(TlsError);
MET(DeadlineExceeded);
MET(BadResponse);
MET(CustomerNotEntitled);
MET(PlatformNotSupported);
MET(InvalidRegion);
MET(InvalidProductCode);
MET(InvalidPublicKeyVersion);
MET(ApiDisabled);
MET(AccessDenied);
MET(NotAuthenticated);
MET(Throttled);
MET(ServiceUnavailable);
MET(ServiceError);
MET(TokenMalformed);
MET(TokenAlgorithmError);
MET(TokenSignatureError);
MET(TokenClaimsError);
#undef MET

const Part invalid_argument("InvalidArgument", [] {
    const mpmeter::Client client(options());
    thrown_by<mpmeter::InvalidArgument>([&] { client.register_usage("no spaces"); });
    thrown_by<mpmeter::InvalidArgument>([&] { client.register_usage_with_nonce(product(), ""); });
});

const Part untrusted_product("UntrustedProduct", [] {
    const mpmeter::Client client(
        options().trust_product("another").trust_product("gratis", mpmeter::ProductKind::free));
    thrown_by<mpmeter::UntrustedProduct>([&] { client.register_usage(product()); });
    thrown_by<mpmeter::UntrustedProduct>([&] { client.register_usage("gratis"); });
});

const Part public_key("PublicKeyError", [] {
    thrown_by<mpmeter::PublicKeyError>([] { mpmeter::Client(options().minimum_key_bits(4096)); });
});

/** Cancels when the call has had time to begin. @return how long after that it came back. */
template <class Call> Clock::duration cancelled(const mpmeter::Cancellation &cancellation, const Call &call) {
    std::atomic<Clock::time_point> at{};
    std::thread other([&] {
        std::this_thread::sleep_for(700ms);
        at = Clock::now();
        cancellation.cancel();
    });
    struct Join {
        std::thread &thread;
        ~Join() { thread.join(); }
    };
    Clock::time_point back;
    {
        const Join join{other};
        thrown_by<mpmeter::Cancelled>(call);
        back = Clock::now();
    }
    expect(back >= at.load(), "the call lasted until it was cancelled");
    return back - at.load();
}

const Part cancelled_registration("Cancelled", [] {
    const mpmeter::Client client(options());
    const mpmeter::Cancellation cancellation;
    const auto took = cancelled(cancellation, [&] { client.register_usage(product(), cancellation); });
    expect(took <= 100ms * TIME_SCALE, "a call returns within 100 ms of its cancellation");
    thrown_by<mpmeter::Cancelled>([&] { client.register_usage_with_nonce(product(), "again", cancellation); });
});

const Part cancelled_search("CancelledSearch", [] {
    const mpmeter::Client client(options());
    const mpmeter::Cancellation cancellation;
    const auto took = cancelled(cancellation, [&] { (void)client.find_region(cancellation); });
    expect(took <= 100ms * TIME_SCALE, "a call returns within 100 ms of its cancellation");
});

#if defined(__cpp_lib_jthread)
const Part stop_token("StopToken", [] {
    const mpmeter::Client client(options());
    const mpmeter::Cancellation cancellation;
    std::jthread worker([&](std::stop_token stop) {
        const std::stop_callback on_stop(stop, [&] { cancellation.cancel(); });
        thrown_by<mpmeter::Cancelled>([&] { client.register_usage(product(), cancellation); });
    });
    std::this_thread::sleep_for(300ms);
    const Clock::time_point at = Clock::now();
    worker.request_stop();
    worker.join();
    expect(Clock::now() - at <= 100ms * TIME_SCALE, "a stop token stops a call within 100 ms");
});
#endif

const Part registers("registers", [] {
    const mpmeter::Client client(options());
    const mpmeter::Registration registration = client.register_usage(product());
    expect(registration.verified(), "the proof was verified");
    expect(registration.product_code() == product(), "the product that was asked for");
    expect(registration.product_kind() == mpmeter::ProductKind::paid, "a paid one");
    expect(registration.public_key_version() == 1, "the key's version");
    expect(registration.nonce().size() >= 32, "a nonce that nobody guesses");
    expect(registration.region() == "eu-west-3", "the scenario's Region");
    expect(registration.region_source() == sandbox::variable("EXPECTED_REGION_SOURCE"), "where the Region was found");
    expect(registration.credentials_source() == sandbox::variable("EXPECTED_CREDENTIALS_SOURCE"),
           "where the role was found");
    expect(registration.platform() == sandbox::variable("EXPECTED_PLATFORM"), "the platform");
    expect(registration.request_id().has_value(), "AWS's request id");
    expect(registration.attempts() == 1, "one request");
    expect(registration.elapsed() > 0ms && registration.elapsed() < 20s, "the time that it took");
    expect(registration.issued_at() && std::chrono::system_clock::now() - *registration.issued_at() < 1min,
           "when it was issued");
    expect(!registration.public_key_rotation(), "no rotation");

    const mpmeter::Registration again = client.verify(registration.signature(), product(), registration.nonce());
    expect(again.verified() && again.issued_at() == registration.issued_at(), "the same proof, offline");

    const mpmeter::Region region = client.find_region();
    expect(region.name() == "eu-west-3" && region.supported(), "the Region alone");
    expect(region.source() == registration.region_source() && region.platform() == registration.platform(),
           "found the same way");
});

const Part remembers("remembers", [] {
    mpmeter::Client client(options());
    const mpmeter::Registration first = client.register_usage(product());
    mpmeter::Client moved(std::move(client));
    expect(moved.register_usage(product()).request_id() == first.request_id(), "a moved client remembers");
    const mpmeter::Registration own = moved.register_usage_with_nonce(product(), "order 4711 \xc3\xa9");
    expect(own.nonce() == "order 4711 \xc3\xa9" && own.request_id() != first.request_id(),
           "another nonce is another request");
    { const mpmeter::Client gone(std::move(moved)); }
    expect(first.verified() && !first.signature().empty(), "a registration outlives its client");
});

const Part rotates("rotates", [] {
    const mpmeter::Client client(
        options().public_key(2, sandbox::content(sandbox::variable("MPMETER_SANDBOX_NEXT_PUBLIC_KEY"))));
    const mpmeter::Registration registration = client.register_usage(product());
    expect(registration.public_key_version() == 2 && registration.public_key_rotation(),
           "the next key, and the rotation's time");
});

const Part fails_in_full("fails_in_full", [] {
    const mpmeter::Client client(options());
    const auto error = thrown_by<mpmeter::CustomerNotEntitled>([&] { client.register_usage(product()); });
    expect(error.http_status() == 400, "HTTP status");
    expect(error.aws_type() == "CustomerNotEntitledException", "AWS's type");
    expect(error.request_id().has_value(), "AWS's request id");
    expect(error.region() == "eu-west-3" && error.region_source() == "AWS_REGION", "Region and source");
    expect(error.credentials_source() == "ecs-task-role" && error.platform() == "fargate", "role and platform");
    expect(error.attempts() == 1 && error.elapsed() > 0ms, "attempts and time");
    expect(error.text().find("MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): ") == 0, "one line for a log");
    expect(error.json().value().find("\"aws_type\": \"CustomerNotEntitledException\"") != std::string::npos, "JSON");

    const mpmeter::Result<mpmeter::Registration> result = client.try_register_usage(product());
    expect(!result && result.status() == mpmeter::Status::customer_not_entitled, "the same without an exception");
    expect(result.action() == mpmeter::Action::terminate && result.error().aws_type() == error.aws_type(),
           "in the same words");
});

const Part free_product("free_product", [] {
    const mpmeter::Client client(options().trust_product(product(), mpmeter::ProductKind::free).accept_free_products());
    expect(client.register_usage(product()).product_kind() == mpmeter::ProductKind::free,
           "a free product is said to be one");
});

const Part attempts_anyway("attempts_anyway", [] {
    const mpmeter::Client client(options().region_policy(mpmeter::RegionPolicy::attempt));
    expect(client.register_usage(product()).region() == "ap-east-1", "an unsupported Region is tried");
    expect(!client.find_region().supported(), "and known as one");
});

const Part logs("logs", [] {
    std::vector<std::pair<mpmeter::LogLevel, std::string>> all, warnings;
    const auto to = [](auto &lines) {
        return [&lines](mpmeter::LogLevel level, std::string_view line) { lines.emplace_back(level, line); };
    };
    mpmeter::Client client = [&] { return mpmeter::Client(options().log(to(all), mpmeter::LogLevel::debug)); }();
    client.register_usage(product());
    expect(!all.empty(), "a log function outlives the options that it was given in");
    const std::size_t before = all.size();
    client = mpmeter::Client(options().log(to(warnings), mpmeter::LogLevel::warning));
    client.register_usage(product());
    expect(all.size() == before, "a client that was assigned to logs to its new function");
    for (const auto &[level, line] : all)
        expect(!line.empty() && line.find('\n') == std::string::npos, "a line without its end");
    for (const auto &[level, line] : warnings) expect(level == mpmeter::LogLevel::warning, "nothing below the level");
});

const Part log_throws("log_throws", [] {
    int calls = 0;
    const mpmeter::Client client(options().log(
        [&](mpmeter::LogLevel, std::string_view) {
            calls++;
            throw std::runtime_error("the disk is full");
        },
        mpmeter::LogLevel::debug));
    expect(client.register_usage(product()).verified(), "a log function that throws does not stop the product");
    expect(calls > 1, "and is asked again");
});

const Part log_cancelled("log_cancelled", [] {
    std::atomic<bool> is_inside = false, has_returned = false;
    mpmeter::Client client(options().log(
        [&](mpmeter::LogLevel, std::string_view) {
            is_inside = true;
            ::usleep(300'000); // Where pthread_cancel() would end it.
        },
        mpmeter::LogLevel::debug));
    const auto body = [&] {
        client.register_usage(product());
        has_returned = true;
        ::pthread_testcancel();
    };
    const auto run = [](void *function) -> void * {
        (*static_cast<decltype(&body)>(function))();
        return nullptr;
    };
    ::pthread_t thread{};
    void *result = nullptr;
    expect(::pthread_create(&thread, nullptr, run, const_cast<void *>(static_cast<const void *>(&body))) == 0,
           "a thread");
    while (!is_inside) ::usleep(1000);
    ::pthread_cancel(thread);
    ::pthread_join(thread, &result);
    expect(has_returned && result == PTHREAD_CANCELED, "the thread ends after the call, and the process goes on");
});

const Part threads("threads", [] {
    std::atomic<int> lines = 0;
    const mpmeter::Client client(
        options().log([&](mpmeter::LogLevel, std::string_view) { lines++; }, mpmeter::LogLevel::debug));
    std::mutex mutex;
    std::set<std::string> request_ids;
    std::vector<std::thread> all;
    for (int i = 0; i < 8; i++)
        all.emplace_back([&] {
            const std::optional<std::string> id = client.register_usage(product()).request_id();
            const std::lock_guard<std::mutex> lock(mutex);
            request_ids.insert(id.value_or("none"));
        });
    for (std::thread &thread : all) thread.join();
    expect(request_ids.size() == 1 && request_ids.count("none") == 0, "eight threads are one request");
    expect(lines > 0, "and log");
});

/** Runs `body` in a child. @return whether it came to its end. */
template <class Body> bool in_child(const Body &body) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            body();
            _exit(0);
        } catch (const std::exception &problem) { std::cerr << "in the child: " << problem.what() << std::endl; }
        _exit(1);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

const Part forks("forks", [] {
    const mpmeter::Client client(options());
    const mpmeter::Registration parent = client.register_usage(product());
    expect(in_child([&] {
               const mpmeter::Registration child = client.register_usage(product());
               expect(child.request_id() == parent.request_id(), "a child inherits what its parent registered");
               expect(parent.verified(), "what the parent has, the child can read");
           }),
           "the child's checks");
    expect(client.register_usage(product()).request_id() == parent.request_id(), "the parent remembers its own");
});

std::vector<std::string> fargate(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--scenario", "ecs-fargate"});
    return more;
}

std::vector<std::string> fault(const char *name) { return fargate({"--fault", name}); }

} // namespace

TEST_CASE("a container registers in each scenario that AWS takes registrations from") {
    const auto expecting = [](const char *scenario, const char *region, const char *credentials, const char *platform) {
        return std::vector<std::string>{"--scenario", scenario,
                                        "--set",      std::string("EXPECTED_REGION_SOURCE=") + region,
                                        "--set",      std::string("EXPECTED_CREDENTIALS_SOURCE=") + credentials,
                                        "--set",      std::string("EXPECTED_PLATFORM=") + platform};
    };
    CHECK(sandbox::run("registers", expecting("ecs-ec2", "ecs-task-metadata", "ecs-task-role", "ecs")) == 0);
    CHECK(sandbox::run("registers", expecting("ecs-fargate", "AWS_REGION", "ecs-task-role", "fargate")) == 0);
    CHECK(sandbox::run("registers", expecting("eks-irsa", "AWS_REGION", "eks-irsa", "eks")) == 0);
}

// OutOfMemory and InternalError cannot be met from outside: test_double.cpp has them. Those of usage (70 and on) need a
// journal: Tests/Metering has them.
TEST_CASE("each status is met by its own class") {
    const Met rows[] = {
        {"InvalidArgument", fargate()},
        {"UntrustedProduct", fargate()},
        {"PublicKeyError", fargate()},
        {"RegionNotFound", {"--scenario", "ec2", "--fault", "imds-403"}},
        {"RegionUnsupported", fargate({"--region", "ap-east-1", "--fault", "api-disabled"})},
        {"CredentialsNotFound",
         {"--scenario", "local", "--unset", "AWS_ACCESS_KEY_ID", "--unset", "AWS_SECRET_ACCESS_KEY", "--set",
          "AWS_EC2_METADATA_DISABLED=true"}},
        {"CredentialsRejected", fault("credentials-404")},
        {"NetworkError", fault("reset@metering")},
        {"TlsError", fault("tls-self-signed")},
        {"DeadlineExceeded", fault("hang@metering")},
        {"Cancelled", fault("hang@metering")},
        {"BadResponse", fault("not-json@metering")},
        {"CustomerNotEntitled", fault("not-entitled")},
        {"PlatformNotSupported", {"--scenario", "eks-pod-identity"}},
        {"InvalidRegion", fault("invalid-region")},
        {"InvalidProductCode", fault("invalid-product-code")},
        {"InvalidPublicKeyVersion", fault("invalid-public-key-version")},
        {"ApiDisabled", fault("api-disabled")},
        {"AccessDenied", fault("access-denied")},
        {"NotAuthenticated", fault("not-authenticated")},
        {"Throttled", fault("throttle")},
        {"ServiceUnavailable", fault("http-503@metering")},
        {"ServiceError", fault("unknown-error")},
        {"TokenMalformed", fault("token-garbage")},
        {"TokenAlgorithmError", fault("token-rs256")},
        {"TokenSignatureError", fault("token-wrong-key")},
        {"TokenClaimsError", fault("token-wrong-nonce")},
    };
    std::int32_t others = 1 + 2;
    for (std::int32_t index = 0; index < mpmeter_status_count(); index++)
        others += mpmeter_status_at(index) >= MPMETER_E_JOURNAL ? 1 : 0;
    CHECK(static_cast<std::int32_t>(std::size(rows)) + others == mpmeter_status_count());
    for (const Met &row : rows) {
        CAPTURE(row.status);
        CHECK(sandbox::run(row.status, row.arguments) == 0);
    }
}

TEST_CASE("a call is cancelled from another thread within 100 ms, whatever it waits for") {
    CHECK(sandbox::run("Cancelled", fault("throttle")) == 0);
    CHECK(sandbox::run("Cancelled", fault("credentials-hang")) == 0);
    CHECK(sandbox::run("CancelledSearch", {"--scenario", "ecs-ec2", "--fault", "metadata-hang"}) == 0);
#if defined(__cpp_lib_jthread)
    CHECK(sandbox::run("StopToken", fault("hang@metering")) == 0);
#endif
}

TEST_CASE("an error says how far the call got") { CHECK(sandbox::run("fails_in_full", fault("not-entitled")) == 0); }

TEST_CASE("a registration is remembered, and outlives its client") { CHECK(sandbox::run("remembers", fargate()) == 0); }

TEST_CASE("the next key is used after a rotation") { CHECK(sandbox::run("rotates", fault("key-rotated")) == 0); }

TEST_CASE("options reach the library") {
    CHECK(sandbox::run("free_product", fargate()) == 0);
    CHECK(sandbox::run("attempts_anyway", fargate({"--region", "ap-east-1"})) == 0);
}

TEST_CASE("the log reaches its function, and what that throws goes no further") {
    CHECK(sandbox::run("logs", fargate({"--fault", "throttle:1"})) == 0);
    CHECK(sandbox::run("log_throws", fargate({"--fault", "throttle:1"})) == 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // A sanitizer's runtime does not know of stack frames that a cancellation unwinds and reports its own writes.
    CHECK(sandbox::run("log_cancelled", fargate()) == 0);
#endif
}

TEST_CASE("threads share a client") { CHECK(sandbox::run("threads", fargate()) == 0); }

TEST_CASE("a child made by fork inherits a registration") { CHECK(sandbox::run("forks", fargate()) == 0); }
