"""AWS Marketplace container registration, by libmpmeter.

    import mpmeter
    registration = mpmeter.register_usage("product-code", public_key=PEM)

finds the Region and the role of the container, calls RegisterUsage until the deadline, and checks the
signed response with the product's public key. It returns a `Registration`, or raises an `Error` whose `action` says
what to do. `Client` has the options.

The library is loaded when it is first needed; importing this package does not load it.
"""

from ._calls import Cancellation
from ._client import Client, endpoint, find_region, register_usage, register_usage_async, verify, version
from ._diagnosis import Diagnosis, diagnose, diagnose_metering
from ._enums import Action, ProductKind, RegionPolicy
from ._errors import (
    # generated: imports, by make generate
    AccessDenied,
    APIDisabled,
    BadResponse,
    Cancelled,
    CredentialsNotFound,
    CredentialsRejected,
    CustomerNotEntitled,
    DeadlineExceeded,
    Error,
    InternalError,
    InvalidAllocations,
    InvalidArgument,
    InvalidDimension,
    InvalidProductCode,
    InvalidPublicKeyVersion,
    InvalidRegion,
    JournalBusy,
    JournalDamaged,
    JournalError,
    NetworkError,
    NotAuthenticated,
    OutOfMemory,
    PlatformNotSupported,
    PublicKeyError,
    RegionNotFound,
    RegionUnsupported,
    ServiceError,
    ServiceUnavailable,
    Throttled,
    TLSError,
    TokenAlgorithmInvalid,
    TokenClaimsInvalid,
    TokenMalformed,
    TokenSignatureInvalid,
    UntrustedProduct,
    UsageDuplicate,
    UsageHeld,
    UsageTimestamp,
    # end of generated
)
from ._library import LibraryNotFound
from ._meter import Meter
from ._results import Region, Registration
from ._sender import Sender, SenderTask
from ._status import Status
from ._usage import journal_report, meter_usage

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Cancellation",
    "Client",
    "Diagnosis",
    "LibraryNotFound",
    "Meter",
    "ProductKind",
    "Region",
    "RegionPolicy",
    "Registration",
    "Sender",
    "SenderTask",
    "Status",
    "diagnose",
    "diagnose_metering",
    "endpoint",
    "find_region",
    "journal_report",
    "meter_usage",
    "register_usage",
    "register_usage_async",
    "verify",
    "version",
    # generated: exports, by make generate
    "APIDisabled",
    "AccessDenied",
    "BadResponse",
    "Cancelled",
    "CredentialsNotFound",
    "CredentialsRejected",
    "CustomerNotEntitled",
    "DeadlineExceeded",
    "Error",
    "InternalError",
    "InvalidAllocations",
    "InvalidArgument",
    "InvalidDimension",
    "InvalidProductCode",
    "InvalidPublicKeyVersion",
    "InvalidRegion",
    "JournalBusy",
    "JournalDamaged",
    "JournalError",
    "NetworkError",
    "NotAuthenticated",
    "OutOfMemory",
    "PlatformNotSupported",
    "PublicKeyError",
    "RegionNotFound",
    "RegionUnsupported",
    "ServiceError",
    "ServiceUnavailable",
    "TLSError",
    "Throttled",
    "TokenAlgorithmInvalid",
    "TokenClaimsInvalid",
    "TokenMalformed",
    "TokenSignatureInvalid",
    "UntrustedProduct",
    "UsageDuplicate",
    "UsageHeld",
    "UsageTimestamp",
    # end of generated
]
