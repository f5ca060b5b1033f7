// A parent that registers once and then forks its workers: a refusal ends the container before there is a worker.
//
//   sed 's|.*|"&\\n"|' product.pem > public_key.h        the product's key, as a C string
//   c++ -std=c++17 prefork.cpp $(pkg-config --cflags --libs mpmeter) -pthread -o product
#include <mpmeter.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

static const char product_code[] = "4w1vgsrkqdkypbz43g7qkk4uz";
static const char public_key[] =
#include "public_key.h"
    ;
static const int workers = 4;

// SIGTERM is blocked everywhere and taken by sigwait(): the first process of a container ignores it otherwise.
static sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    return set;
}

// The exit status: 0 to go on, 1 to end for good, 75 to be started again, 143 if SIGTERM came first.
static int register_product(sigset_t set) {
    sigdelset(&set, SIGCHLD); // Process 1 also gets it for processes that it did not start.
    mpmeter::Cancellation cancellation;
    std::atomic<bool> answered{false}, stopped{false};
    std::thread waiting([&] {
        const timespec tenth = {0, 100000000};
        while (!answered && !stopped) stopped = sigtimedwait(&set, nullptr, &tenth) > 0;
        if (stopped) cancellation.cancel();
    });
    int status = 0;
    try {
        mpmeter::Client client(mpmeter::Options().public_key(1, public_key));
        client.register_usage(product_code, cancellation);
    } catch (const mpmeter::Cancelled &) { status = 143; } catch (const mpmeter::Error &error) {
        std::fprintf(stderr, "not registered: %s\n", error.text().c_str());
        status = error.action() == mpmeter::Action::retry ? 75 : 1;
    }
    answered = true;
    waiting.join();
    return stopped ? 143 : status; // SIGTERM may also come just after the answer.
}

static int work() {
    for (;;) pause(); // the product
}

// Whether a worker has ended; it is taken off the list. Process 1 also gets children that it did not start.
static bool has_ended(std::vector<pid_t> &children) {
    const size_t before = children.size();
    for (pid_t gone; (gone = waitpid(-1, nullptr, WNOHANG)) > 0;)
        children.erase(std::remove(children.begin(), children.end(), gone), children.end());
    return children.size() < before;
}

int main() {
    const sigset_t set = stop_signals();
    sigprocmask(SIG_BLOCK, &set, nullptr);
    if (const int status = register_product(set)) return status;
    std::vector<pid_t> children;
    for (int i = 0; i < workers; i++) {
        const pid_t child = fork();
        if (child == 0) {
            sigprocmask(SIG_UNBLOCK, &set, nullptr);
            return work();
        }
        if (child < 0) {
            std::perror("a worker was not started");
            break;
        }
        children.push_back(child);
    }
    // SIGTERM, or SIGCHLD for a worker that has ended or was not started: then all end, and after SIGCHLD the platform
    // starts the container again.
    int number = SIGCHLD;
    if (children.size() == workers) {
        std::puts("registered: the product begins here");
        std::fflush(stdout);
        do sigwait(&set, &number);
        while (number == SIGCHLD && !has_ended(children));
    }
    for (const pid_t child : children) kill(child, SIGTERM);
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    return number == SIGCHLD ? 75 : 0;
}
