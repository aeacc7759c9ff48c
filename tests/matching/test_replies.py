"""The reader of matchmakers' replies: labelled words, put as each mail program puts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.matching.replies import Reading, read
from mailbot.matching.reply_digest import digest_of
from tests.matching.programs import DIGEST, INLINE, PROGRAMS

HERE = Path(__file__).parent / "replies"


def reading_of(raw: bytes, **changed: Any) -> Reading:
    """What a reply would do to the digest of `programs`."""
    found = parse(raw, "")
    return read(found, screen(found, Own(frozenset(), "mailbot.example")), digest_of({**DIGEST, **changed}))


def cases(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")))


def wanted(told: str) -> set[str]:
    """`1 ja; 2 door an.peeters`, or `all ja`, as a set."""
    if told.startswith("all "):
        return {f"{row} {told[4:]}" for row in DIGEST["rows"]}
    return {part.strip() for part in told.split(";") if part.strip()}


def done(reading: Reading) -> set[str]:
    return {f"{c.row} {c.command}" + (f" {c.to.partition('@')[0]}" if c.to else "") for c in reading.commands}


def rows_of(case: dict[str, Any]) -> list[int]:
    return list(range(1, case.get("rows", 8) + 1))


def judge(case: dict[str, Any], reading: Reading) -> str:
    """What is wrong with a reading; empty where it is as labelled."""
    meant, allowed, did = wanted(case["does"]), wanted(case.get("also", "")), done(reading)
    if did - meant - allowed:
        return f"did {sorted(did - meant - allowed)} unmeant"
    if meant - did:
        return f"left {sorted(meant - did)}; person sees {reading.unclear}, refused {reading.refused}"
    seen = bool(reading.unclear)
    if case.get("person") and not seen and (not allowed or allowed - did):
        return "nobody sees it"
    if not case.get("person") and seen and not case.get("also_person"):
        return f"a person sees {reading.unclear} for nothing"
    return ""


def dealt(found: list[dict[str, Any]]) -> list[Any]:
    """Each case with three programs in turn, so that every program meets every sort of case."""
    names = list(PROGRAMS)
    return [
        pytest.param(case, names[(at + step) % len(names)], id=f"{case['says'][:40]!r}-{names[(at + step) % len(names)]}")
        for at, case in enumerate(found)
        for step in (0, 6, 13)
    ]


@pytest.mark.parametrize(("case", "program"), dealt(cases("plain")))
def test_words_mean_the_same_in_every_mail_program(case, program):
    assert judge(case, reading_of(PROGRAMS[program](case["says"]), rows=rows_of(case))) == ""


@pytest.mark.parametrize("program", INLINE)
@pytest.mark.parametrize("case", cases("inline"), ids=lambda case: str(case["under"])[:50])
def test_answers_between_quoted_rows_count_for_their_rows(case, program):
    assert judge(case, reading_of(INLINE[program](case["under"], case.get("says", "")))) == ""
