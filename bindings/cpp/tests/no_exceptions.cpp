// A program without exceptions, as far as a vendor would go: it registers, and its exit status says what came of it.
#include <mpmeter.hpp>

#include <cstdio>
#include <cstdlib>
#include <type_traits>

#if defined(__cpp_exceptions)
#error "to be compiled with -fno-exceptions"
#endif

// A constructor that could only fail by an exception is not there.
static_assert(!std::is_constructible_v<mpmeter::Client, mpmeter::Options>);
static_assert(!std::is_default_constructible_v<mpmeter::Cancellation>);

int main(int count, char **arguments) {
    const char *path = std::getenv("MPMETER_SANDBOX_PUBLIC_KEY"), *code = std::getenv("MPMETER_SANDBOX_PRODUCT_CODE");
    if (path == nullptr || code == nullptr) return 3;
    char pem[8192];
    std::FILE *file = std::fopen(path, "rb");
    if (file == nullptr) return 3;
    const std::size_t size = std::fread(pem, 1, sizeof pem, file);
    std::fclose(file);

    int lines = 0;
    const auto count_line = [&lines](mpmeter::LogLevel, std::string_view) { lines++; };
    const mpmeter::Result<mpmeter::Client> client =
        mpmeter::Client::try_make(mpmeter::Options()
                                      .public_key(1, std::string_view(pem, size))
                                      .deadline(std::chrono::seconds(10))
                                      .log(count_line, mpmeter::LogLevel::debug));
    const mpmeter::Result<mpmeter::Cancellation> cancellation = mpmeter::Cancellation::try_make();
    if (!client || !cancellation) return 3;
    const mpmeter::Result<mpmeter::Registration> registration = client->try_register_usage(code, *cancellation);
    if (count > 1 && arguments[1][0] == 'u') // Reads the value of a failure unasked.
        return registration->verified() ? 0 : 4;
    if (!registration) {
        std::fprintf(stderr, "%s: %s\n", mpmeter::status_name(registration.status()).data(),
                     registration.error().what());
        return registration.action() == mpmeter::Action::retry ? 75 : 1;
    }
    if (!client->try_verify(registration->signature(), code, registration->nonce()) || !client->try_find_region() ||
        lines == 0)
        return 4;
    return registration->verified() && mpmeter::try_endpoint("eu-west-3") ? 0 : 4;
}
