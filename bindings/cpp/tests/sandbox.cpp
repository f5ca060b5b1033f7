#include "sandbox.hpp"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace sandbox {

std::map<std::string, std::function<void()>, std::less<>> &parts() {
    static std::map<std::string, std::function<void()>, std::less<>> all;
    return all;
}

int run(std::string_view part, std::vector<std::string> arguments) {
    const std::string program = variable("SANDBOX");
    std::string self(4096, '\0');
    const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
    self.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    std::vector<std::string> words{program, "run"};
    for (std::string &argument : arguments) words.push_back(std::move(argument));
    words.insert(words.end(), {"--", self, "--inside", std::string(part)});
    std::vector<char *> pointers;
    for (std::string &word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);

    pid_t child = 0;
    int status = 0;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, pointers.data(), environ) != 0 ||
        waitpid(child, &status, 0) != child)
        throw std::runtime_error(program + " cannot be run");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void expect(bool so, std::string_view what) {
    if (!so) throw std::runtime_error("not so: " + std::string(what));
}

std::string variable(const char *name) {
    const char *value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

std::string content(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    expect(file.good(), path + " can be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace sandbox

int main(int count, char **arguments) {
    if (count != 3 || arguments[1] != std::string_view("--inside")) return doctest::Context(count, arguments).run();
    try {
        sandbox::parts().at(arguments[2])();
        return 0;
    } catch (const std::exception &problem) {
        std::cerr << arguments[2] << ": " << problem.what() << '\n';
        return 1;
    }
}
