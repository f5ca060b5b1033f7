"""Decides the faults of the service account token's file, which the pod's variables name."""

from __future__ import annotations

from ..settings import Settings
from ..tokenfile import STATES
from .registry import fault


def _named(state: str, description: str) -> None:
    """Register a fault that is one state of the file."""

    def spoil(settings: Settings, value: None) -> None:
        settings.token_file = state

    spoil.__doc__ = f"The service account token's file {description}."
    fault(f"token-file-{state}", "setting")(spoil)


for _state, _description in STATES.items():
    _named(_state, _description)
