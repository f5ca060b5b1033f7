"""Metering in C++: a std::jthread that sends, and threads that add, against the double."""

import subprocess

from .conftest import PRODUCT, ROOT
from .test_examples import LIBRARY, environment

PROGRAM = """
#include <mpmeter.hpp>

#include <cstdio>
#include <thread>

int main(int, char **argv)
{
    mpmeter::Options options;
    const mpmeter::Client client(options.unverified(1));
    const mpmeter::Meter meter(client, argv[1], argv[2]);
    meter.check("requests");
    std::jthread sender([&](std::stop_token stop) {
        meter.run(stop, [](const mpmeter::Error &error) { std::puts(error.what()); });
    });
    {
        std::jthread one([&] { meter.add("requests", std::uint64_t{2}, {{"team", "a"}}); });
        std::jthread two([&] { meter.add("requests", "0.5"); });
    }
    sender.request_stop();
    sender.join();
    meter.send(true);
    try {
        meter.add("requests", "1e3");
        return 1;
    } catch (const mpmeter::InvalidArgument &) {
    }
    return meter.next_due().count() > 0 && meter.report().find("\\"sent\\": \\"2.5\\"") != std::string::npos ? 0 : 2;
}
"""


def test_a_jthread_that_sends(meter, double, tmp_path):
    source = tmp_path / "program.cpp"
    source.write_text(PROGRAM)
    subprocess.run(
        [
            "g++",
            "-std=c++20",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            f"-I{ROOT}/include",
            f"-I{ROOT}/bindings/cpp",
            str(source),
            f"-L{LIBRARY}",
            "-lmpmeter",
            "-pthread",
            "-o",
            str(tmp_path / "program"),
        ],
        check=True,
    )
    done = subprocess.run(
        [str(tmp_path / "program"), PRODUCT, str(meter.journal)],
        env=environment(meter),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert double.billed() == 2_500_000
