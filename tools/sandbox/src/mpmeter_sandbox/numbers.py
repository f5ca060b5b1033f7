"""Decides how AWS prints a moment as a JSON number: epoch seconds in scientific notation, as in 1.763892E9."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def scientific(moment: float) -> str:
    """Whole epoch seconds the way Java prints a large double: all digits behind the point, trailing zeros dropped."""
    mantissa, _, exponent = f"{int(moment):.9e}".partition("e")
    digits = mantissa.rstrip("0")
    return f"{digits}{'0' if digits.endswith('.') else ''}E{int(exponent)}"


def with_scientific(document: Mapping[str, Any], name: str) -> bytes:
    """The document as JSON, every number called `name` in scientific notation."""

    def mark(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: _mark(key == name, inner) for key, inner in value.items()}
        return value

    def _mark(wanted: bool, value: Any) -> Any:
        return f"\x00{scientific(value)}\x00" if wanted and isinstance(value, (int, float)) else mark(value)

    return json.dumps(mark(document)).replace('"\\u0000', "").replace('\\u0000"', "").encode()
