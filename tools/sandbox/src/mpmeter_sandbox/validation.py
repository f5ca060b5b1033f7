"""Decides whether parameters fit an operation's input, by botocore's own service models.

botocore's validator checks types, what is required, what is unknown and minima. It leaves maxima and patterns to the
service and takes true for an integer, so those are added here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
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
    found += [problem for name, value in params.items() for problem in _within(name, value, shape.members.get(name))]
    return "; ".join(found) or None


def _within(name: str, value: Any, shape: Any) -> Iterator[str]:
    """The same for what is inside lists and structures."""
    if shape is None:  # unknown, as botocore has said
        return
    yield from _beyond_botocore(name, value, shape)
    if shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within(f"{name}[{index}]", item, shape.member)
    elif shape.type_name == "structure" and isinstance(value, dict):
        for inner, item in value.items():
            yield from _within(f"{name}.{inner}", item, shape.members.get(inner))


def _beyond_botocore(name: str, value: Any, shape: Any) -> list[str]:
    """The constraints of one value that botocore's validator does not look at."""
    found: list[str] = []
    highest = shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")
    if shape.type_name == "string" and isinstance(value, str):
        if highest is not None and len(value) > highest:
            found.append(f"Invalid length for parameter {name}, value is longer than {highest}")
        if pattern is not None and not re.fullmatch(pattern, value):
            found.append(f"Invalid value for parameter {name}, it does not match {pattern}")
    if shape.type_name == "list" and isinstance(value, list) and highest is not None and len(value) > highest:
        found.append(f"Invalid length for parameter {name}, there are more than {highest}")
    if shape.type_name == "timestamp" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        found.append(f"Invalid type for parameter {name}, a moment is a number of epoch seconds")
    if shape.type_name == "integer":
        if isinstance(value, bool):
            found.append(f"Invalid type for parameter {name}, a boolean is not an integer")
        elif isinstance(value, int) and value > (2**31 - 1 if highest is None else highest):
            found.append(f"Invalid value for parameter {name}, it is too large")
    return found
