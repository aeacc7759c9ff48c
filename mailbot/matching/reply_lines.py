"""The lines of a reply that are the writer's own, and the digest row each stands under. What they mean is elsewhere.

Quoted text never becomes a line. After the heading of an original without `>` nothing is trusted any more:
such lines come out as `ORIGINAL`, so that a person may look at what seems an answer between them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mailbot.matching.reply_original import heading_ends, is_digest_foot, is_digest_line, unquote

LONGEST_TEXT, LONGEST_LINE, WRAPPED = 100_000, 1_000, 58
_ROW = re.compile(r"^\s{0,3}\**(\d{1,3})[.):]?\**\s+(\S+)")
_UNITS = frozenset(
    [
        "dag",
        "dagen",
        "km",
        "kilometer",
        "m",
        "meter",
        "u",
        "uur",
        "h",
        "min",
        "minuten",
        "van",
        "op",
        "taken",
        "taak",
        "keer",
        "jaar",
        "weken",
        "week",
        "maanden",
        "personen",
        "mensen",
        "plaatsen",
        "kinderen",
        "euro",
        "jours",
        "heures",
        "sur",
        "ans",
        "fois",
        "days",
        "hours",
        "of",
        "kandidaten",
        "voorstellen",
        "volgende",
        "poolstaligen",
    ]
)
_MATCH = re.compile(r"\bM-\d+")
_SIGNATURE = re.compile(r"^--\s?$")
_OWN_START = re.compile(
    r"^[\W_]*(?:\d|(?:rij|nr|nummer|voorstel|ligne|row|ja|nee|neen|oui|non|yes|no|ok|oké|ander|door|gebeld|loopt|klaar"
    r"|later|stop|alles|allemaal|tous|all|de rest|groet\w*|mvg|met vriendelijke|bedankt|dank)\b|m-\d"
    r"|[^\W\d_][\w'’ .-]{1,40}\s?[:=]\s?"
    r"(?:ja|nee|neen|oui|non|yes|no|ok|oké|ander|door|gebeld|loopt|klaar|later|stop)\b)",
    re.I,
)
_HANGING = re.compile(
    r"\b(?:rij|nr|nummer|voor|van|om|in|op|de|het|een|en|of|met|bij|aan|te|dat|dan|tot|is|zijn|ik|tegen|rond|rij|naar|als"
    r"|le|la|les|du|des|et|ou|pour|que|the|a|an|and|or|for|to|at|if|niet|geen|nog)$",
    re.I,
)
_NEEDS_A_ROW = re.compile(r"^\s*(?:door|gebeld|loopt|klaar|ander|stop)\b\D*$")


class Place(StrEnum):
    """Where a line of the writer stands."""

    TOP = "top"
    BETWEEN = "between"
    SIGNATURE = "signature"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the writer's own, wrapped lines joined.

    `row` is the quoted digest row that it stands right under. `sure` is False where a second reading of the
    letter has not got the line, where it hangs on the line before, or where the row above is open to doubt.
    `apart` says that a blank line or a quote stands before it.
    """

    text: str
    place: Place
    row: int | None = None
    sure: bool = True
    apart: bool = True
    early: bool = False


@dataclass(frozen=True, slots=True)
class _Raw:
    kind: str
    text: str
    depth: int = 0


def own_lines(text: str, new_text: str, rows: Collection[int]) -> tuple[Line, ...]:
    """The writer's lines in order; `new_text` is the second reading that an answer at the top must also be in."""
    raw = list(_sorted_out(text[:LONGEST_TEXT].split("\n")))
    placed = _joined(list(_placed(raw, frozenset(rows))))
    seen = _Second(new_text)
    checked = (line if line.row is not None or line.text in seen else replace(line, sure=False) for line in placed)
    return _without_doubtful_rows(list(checked), raw, frozenset(rows))


class _Second:
    """The second reading of a letter: whether it has got a line, whatever its spacing."""

    def __init__(self, new_text: str) -> None:
        self._lines = {_squeezed(unquote(line)[1]) for line in new_text.split("\n")}
        self._whole = _squeezed(new_text)

    def __contains__(self, line: str) -> bool:
        told = _squeezed(line)
        return told in self._lines or (len(told) >= 12 and told in self._whole)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _sorted_out(lines: Sequence[str]) -> Iterator[_Raw]:
    """Each line as own, quoted, blank, or of an unmarked original; headings of originals are dropped."""
    at = 0
    while at < len(lines):
        depth, body = unquote(lines[at])
        end = None if depth else heading_ends(lines, at)
        if end is None and not depth and is_digest_line(lines[at]):
            end = at
        if end is not None and not _is_marked(lines, end):
            yield from (_Raw("original", line) for line in lines[end:])
            return
        if end is not None:
            yield _Raw("blank", "")
            at = end
            continue
        yield _Raw("quoted" if depth else "own" if body.strip() else "blank", body, depth)
        at += 1


def _is_marked(lines: Sequence[str], at: int) -> bool:
    """Whether what follows a heading is quoted with marks, so that lines without marks are answers."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return unquote(following)[0] > 0


@dataclass(slots=True)
class _Reader:
    """How far the quoted digest was read: the last row and whether its rows are over."""

    rows: frozenset[int]
    last: int = 0
    row: int | None = None
    is_over: bool = False

    def read(self, line: _Raw, before: str) -> None:
        if line.depth > 1 or is_digest_foot(line.text):
            self.row, self.is_over = None, self.is_over or (line.depth == 1 and self.last > 0)
            return
        number = row_number(line.text, self.rows)
        if number is None or self.is_over:
            return
        is_next = number == min((row for row in self.rows if row > self.last), default=0)
        is_plain = is_next or bool(_MATCH.search(line.text)) or len(before) < WRAPPED
        self.row = number if number > self.last and is_plain else None
        self.last = max(self.last, number)


def row_number(line: str, rows: frozenset[int]) -> int | None:
    """The number with which a line of the digest starts a row; None for `9 dagen wachtend` and the like."""
    found = _ROW.match(line)
    if not found or int(found.group(1)) not in rows or found.group(2).strip(",.;:").casefold() in _UNITS:
        return None
    return int(found.group(1))


def _placed(raw: Sequence[_Raw], rows: frozenset[int]) -> Iterator[Line]:
    reader, place, before, is_apart, is_wrapping = _Reader(rows), Place.TOP, "", True, False
    for line in raw:
        if line.kind == "quoted":
            reader.read(line, before)
            place, before, is_apart = Place.BETWEEN, line.text, True
            is_wrapping = len(line.text.rstrip()) >= WRAPPED and _ends_open(line.text)
        elif line.kind == "own" and _SIGNATURE.match(line.text):
            place, is_apart, before = Place.SIGNATURE, True, ""
        elif line.kind == "own":
            row = reader.row if place is Place.BETWEEN else None
            early = place is Place.BETWEEN and not reader.last
            yield Line(line.text[:LONGEST_LINE], place, row, not is_wrapping, is_apart, early)
            is_apart, before = False, ""
            is_wrapping = len(line.text) > LONGEST_LINE
        elif line.kind == "original":
            yield Line(line.text[:LONGEST_LINE], Place.ORIGINAL, None, sure=False)
        else:
            is_apart, before, is_wrapping = True, "", False


def _ends_open(line: str) -> bool:
    told = line.rstrip()
    return told.endswith(("|", ",", "-", "+", "(", "[", "]")) or bool(_HANGING.search(told))


def _joined(lines: list[Line]) -> list[Line]:
    """Wrapped lines made one again. A line that seems a new answer but hangs on the one before is not sure."""
    joined: list[Line] = []
    last_length = 0
    for line in lines:
        follows = bool(joined) and not line.apart and joined[-1].place is line.place and joined[-1].row == line.row
        is_long = follows and last_length >= WRAPPED and line.place is not Place.ORIGINAL
        last_length = len(line.text.rstrip())
        is_hanging = bool(joined) and _hangs_together(joined[-1].text.rstrip(), line.text)
        if is_long and (is_hanging or not _OWN_START.match(line.text)):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text.rstrip()} {line.text.strip()}"[:LONGEST_LINE])
        else:
            joined.append(line)
    return [replace(line, text=line.text.strip()) for line in joined if line.text.strip()]


def _hangs_together(before: str, line: str) -> bool:
    """Whether a long line goes on: it ends in a small word, or the next one is a command that no row stands before."""
    is_open = before[-1:].isalnum() and _NEEDS_A_ROW.match(line) is not None
    return is_open or _HANGING.search(before) is not None


def _without_doubtful_rows(lines: list[Line], raw: Sequence[_Raw], rows: frozenset[int]) -> tuple[Line, ...]:
    """An answer under the last of several quoted rows may be meant for them all, when no other row has one."""
    answered = {line.row for line in lines if line.row is not None}
    quoted = [row_number(line.text, rows) for line in raw if line.kind == "quoted" and line.depth == 1]
    shown = [row for row in quoted if row is not None]
    is_lone = len(answered) == 1 and len(set(shown)) > 1 and answered == {max(shown)}
    if not is_lone:
        return tuple(lines)
    return tuple(replace(line, sure=False) if line.row is not None else line for line in lines)
