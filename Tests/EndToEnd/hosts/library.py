"""libmpmeter by ctypes alone: the functions of include/mpmeter.h that the hosts need, and nothing between."""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_char_p, c_int32, c_int64, c_void_p
from typing import Any

OK = 0


class Library:
    """The loaded library. `mode` is dlopen's."""

    def __init__(self, mode: int = ctypes.DEFAULT_MODE) -> None:
        self._c = ctypes.CDLL(os.environ["MPMETER_LIBRARY"], mode=mode)
        for name in (
            "version",
            "status_name",
            "error_message",
            "registration_nonce",
            "registration_region",
            "region_name",
        ):
            self._function(name, c_char_p)
        self._function("registration_verified", c_int32)
        self._function("registration_attempts", c_int32)

    def _function(self, name: str, result: Any) -> None:
        function = getattr(self._c, f"mpmeter_{name}")
        function.restype = result
        if name not in ("version", "status_name"):
            function.argtypes = [c_void_p]

    def text(self, name: str, thing: c_void_p) -> str:
        value = getattr(self._c, f"mpmeter_{name}")(thing)
        return "" if value is None else value.decode()

    def number(self, name: str, thing: c_void_p) -> int:
        return int(getattr(self._c, f"mpmeter_{name}")(thing))

    def version(self) -> str:
        return str(self._c.mpmeter_version().decode())

    def client(self, deadline_ms: int = 20_000) -> c_void_p:
        """A client with the sandbox's key."""
        options, client, error = c_void_p(), c_void_p(), c_void_p()
        with open(os.environ["MPMETER_SANDBOX_PUBLIC_KEY"], "rb") as file:
            pem = file.read()
        self._must(self._c.mpmeter_options_new(byref(options)))
        self._must(self._c.mpmeter_options_add_public_key(options, c_int32(1), c_char_p(pem)))
        self._must(self._c.mpmeter_options_set_deadline_ms(options, c_int64(deadline_ms)))
        self._must(self._c.mpmeter_client_new(options, byref(client), byref(error)), error)
        self._c.mpmeter_options_free(options)
        return client

    def register(self, client: c_void_p, nonce: str | None = None) -> str:
        """Registers the sandbox's product; the nonce that was proved."""
        registration, error = c_void_p(), c_void_p()
        code = os.environ["MPMETER_SANDBOX_PRODUCT_CODE"].encode()
        status = self._c.mpmeter_register_usage(
            client, c_char_p(code), c_char_p(nonce.encode() if nonce else None), None, byref(registration), byref(error)
        )
        self._must(status, error)
        assert self.number("registration_verified", registration) == 1
        proved = self.text("registration_nonce", registration)
        assert nonce is None or proved == nonce
        self._c.mpmeter_registration_free(registration)
        return proved

    def region(self, client: c_void_p) -> str:
        region, error = c_void_p(), c_void_p()
        self._must(self._c.mpmeter_region_find(client, None, byref(region), byref(error)), error)
        name = self.text("region_name", region)
        self._c.mpmeter_region_free(region)
        return name

    def free(self, client: c_void_p) -> None:
        self._c.mpmeter_client_free(client)

    def _must(self, status: int, error: c_void_p | None = None) -> None:
        name = self._c.mpmeter_status_name(c_int32(status)).decode()
        message = self.text("error_message", error) if error else ""
        assert status == OK, f"{name}: {message}"
