"""cfn-lint, which knows AWS's own schemas of every resource: its verdict on a template, or on a document that a
template would hold."""

from __future__ import annotations

import json
import re
from typing import Any

from cfnlint.api import ManualArgs, lint
from cfnlint.decode import cfn_yaml


def problems(template: str) -> str:
    """What cfn-lint has to say, informational remarks too, by the schemas of one Region: all of them take minutes."""
    found = lint(template, config=ManualArgs(include_checks=["I"], regions=["us-east-1"]))
    return "\n".join(f"{match.rule.id}: {match.message}" for match in found)


def problems_of_resource(kind: str, properties: dict[str, Any]) -> str:
    """The same for one resource."""
    return problems(json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}}))


def resources(template: str, **conditions: bool) -> dict[str, Any]:
    """Every resource as CloudFormation makes it, with these conditions decided."""
    return dict(_decided(cfn_yaml.loads(template)["Resources"], conditions))


def _decided(value: Any, conditions: dict[str, bool]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"Fn::If"} and value["Fn::If"][0] in conditions:
            name, yes, no = value["Fn::If"]
            return _decided(yes if conditions[name] else no, conditions)
        return {name: _decided(part, conditions) for name, part in value.items()}
    if isinstance(value, list):
        parts = [_decided(part, conditions) for part in value]
        return [part for part in parts if part != {"Ref": "AWS::NoValue"}]
    return value


def capitalised(value: Any) -> Any:
    """An API's parameters as CloudFormation spells them: taskRoleArn is TaskRoleArn there."""
    if isinstance(value, dict):
        return {re.sub("^.", lambda match: match[0].upper(), name): capitalised(part) for name, part in value.items()}
    return [capitalised(part) for part in value] if isinstance(value, list) else value
