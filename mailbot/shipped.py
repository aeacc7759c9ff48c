"""Where the files lie that ship with mailbot: rules, templates, places, model, demo letters."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).with_name("shipped")
_CHECKOUT = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, in the installed wheel or in a checkout."""
    return (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT) / name
