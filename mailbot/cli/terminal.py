"""Putting words on a terminal: hostile text made harmless, columns that fit, times a person reads."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

import typer

_DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200d", "\u200c", "\ufe0f"}  # emoji and Persian need them, and they hide nothing


def safe(text: str, *, lines: bool = False) -> str:
    """Text from outside, shown as text: control, escape and bidirectional characters become `·`.

    With `lines` a newline stays one; without, it becomes a space.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless(letter, lines=lines) for letter in text)


def _harmless(letter: str, *, lines: bool) -> str:
    if letter == "\n":
        return "\n" if lines else " "
    if letter == "\t":
        return "    " if lines else " "
    if letter in _JOINERS or unicodedata.category(letter) not in _DANGEROUS:
        return letter
    return "" if letter == "\r" else "·"


def ago(since: timedelta) -> str:
    """A span of time in its two greatest units: `3 min`, `2 h 10 min`, `4 d 3 h`."""
    minutes = max(0, int(since.total_seconds() // 60))
    if minutes < 1:
        return f"{max(0, int(since.total_seconds()))} s"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def local(moment: datetime | None) -> str:
    """A time as the wall clock of this machine shows it; `-` for none."""
    return moment.astimezone().strftime("%d/%m %H:%M") if moment else "-"


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under a head, each column as wide as it needs; the last is cut where the terminal ends."""
    table = [head, *rows]
    widths = [max(_width(row[n]) for row in table) for n in range(len(head))]
    return "\n".join(_fitted(_line(row, widths)) for row in table)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _fitted(line: str) -> str:
    if not sys.stdout.isatty():
        return line
    room = shutil.get_terminal_size().columns
    return line if _width(line) <= room else line[: room - 1] + "…"


def loud(text: str) -> str:
    """Text that must be seen, in colour where there is a terminal."""
    return typer.style(text, fg=typer.colors.RED, bold=True) if sys.stdout.isatty() else text


def quiet(text: str) -> str:
    """Text that may be overlooked, dimmed where there is a terminal."""
    return typer.style(text, dim=True) if sys.stdout.isatty() else text


def bold(text: str) -> str:
    """A heading, bold where there is a terminal."""
    return typer.style(text, bold=True) if sys.stdout.isatty() else text
