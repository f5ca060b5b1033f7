"""Decides what a program calls: `Client`, and the functions that make one for a single call."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import TYPE_CHECKING, Callable

from . import _library
from ._calls import Cancellation, Handle, OneCall, library_call, make, run, run_async
from ._enums import ENDPOINT_DUALSTACK, ENDPOINT_FIPS, ProductKind, RegionPolicy
from ._options import ClientOptions, Deadline, PublicKey, invalid, number, options_of, utf8
from ._results import Region, Registration, take_error, take_region, take_registration
from ._status import Status

if TYPE_CHECKING:
    from typing_extensions import Unpack  # Type checkers bring it along; nothing needs it at run time.


class Client:
    """Everything a program needs to register. Make one and keep it; any number of threads may use it, and so may a
    child made by fork().

    Args:
        public_key: the product's public key as AWS Marketplace issued it, the text of a PEM ("BEGIN PUBLIC KEY" or
            "BEGIN RSA PUBLIC KEY"). The base64 of such a PEM, and one in which line ends are written as \\n, are taken
            too.
        public_key_version: its PublicKeyVersion, 1 or more.
        public_keys: several keys in place of one, {version: PEM}, to be ready for a rotation: the first is used first,
            and the next one after an InvalidPublicKeyVersionException.
        trusted_products: {product code: "paid" or "free"}. Without it the code that is registered is taken to be
            compiled into the program; with it, any other code raises UntrustedProduct. Use it whenever a buyer could
            change the code (Helm, CloudFormation, environment).
        accept_free_products: lets codes that are trusted as "free" register too.
        deadline: how long one register_usage() may take in all, retries included: seconds or a timedelta, 1 ms to a
            day. The default is 30 minutes, as AWS recommends.
        region_policy: in a Region that AWS does not list, "ask" raises RegionUnsupported once AWS says so or is not
            there; "enforce" raises it before any call; "attempt" calls as in any other Region.
        minimum_key_bits: accepts RSA keys from this many bits on, 1024 to 16384. The default is 2048.
        app_id: names the product, and its version if you like, in the User-Agent of every request to AWS, which
            CloudTrail shows: 1 to 50 letters, digits and !#$%&'*+,-.^_`|~. AWS_SDK_UA_APP_ID is not read.
        unverified_key_version: goes without the proof, asking AWS for this key version: any server in AWS's place could
            then have given the answer. Only without a public key.

    The environment is read here, once. No file is opened, and nothing is sent. The library's log goes to the logger
    "mpmeter".

    Raises:
        InvalidArgument, TypeError: an option is outside what is accepted.
        PublicKeyError: a key cannot be used, or there is none and `unverified_key_version` is not given.
        LibraryNotFound: libmpmeter cannot be loaded.
    """

    def __init__(
        self,
        public_key: PublicKey | None = None,
        *,
        public_key_version: int = 1,
        public_keys: Mapping[int, PublicKey] | None = None,
        trusted_products: Mapping[str, ProductKind | str] | None = None,
        accept_free_products: bool = False,
        deadline: Deadline | None = None,
        region_policy: RegionPolicy | str = RegionPolicy.ASK,
        # generated: plain options, by `make generate`
        minimum_key_bits: int | None = None,
        app_id: str | None = None,
        # end of generated
        unverified_key_version: int | None = None,
    ) -> None:
        self._library = _library.load()
        options: ClientOptions = {
            "public_key_version": public_key_version,
            "public_keys": public_keys,
            "trusted_products": trusted_products,
            "accept_free_products": accept_free_products,
            "deadline": deadline,
            "region_policy": region_policy,
            "minimum_key_bits": minimum_key_bits,
            "app_id": app_id,
            "unverified_key_version": unverified_key_version,
        }
        prepared = options_of(self._library, public_key, options)
        self._handle: Handle | None = make(self._library, "client", prepared.pointer, error=True)

    def register_usage(
        self, product_code: str, *, nonce: str | None = None, cancellation: Cancellation | None = None
    ) -> Registration:
        """Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline,
        verifies the signed response.

        Blocks for as long as that takes, with the GIL released. On the main thread it can be interrupted:
        KeyboardInterrupt, and whatever else a signal handler raises, stops the call and is raised here. Calls for one
        product at the same time are one request; once accepted, the registration is remembered, and later calls return
        at once, in this process and in children that it forks from then on.

        Args:
            product_code: 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
            nonce: None for a fresh random one, which is what proves that the answer is fresh. Or 1 to 255 bytes of
                text, for a caller that wants to hand the proof to somebody else.
            cancellation: stops the call from another thread.

        Raises:
            Error: `error.action` says what to do: RETRY (do not run unpaid: exit and be restarted, or call again) or
                TERMINATE.
        """
        function, call = self._register(product_code, nonce, cancellation)
        with call:
            return run(function, call.cancel)

    async def register_usage_async(self, product_code: str, *, nonce: str | None = None) -> Registration:
        """register_usage() for asyncio. Cancelling the task cancels the call, within 100 ms. Raises the same."""
        function, call = self._register(product_code, nonce, None)
        with call:
            return await run_async(function, call.cancel)

    def verify(self, token: str, *, product_code: str, nonce: str, public_key_version: int = 0) -> Registration:
        """Verifies a token that RegisterUsage answered earlier (`Registration.signature`), offline. Sends nothing,
        reads no file.

        Args:
            token: the JWT in compact form, at most 16384 bytes; white space around it is not accepted.
            product_code: what its productCode must equal. The trusted list does not count here.
            nonce: what its nonce must equal.
            public_key_version: what its publicKeyVersion must equal; 0 for any version whose key was given.

        Returns:
            A Registration without Region, sources, platform and request id.

        Raises:
            TokenMalformed, TokenAlgorithmInvalid, TokenSignatureInvalid, TokenClaimsInvalid: it proves nothing.
            PublicKeyError: there is no key of that version.
            InvalidArgument: an argument is outside what is accepted.
        """
        handle = self._open()
        return library_call(
            self._library,
            "mpmeter_verify",
            handle.pointer,
            utf8("token", token),
            utf8("product_code", product_code),
            number("public_key_version", public_key_version),
            utf8("nonce", nonce),
            take=take_registration,
        )

    def find_region(self, *, cancellation: Cancellation | None = None) -> Region:
        """Finds the Region that the program runs in, without registering. Never a default. Takes a few seconds at most.

        Raises:
            RegionNotFound, DeadlineExceeded, Cancelled.
        """
        handle = self._open()
        with OneCall(self._library, cancellation) as call:
            return run(
                lambda: library_call(
                    self._library, "mpmeter_region_find", handle.pointer, call.pointer, take=take_region
                ),
                call.cancel,
            )

    def close(self) -> None:
        """Frees what the client holds; calls under way go on to their end. A client that is dropped is closed too."""
        self._handle = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> Handle:
        if self._handle is None:
            raise ValueError("the client is closed")
        return self._handle

    def _register(
        self, product_code: str, nonce: str | None, cancellation: Cancellation | None
    ) -> tuple[Callable[[], Registration], OneCall]:
        """The blocking call, and what stops it. Whoever holds the function keeps the client and the cancellation
        alive."""
        library, handle = self._library, self._open()
        code = utf8("product_code", product_code)
        text = None if nonce is None else utf8("nonce", nonce)
        call = OneCall(library, cancellation)

        def register() -> Registration:
            return library_call(
                library, "mpmeter_register_usage", handle.pointer, code, text, call.pointer, take=take_registration
            )

        return register, call


def register_usage(
    product_code: str,
    *,
    public_key: PublicKey | None = None,
    nonce: str | None = None,
    cancellation: Cancellation | None = None,
    **options: Unpack[ClientOptions],
) -> Registration:
    """Registers this container with AWS Marketplace and verifies AWS's signed response. See `Client` and
    `Client.register_usage` for the options.

    Each call asks AWS again. A program that calls more than once keeps a `Client`, which remembers.
    """
    with Client(public_key, **options) as client:
        return client.register_usage(product_code, nonce=nonce, cancellation=cancellation)


async def register_usage_async(
    product_code: str,
    *,
    public_key: PublicKey | None = None,
    nonce: str | None = None,
    **options: Unpack[ClientOptions],
) -> Registration:
    """register_usage() for asyncio. Cancelling the task cancels the call, within 100 ms."""
    with Client(public_key, **options) as client:
        return await client.register_usage_async(product_code, nonce=nonce)


def verify(
    token: str,
    *,
    product_code: str,
    nonce: str,
    public_key: PublicKey | None = None,
    public_key_version: int = 1,
    public_keys: Mapping[int, PublicKey] | None = None,
    minimum_key_bits: int | None = None,
) -> Registration:
    """Verifies a token that RegisterUsage answered earlier, offline. See `Client.verify`.

    With `public_key` the token must be of `public_key_version`; with `public_keys` it may be of any of them.
    """
    with Client(
        public_key, public_key_version=public_key_version, public_keys=public_keys, minimum_key_bits=minimum_key_bits
    ) as client:
        version = 0 if public_key is None else public_key_version
        return client.verify(token, product_code=product_code, nonce=nonce, public_key_version=version)


def find_region(*, cancellation: Cancellation | None = None) -> Region:
    """Finds the Region that the program runs in, without registering. See `Client.find_region`."""
    with Client(unverified_key_version=1) as client:
        return client.find_region(cancellation=cancellation)


def endpoint(region: str, *, fips: bool = False, dualstack: bool = False) -> str:
    """The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules. It does not say that AWS has put a
    server there.

    Raises:
        InvalidArgument: not the name of a Region, or a kind of endpoint that its partition does not have.
    """
    library = _library.load()
    url = ctypes.c_void_p()
    status = library.mpmeter_endpoint(
        utf8("region", region),
        (ENDPOINT_FIPS if fips else 0) | (ENDPOINT_DUALSTACK if dualstack else 0),
        ctypes.byref(url),
    )
    if status == Status.INVALID_ARGUMENT:
        raise invalid(f"{region!r} is not the name of a Region, or has no such kind of endpoint")
    if status != Status.OK:
        raise take_error(library, status, ctypes.c_void_p())
    try:
        return ctypes.string_at(url.value or 0).decode("utf-8")
    finally:
        library.mpmeter_string_free(url)


def version() -> str:
    """The version of the library that is loaded, which need not be that of this package (`mpmeter.__version__`)."""
    return _library.text(_library.load().mpmeter_version()) or ""
