"""A paid product's start: it runs only if AWS Marketplace says so.

    pip install mpmeter-*.whl
    python register.py

product.pem is the public key that AWS Marketplace issued with the product code; copy it into the image beside this
file.
"""

import logging
import signal
import sys
from pathlib import Path

import mpmeter

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = Path(__file__).with_name("product.pem").read_text()

logging.basicConfig(level=logging.INFO)
# Without a handler, process 1 of a container ignores SIGTERM.
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
try:
    registration = mpmeter.register_usage(PRODUCT_CODE, public_key=PUBLIC_KEY)
except mpmeter.Error as error:
    logging.critical("not registered: %s", error.text)
    sys.exit(75 if error.action is mpmeter.Action.RETRY else 1)  # 75: try again later. 1: stop.

print(f"registered in {registration.region}: the product begins here")
