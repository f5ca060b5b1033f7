"""A product that is billed by use: each line of standard input is one request. A thread sends what is due; the rest is
sent at the end.

pip install mpmeter-*.whl
python meter.py /var/lib/product/usage < requests
"""

import logging
import signal
import sys

import mpmeter

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"

logging.basicConfig(level=logging.INFO)


def stop(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # Another one would break off the last sending.
    sys.exit(0)  # Leaves the `with` blocks, and so sends what is left.


signal.signal(signal.SIGTERM, stop)
try:
    with mpmeter.Meter(PRODUCT_CODE, sys.argv[1] if len(sys.argv) > 1 else "usage") as meter:
        meter.check("requests")
        with meter.sending():
            for _ in sys.stdin:
                meter.add("requests", 1)  # Once the request is served: on the disk when it returns.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # What is left is sent now.
except mpmeter.Error as error:
    logging.critical("%s", error.text)
    sys.exit(75 if error.action is mpmeter.Action.RETRY else 1)  # 75: try again later. 1: stop.
