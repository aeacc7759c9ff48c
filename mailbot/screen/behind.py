"""What is loaded behind the open screen: `desk` stands for `asking`, until somebody asks something of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["desk"]


class _Behind:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, word: str) -> Any:
        return getattr(import_module(self._name), word)


if TYPE_CHECKING:
    from mailbot.screen import asking as desk
else:
    desk = _Behind("mailbot.screen.asking")
