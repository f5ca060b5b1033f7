"""Decides what ``python -m mpmeter.sandbox`` does: it runs mpmeter-sandbox, or says how to install it."""

from __future__ import annotations

import sys


def main() -> int:
    try:
        from mpmeter_sandbox.cli import main as run
    except ModuleNotFoundError as error:
        print(
            f"mpmeter.sandbox: {error}. The sandbox is a separate distribution, because it signs tokens.\n"
            "fix: From a checkout of libmpmeter, run: python -m pip install ./tools/sandbox",
            file=sys.stderr,
        )
        return 1
    return int(run())


if __name__ == "__main__":
    sys.exit(main())
