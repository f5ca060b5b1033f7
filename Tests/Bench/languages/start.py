"""A start of Python; with an argument, and a registration."""

import sys

if len(sys.argv) > 1:
    import os

    import mpmeter

    with open(os.environ["BENCH_KEY"], encoding="utf-8") as file:
        mpmeter.register_usage("bench-product", public_key=file.read(), nonce="bench-1")
