"""Decides what a run of the sandbox is told: the options, and the switches that some faults set before it starts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

DEFAULT_REGION = "eu-west-3"
DEFAULT_PRODUCT = "prod-sandbox-paid"


@dataclass
class Settings:
    """Options first, as the command line gives them; then what setting faults change."""

    scenario: str
    region: str = DEFAULT_REGION
    products: dict[str, bool] = field(default_factory=lambda: {DEFAULT_PRODUCT: True})
    product_code: str = DEFAULT_PRODUCT
    faults: list[str] = field(default_factory=list)
    key: str | None = None
    key_bits: int = 2048
    public_key_version: int = 1
    tls: bool = False
    log: str | None = None
    port: int = 0
    quota: int | None = None
    meter_quota: int | None = None
    dimensions: set[str] = field(default_factory=set)
    pod: str = "1"
    ledger: str | None = None
    clock: str | None = None
    set_variables: list[tuple[str, str]] = field(default_factory=list)
    unset_variables: list[str] = field(default_factory=list)

    clock_offset: float = 0.0
    bundle: str = "good"
    certificate: str = "good"
    dry_run: str = "error"
    credentials_lifetime: int = 6 * 3600
    credentials_rotate: bool = False
    imds_mode: str = "v2"
    key_rotated: bool = False
    kubernetes_minor: int = 31
    local_zone: bool = False
    refused: set[str] = field(default_factory=set)
    rotation_announced: bool = False
    sts_form: str = "as-asked"
    token_file: str = "good"

    def add_product(self, code: str, entitled: bool) -> None:
        """Add a product or change the default one's subscription; the first one added is the one the command is told
        of."""
        if list(self.products) == [DEFAULT_PRODUCT] and self.product_code == DEFAULT_PRODUCT:
            self.product_code = code
        self.products[code] = entitled

    @property
    def next_version(self) -> int:
        """The key version after the one the vendor embedded."""
        return self.public_key_version + 1

    @property
    def accepted_versions(self) -> set[int]:
        """The key versions RegisterUsage signs with."""
        return {self.next_version} if self.key_rotated else {self.public_key_version}

    @property
    def rotation_timestamp(self) -> float | None:
        """When the key was rotated, a week ago, if it was; null otherwise, as AWS answers."""
        return time.time() - 7 * 86400 if self.key_rotated or self.rotation_announced else None
