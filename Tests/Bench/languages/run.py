"""`make bench-languages`: what a program's start costs in each language, without and with a registration.

A program that does nothing, and the same with one RegisterUsage against the stub: what lies between the two is the
binding, the library and the call. Whole processes, interleaved, medians. What was not built is left out, and named.
"""

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cost"))

import measure  # noqa: E402
from fixture import Files, environment, stub  # noqa: E402

ROOT = HERE.parents[2]


def programs(options: argparse.Namespace) -> dict[str, tuple[list[str], list[str], dict[str, str], Path]]:
    """By language: the command, what makes it register, its variables, and what must have been built."""
    tests, jdk = options.tests, options.jdk
    jar = next(iter(sorted((ROOT / "build/packages").glob("mpmeter-*[0-9].jar"))), ROOT / "missing.jar")
    java = [str(jdk / "bin/java"), "-Xshare:auto", "-cp", f"{options.programs / 'languages'}:{jar}", "Start"]
    node = tests / "node/node_modules/mpmeter"
    gems, php, tree = tests / "ruby/gems", tests / "php/project", tests / "lua/tree"
    starts = {name: options.programs / f"languages/start-{name}" for name in ("rust", "go", "go-nocgo")}
    compiled = {name: ([str(start)], ["register"], {}, start) for name, start in starts.items()}
    return {
        **compiled,
        "java": (java, ["register"], {}, options.programs / "languages/Start.class"),
        "node": (["nodejs", str(HERE / "start.mjs")], [str(tests / "node/tests/start.mjs")], {}, node),
        "ruby": (["ruby", str(HERE / "start.rb")], ["register"], {"GEM_HOME": str(gems)}, gems),
        "php": (["php8.2", "-d", "ffi.enable=1", str(HERE / "start.php")], [str(php)], {}, php),
        "lua": (
            ["luajit", str(HERE / "start.lua")],
            ["register"],
            {"LUA_PATH": f"{tree}/share/lua/5.1/?.lua;;", "LUA_CPATH": f"{tree}/lib/lua/5.1/?.so;;"},
            tree,
        ),
        "python": (
            [str(options.python), str(HERE / "start.py")],
            ["register"],
            {"MPMETER_LIBRARY": str(options.library)},
            options.library,
        ),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--programs", type=Path, required=True, help="the folder of spawn, stub and Start.class")
    arguments.add_argument("--library", type=Path, required=True)
    arguments.add_argument("--tests", type=Path, required=True, help="where the languages' tests have their packages")
    arguments.add_argument("--python", type=Path, required=True)
    arguments.add_argument("--jdk", type=Path, required=True)
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--json", type=Path, required=True)
    options = arguments.parse_args()

    with tempfile.TemporaryDirectory() as directory:
        files = Files(Path(directory), tokens=2)
        with stub(options.programs, files) as ports:
            plain = environment(options.library, files, ports)
            cases, missing = {}, []
            for language, (command, register, variables, built) in programs(options).items():
                if not built.exists():
                    missing.append(language)
                    continue
                for name, more in ((language, []), (f"{language} and a registration", register)):
                    given = [*command, *more]
                    cases[name] = partial(measure.process, options.programs, given, plain | variables)
            results = measure.interleaved(options.runs, cases)
    print(f"{'Start of a process':32} {'wall ms':>9} {'CPU ms':>9} {'peak MiB':>9}")
    for name in cases:
        row = results[name]
        print(f"{name:32} {row['wall_ms']:9.1f} {row['cpu_ms']:9.1f} {row['peak_kib'] / 1024:9.1f}")
    for language in missing:
        print(f"{language}: not built, not measured")
    options.json.write_text(json.dumps({"runs": options.runs, "start": results, "missing": missing}, indent=1) + "\n")


if __name__ == "__main__":
    main()
