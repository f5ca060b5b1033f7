"""Decides whether parameters fit an operation's input, by botocore's own service models.

botocore's validator checks types, what is required, what is unknown and minima. It leaves maxima and patterns to the service and takes
true for an integer, so those are added here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.validate import ParamValidator


@functools.cache
def input_shape(service: str, operation: str) -> StructureShape:
    """The shape of an operation's input in the service-2.json that botocore ships."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return model.operation_model(operation).input_shape


def problem_with(service: str, operation: str, params: Mapping[str, Any]) -> str | None:
    """What does not fit, in one line, or None."""
    shape = input_shape(service, operation)
    errors = ParamValidator().validate(params, shape)
    found: list[str] = errors.generate_report().split("\n") if errors.has_errors() else []
    for name, value in params.items():
        if name in shape.members:
            found += _beyond_botocore(name, value, shape.members[name])
    return "; ".join(found) or None


def _beyond_botocore(name: str, value: Any, shape: Any) -> list[str]:
    """The constraints of one scalar that botocore's validator does not look at."""
    found: list[str] = []
    highest = shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")
    if shape.type_name == "string" and isinstance(value, str):
        if highest is not None and len(value) > highest:
            found.append(f"Invalid length for parameter {name}, value is longer than {highest}")
        if pattern is not None and not re.fullmatch(pattern, value):
            found.append(f"Invalid value for parameter {name}, it does not match {pattern}")
    if shape.type_name == "integer":
        if isinstance(value, bool):
            found.append(f"Invalid type for parameter {name}, a boolean is not an integer")
        elif isinstance(value, int) and value > (2**31 - 1 if highest is None else highest):
            found.append(f"Invalid value for parameter {name}, it is too large")
    return found
