// Runs a part of this very program inside `mpmeter-sandbox run`, so that the client meets the environment that such a
// container has.
#ifndef MPMETER_TESTS_SANDBOX_HPP
#define MPMETER_TESTS_SANDBOX_HPP

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

/** What runs inside, by name. A part fails by throwing. */
std::map<std::string, std::function<void()>, std::less<>> &parts();

/** Adds a part: `const sandbox::Part name("name", [] { … });` */
struct Part {
    Part(const char *name, std::function<void()> body) { parts().emplace(name, std::move(body)); }
};

/** Runs a part in a scenario. @return its exit status: 0, or 1 if it threw, which it says on stderr. */
int run(std::string_view part, std::vector<std::string> arguments);

/** Inside: throws, naming what is not so, unless it is. */
void expect(bool so, std::string_view what);

/** Inside: a variable of the environment, which has to be there. */
std::string variable(const char *name);

/** Inside: a file's content. */
std::string content(const std::string &path);

} // namespace sandbox

#endif
