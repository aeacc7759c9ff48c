"""Labelled letters and sentences as values, read from lines of text. Which files there are is known by `store`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailbot.model import Letter, Screening


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """One sentence and its act; `label` is a category, a topic or a shade of the act, several between commas.

    `made` sentences come from frames: they teach, but are never examples of what people write.
    """

    act: str
    label: str
    language: str
    text: str
    made: bool = False


@dataclass(frozen=True, slots=True)
class LabelledLetter:
    """A letter as parsed and screened, with the labels a person gave it; `gold` is as in data/corpus/README.md."""

    id: str
    letter: Letter
    screening: Screening
    gold: Mapping[str, Any]


def read_sentences(lines: Iterable[str]) -> Iterator[LabelledSentence]:
    """Read `act, language, sentence` or `act, label, language, sentence` between tabs, one a line."""
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 3:
            yield LabelledSentence(cells[0], "", cells[1], cells[2])
        elif len(cells) == 4:
            yield LabelledSentence(cells[0], cells[1], cells[2], cells[3])


def set_aside(letter_id: str) -> bool:
    """Whether a letter belongs to the tenth that nobody looks at; chosen by its name, before anything was tried."""
    return int(hashlib.sha256(f"aside:{letter_id}".encode()).hexdigest()[:8], 16) % 10 == 0


def fold_of(letter_id: str, folds: int) -> int:
    """The fold of a letter in cross-validation, by its name alone, so that figures are the same on every machine."""
    return int(hashlib.sha256(f"fold:{letter_id}".encode()).hexdigest()[:8], 16) % folds
