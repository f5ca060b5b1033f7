// A paid product's start: it runs only if AWS Marketplace says so.
//
//   sed 's|.*|"&\\n"|' public-key.pem > public_key.h      the product's key, as a C string
//   c++ -std=c++17 register.cpp $(pkg-config --cflags --libs mpmeter) -o product
#include <mpmeter.hpp>

#include <csignal>
#include <cstdio>
#include <unistd.h>

static const char product_code[] = "4w1vgsrkqdkypbz43g7qkk4uz";
static const char public_key[] =
#include "public_key.h"
    ;

int main() {
    // Without a handler, process 1 of a container ignores SIGTERM.
    std::signal(SIGTERM, [](int number) { _exit(128 + number); });
    try {
        mpmeter::Client client(mpmeter::Options().public_key(1, public_key));
        client.register_usage(product_code);
    } catch (const mpmeter::Error &error) {
        std::fprintf(stderr, "not registered: %s\n", error.text().c_str());
        return error.action() == mpmeter::Action::retry ? 75 : 1; // 75: try again later. 1: stop.
    }
    std::puts("registered: the product begins here");
}
