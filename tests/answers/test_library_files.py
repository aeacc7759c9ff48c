"""The library that ships: every file can be read, is honest about its dates, and the labels of letters fit it."""

from __future__ import annotations

import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.answers.store import load_library, load_one_liners

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "data" / "answers").glob("*.md"))
LABELS = ROOT / "data" / "corpus" / "answers-1.tsv"
REQUIRED = {"topics", "valid_from", "valid_until", "source", "source_date", "owner", "automatic", "questions"}
KNOWN = REQUIRED | {"supersedes", "keywords"}
TOPIC_NAMES = """
gatherings shops_markets horeca schools_childcare care_homes_hospitals travel recycling_city_services parks_sports
work_business_support symptoms_testing masks enforcement transport_parking weddings_funerals volunteering_rules other
"""
TOPICS = frozenset(TOPIC_NAMES.split())
LANGUAGES = ("nl", "fr", "en")


def front_matter(file: Path) -> dict[str, Any]:
    held: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
    return held


def texts(file: Path) -> dict[str, str]:
    parts = re.split(r"(?m)^## (\w\w)\n", file.read_text(encoding="utf-8").split("---\n", 2)[2])
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def last_day(front: dict[str, Any]) -> date:
    end = front["valid_until"]
    return date.max if end == "open" else end


def letters() -> dict[str, dict[str, Any]]:
    """The letters of people that ask something, by id, of the sets that were labelled with answers."""
    found = {}
    for file in sorted((ROOT / "data" / "corpus").glob("mails-[1236].jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            gold = mail["gold"]
            if gold["kind"] == "human" and "info" in [gold["intent"], *gold["also"]]:
                found[mail["id"]] = mail
    return found


def labels() -> dict[str, list[str]]:
    rows = [line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines()]
    return {row[0]: [] if row[1] == "-" else row[1].split(",") for row in rows}


def test_the_library_holds_more_than_a_hundred_answers() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_has_the_agreed_keys_its_topics_are_known_and_it_says_when_it_is_true(file: Path) -> None:
    front = front_matter(file)
    assert REQUIRED <= front.keys() <= KNOWN
    assert set(front["topics"]) <= TOPICS
    assert isinstance(front["automatic"], bool)
    assert front["source_date"] <= front["valid_from"] <= last_day(front)
    assert set(front.get("supersedes", [])) <= {each.stem for each in FILES} - {file.stem}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_has_a_short_text_and_phrasings_in_each_language(file: Path) -> None:
    front, written = front_matter(file), texts(file)
    assert set(LANGUAGES) <= written.keys()
    assert set(LANGUAGES) <= front["questions"].keys() <= written.keys()
    assert all(isinstance(each, str) for asked in front["questions"].values() for each in asked)
    assert all(100 < len(text) < 1200 for text in written.values())


def test_an_answer_follows_only_an_answer_that_ends_before_it_or_overlaps_it() -> None:
    fronts = {file.stem: front_matter(file) for file in FILES}
    for front in fronts.values():
        for older in front.get("supersedes", []):
            assert fronts[older]["valid_from"] < front["valid_from"]


def test_no_phrasing_was_copied_from_a_letter() -> None:
    """Six words in a row are no accident; the letters measure the library, so it may not know them by heart."""
    runs = set()
    for mail in letters().values():
        runs |= {tuple(run) for run in in_a_row(f"{mail['subject']} . {mail['body']}")}
    asked = [text for file in FILES for texts in front_matter(file)["questions"].values() for text in texts]
    assert [text for text in asked if any(tuple(run) in runs for run in in_a_row(text))] == []


def in_a_row(text: str, length: int = 6) -> list[list[str]]:
    words = re.findall(r"\w+", text.lower())
    return [words[start : start + length] for start in range(len(words) - length + 1)]


def test_every_letter_that_asks_something_is_labelled_and_no_other() -> None:
    assert labels().keys() == letters().keys()


def test_a_label_names_answers_that_exist_and_are_true_on_the_day_of_the_letter() -> None:
    fronts = {file.stem: front_matter(file) for file in FILES}
    known = letters()
    wrong = []
    for letter, ids in labels().items():
        day = parsedate_to_datetime(known[letter]["headers"]["Date"]).date()
        wrong += [
            (letter, each)
            for each in ids
            if each not in fronts or not fronts[each]["valid_from"] <= day <= last_day(fronts[each])
        ]
    assert wrong == []



def test_every_labelled_question_of_one_line_has_answers_that_are_true_on_its_day() -> None:
    """A label that is not would teach the library to be wrong."""
    library, asked = load_library(ROOT / "data" / "answers"), load_one_liners()

    assert len(asked) > 100
    assert {each.language for each in asked} <= {"nl", "fr", "en"}
    for each in asked:
        assert all(library.answers[answer].valid_on(each.day) for answer in each.right), each.question
