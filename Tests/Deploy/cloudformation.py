"""cfn-lint, which knows AWS's own schemas of every resource: its verdict on a template, or on a document that a
template would hold."""

from __future__ import annotations

import json
import re
from typing import Any

from cfnlint.api import ManualArgs, lint


def problems(template: str) -> str:
    """What cfn-lint has to say, informational remarks too, by the schemas of one Region: all of them take minutes."""
    found = lint(template, config=ManualArgs(include_checks=["I"], regions=["us-east-1"]))
    return "\n".join(f"{match.rule.id}: {match.message}" for match in found)


def problems_of_resource(kind: str, properties: dict[str, Any]) -> str:
    """The same for one resource."""
    return problems(json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}}))


def capitalised(value: Any) -> Any:
    """An API's parameters as CloudFormation spells them: taskRoleArn is TaskRoleArn there."""
    if isinstance(value, dict):
        return {re.sub("^.", lambda match: match[0].upper(), name): capitalised(part) for name, part in value.items()}
    return [capitalised(part) for part in value] if isinstance(value, list) else value
