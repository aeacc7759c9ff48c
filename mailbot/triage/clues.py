"""Patterns worth points, searched in one pass with RE2, so that no letter is slow. What they mean is not known here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import re2

MEMORY = 64 << 20  # octets RE2 may use for one set; it uses what the letters make it meet


class Clue(NamedTuple):
    """What a pattern speaks for: points (negative speaks against), the reason in words, the RE2 over flat text."""

    points: float
    because: str
    pattern: str


class Heard(NamedTuple):
    """A clue found at `start`:`end`."""

    clue: Clue
    start: int
    end: int


@dataclass(frozen=True)
class Clues:
    """Clues compiled together. Patterns see small letters without accents (`quoting.flat`), line by line."""

    clues: tuple[Clue, ...]

    @cached_property
    def _set(self) -> Any:
        together = re2.Set.SearchSet(_options())
        for clue in self.clues:
            together.Add(f"(?m){clue.pattern}")
        together.Compile()
        return together

    @cached_property
    def _each(self) -> tuple[Any, ...]:
        return tuple(re2.compile(f"(?m){clue.pattern}", _options()) for clue in self.clues)

    def heard(self, flat: str) -> list[Heard]:
        """Every clue that occurs, once each, at its first place."""
        found = []
        for number in sorted(self._set.Match(flat) or ()):  # None where nothing matches
            match = self._each[number].search(flat)
            if match:
                found.append(Heard(self.clues[number], match.start(), match.end()))
        return found


def clues(entries: Iterable[tuple[float, str, str]]) -> Clues:
    """Clues from (points, because, pattern); compiled when first used."""
    return Clues(tuple(Clue(*entry) for entry in entries))


def sentence_at(text: str, start: int, end: int) -> str:
    """The writer's sentence around a place, at most some 300 characters of it."""
    before = text[max(0, start - 150) : start]
    after = text[end : end + 150]
    first = max(before.rfind(sign) for sign in ".!?\n") + 1
    stops = [place for sign in ".!?\n" if (place := after.find(sign)) >= 0]
    return (before[first:] + text[start:end] + (after[: min(stops) + 1] if stops else after)).strip()


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    return options
