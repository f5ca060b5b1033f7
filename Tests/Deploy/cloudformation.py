"""cfn-lint, which knows AWS's own schemas of every resource: its verdict on a template, or on a document that a template would hold."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from .places import TOOLS


def lint(template: Path) -> str:
    """What cfn-lint has to say, informational remarks too; nothing if it is content."""
    command = [str(TOOLS / "cfn-lint"), "--include-checks", "I", "--format", "parseable", "--", str(template)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout


def lint_resource(folder: Path, kind: str, properties: dict[str, Any]) -> str:
    """The same for one resource."""
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}}))
    return lint(template)


def capitalised(value: Any) -> Any:
    """An API's parameters as CloudFormation spells them: taskRoleArn is TaskRoleArn there."""
    if isinstance(value, dict):
        return {re.sub("^.", lambda match: match[0].upper(), name): capitalised(part) for name, part in value.items()}
    return [capitalised(part) for part in value] if isinstance(value, list) else value
