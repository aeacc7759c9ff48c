"""Sentences made from frames with slots, for training: the many ways to ask, offer and tell. Deterministic."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailbot.triage.corpus import LabelledSentence

EACH = 6  # sentences made from one frame
_SLOT = re.compile(r"\{(\w+)\}")
Slots = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Frame:
    """One sentence with {slots}, its act and its language."""

    act: str
    language: str
    text: str


def read_frames(lines: Iterable[str]) -> tuple[Slots, list[Frame]]:
    """Read the table of slots and frames; its first lines say how it is written."""
    slots: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    frames: list[Frame] = []
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 4:
            continue
        sort, name, language, listed = cells
        if sort == "frame":
            frames += [Frame(name, language, text) for text in listed.split("|")]
        else:
            slot, _, label = name.partition(".")
            slots[slot, language] = slots.get((slot, language), ()) + tuple((label, text) for text in listed.split("|"))
    return slots, frames


def fill(slots: Slots, frames: Iterable[Frame], each: int = EACH) -> Iterator[LabelledSentence]:
    """Fill every frame `each` times at most, with slots chosen by the frame's text and the number; each result once."""
    for frame in frames:
        made = dict.fromkeys(_filled(slots, frame, number) for number in range(each))
        yield from made


def _filled(slots: Slots, frame: Frame, number: int) -> LabelledSentence:
    label, text, at = "", "", 0
    for match in _SLOT.finditer(frame.text):
        choices = slots[match[1], frame.language]
        found, words = choices[_chance(f"{frame.text}/{match.start()}/{number}") % len(choices)]
        label = label or found
        text += frame.text[at : match.start()] + words
        at = match.end()
    return LabelledSentence(frame.act, label, frame.language, text + frame.text[at:], made=True)


def _chance(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
