"""Decides how each recipe of examples/supervisors is started, and what it answers once it serves."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from EndToEnd.places import LIBRARY, ROOT
from EndToEnd.sandbox import Sandbox

from .container import PRODUCT

EXAMPLES = ROOT / "examples" / "supervisors"


@dataclass(frozen=True)
class Recipe:
    """A server: its folder, and its command for a port."""

    name: str
    folder: str
    command: Callable[[int], Sequence[str]]
    ready: str | None = None  # what it prints once it works, if it answers no HTTP

    def copy(self, to: Path, sandbox: Sandbox) -> Path:
        """The folder with the sandbox's key for the product's."""
        place = to / "product"
        shutil.copytree(EXAMPLES / self.folder, place)
        shutil.copy(sandbox.key, place / "product.pem")
        if self.folder in BUILD:
            BUILD[self.folder](place)
        return place


def _build_cpp(place: Path) -> None:
    """As the file's first lines say, against the tree instead of an installed library."""
    lines = Path(place / "product.pem").read_text().splitlines()
    (place / "public_key.h").write_text("".join(f'"{line}\\n"\n' for line in lines))
    flags = [f"-I{ROOT / 'include'}", f"-I{ROOT / 'bindings/cpp'}", f"-L{LIBRARY.parent}", "-lmpmeter", "-pthread"]
    command = ["c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "prefork.cpp", *flags, "-o", "product"]
    subprocess.run(command, cwd=place, check=True)


def _build_go(place: Path) -> None:
    """As the file's first lines say. Nothing is downloaded: neither modules nor another toolchain."""
    module = place / "go.mod"
    module.write_text(module.read_text().replace("../../../bindings/go", str(ROOT / "bindings" / "go")))
    go = os.environ.get("GO", "go")
    settings = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "1"}
    subprocess.run(
        [go, "build", "-tags", "mpmeter_static", "-o", "product", "."],
        cwd=place,
        env={**os.environ, **settings},
        check=True,
    )


BUILD = {"cpp": _build_cpp, "go": _build_go}
RECIPES = [
    Recipe(
        "gunicorn",
        "python",
        lambda port: ["gunicorn", "-c", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "wsgi:app"],
    ),
    Recipe("uvicorn", "python", lambda port: ["uvicorn", "--port", str(port), "asgi:app"]),
    Recipe(
        "uwsgi",
        "python",
        lambda port: [
            "env",
            f"PYTHONPATH={ROOT / 'bindings/python/src'}",
            *("uwsgi", "--ini", "uwsgi.ini", "--http-socket", f"127.0.0.1:{port}"),
        ],
    ),
    Recipe("cpp", "cpp", lambda port: ["./product"], ready="the product begins here"),
    Recipe("go", "go", lambda port: ["./product"], ready="the product begins here"),
    Recipe("celery", "python", lambda port: ["celery", "-A", "tasks", "worker", "--loglevel", "INFO"], ready=" ready."),
]

__all__ = ["EXAMPLES", "PRODUCT", "RECIPES", "Recipe"]
