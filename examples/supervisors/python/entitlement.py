"""Ends this process unless AWS Marketplace says that the container may run.

Call require() once, in the parent, before anything is forked. product.pem is the public key that AWS Marketplace issued
with the product code; it lies beside this file in the image.
"""

import logging
import signal
import sys
from pathlib import Path
from types import FrameType

import mpmeter

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = Path(__file__).with_name("product.pem").read_text()


def require() -> mpmeter.Registration:
    """Register, or exit: with 75 to be started again later, with 1 for good, with 143 if SIGTERM comes first."""
    logging.basicConfig(level=logging.INFO)
    # The first process of a container ignores SIGTERM unless it has a handler.
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        return mpmeter.register_usage(PRODUCT_CODE, public_key=PUBLIC_KEY)
    except mpmeter.Error as error:
        logging.critical("not registered: %s", error.text)
        sys.exit(75 if error.action is mpmeter.Action.RETRY else 1)
    finally:
        if before is not signal.SIG_DFL:  # Otherwise process 1 would ignore SIGTERM until the server has its handler.
            signal.signal(signal.SIGTERM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)  # ends the wait for AWS within a tenth of a second
