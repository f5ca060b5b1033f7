"""The check that there is a product to test, and the sandbox."""

from EndToEnd.conftest import product_is_built, sandbox  # noqa: F401
