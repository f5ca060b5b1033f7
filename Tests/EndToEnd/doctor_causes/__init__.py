"""Every way in which an integration goes wrong, by where the cause lies: what is broken, the first check to fail, the
status that a registration would end with, and words that the check's sentence and its advice must have."""

from __future__ import annotations

from .credentials import CREDENTIALS
from .product import PRODUCT
from .region import REGION
from .role import ROLE
from .way import WAY

ALL = {**REGION, **WAY, **ROLE, **CREDENTIALS, **PRODUCT}
