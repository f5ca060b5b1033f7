// A vendor's program that knows of an installed mpmeter and nothing else: registers, and prints the Region.
#include <mpmeter.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

int main() {
    std::ifstream file(std::getenv("MPMETER_SANDBOX_PUBLIC_KEY"));
    const std::string pem{std::istreambuf_iterator<char>(file), {}};
    try {
        const mpmeter::Client client(mpmeter::Options().public_key(1, pem));
        const mpmeter::Registration registration = client.register_usage(std::getenv("MPMETER_SANDBOX_PRODUCT_CODE"));
        std::cout << "registered in " << registration.region().value_or("no Region") << ", mpmeter "
                  << mpmeter::version() << '\n';
        return registration.verified() ? 0 : 1;
    } catch (const mpmeter::Error &error) {
        std::cerr << mpmeter::status_name(error.status()) << ": " << error.what() << '\n';
        return 1;
    }
}
