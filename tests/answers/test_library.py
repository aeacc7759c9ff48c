"""The library: what a file must look like, and what `check` says of one that does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mailbot.answers.library import Library, check_library, dead_templates, fill, read_answer, read_library
from mailbot.answers.store import load_library
from mailbot.model import ConfigurationError

SAMPLES = Path(__file__).parent / "library"
TOPICS = ("recycling_city_services", "masks", "weddings_funerals", "care_homes_hospitals", "gatherings",
          "work_business_support", "shops_markets", "schools_childcare", "transport_parking")  # fmt: skip
GOOD = """\
---
topics: [masks]
valid_from: 2020-04-24
valid_until: open
source: de stad
source_date: 2020-04-24
owner: communication
automatic: true
questions:
  nl: ["Moet ik een masker dragen?"]
  fr: ["Faut-il un masque ?"]
  en: ["Do I need a mask?"]
---
## nl
Ja, op de bus. Bel {{ phone }}.

## fr
Oui.

## en
Yes.
"""


def test_a_file_becomes_an_answer_with_a_text_in_each_language():
    """What is written is what is kept."""
    answer = read_answer("masker", "masker.md", GOOD)

    assert answer.topics == ("masks",)
    assert answer.texts == {"nl": "Ja, op de bus. Bel {{ phone }}.", "fr": "Oui.", "en": "Yes."}
    assert answer.valid_until is None
    assert answer.questions["nl"] == ("Moet ik een masker dragen?",)


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("valid_until: open", "valid_until: sometimes"), 4, "a date such as 2020-04-05, or `open`"),
        (("valid_until: open", "valid_until: 2020-04-23"), 4, "ends before it begins"),
        (("valid_until: open\n", ""), 2, "valid_until: is missing"),
        (("owner: communication", "owner: communication\ncolour: blue"), 8, "colour: unknown key"),
        (("owner: communication", "owner: communication\nowner: somebody"), 8, "a second time"),
        (("topics: [masks]", "topics: [masks"), 3, "expected"),
        (("---\n## nl", "## nl"), 20, "the front matter has no end"),
        (("## fr\nOui.\n", "## fr\n"), 17, "has no text"),
        (("## fr", "## nl"), 17, "a second time"),
        (("---\n## nl", "---\nlosse tekst\n## nl"), 14, "before the first heading"),
        (("---\ntopics", "topics"), 1, "begins with a line `---`"),
    ],
)
def test_a_broken_file_is_named_with_its_line(change, line, said):
    """Whoever mends it needs not search."""
    with pytest.raises(ConfigurationError) as error:
        read_answer("masker", "masker.md", GOOD.replace(*change, 1))

    assert str(error.value).startswith(f"masker.md:{line}:")
    assert said in str(error.value)


def test_one_broken_file_leaves_the_others_usable():
    """A slip of the pen in one answer does not silence the desk."""
    library = read_library([("good", "good.md", GOOD), ("bad", "bad.md", "no front matter")])

    assert list(library.answers) == ["good"]
    assert library.problems[0].startswith("bad.md:1:")


def problems_of(*contents: str) -> list[str]:
    answers = {f"a{n}": read_answer(f"a{n}", f"a{n}.md", content) for n, content in enumerate(contents)}
    return check_library(Library(answers), ("nl", "fr", "en"), TOPICS)


def test_a_missing_language_is_told():
    """Letters in that language would wait for a person."""
    assert problems_of(GOOD.replace("## fr\nOui.\n\n", "")) == ["a0.md:17: no text `## fr`; such letters wait"]


def test_an_unknown_topic_is_told():
    """Nothing would ever lead to it."""
    assert problems_of(GOOD.replace("[masks]", "[maskers]")) == ["a0.md:2: maskers: no topic of rules.yaml"]


def test_a_text_with_an_unknown_name_is_a_dead_template():
    """It would fail only when a citizen waits."""
    assert problems_of(GOOD.replace("{{ phone }}", "{{ telephone }}"))[0].startswith("a0.md:14: unknown name telephone")


def test_a_text_with_broken_braces_is_a_dead_template():
    """So would this one, with the line of the brace."""
    assert problems_of(GOOD.replace("Bel {{ phone }}", "Bel {{ phone"))[0].startswith("a0.md:15:")


def test_two_answers_true_on_one_day_may_not_claim_one_question():
    """Else chance decides which one a citizen is told."""
    other = GOOD.replace("Moet ik een masker dragen?", "moet ik maskers dragen")
    assert "a1.md:10: 'moet ik maskers dragen' is claimed at a0.md:10 too; keep one" in problems_of(GOOD, other)


def test_answers_of_different_periods_may_claim_one_question():
    """That is how a rule that changes is kept: one file for each period."""
    assert not problems_of(GOOD.replace("valid_until: open", "valid_until: 2020-05-03"),
                           GOOD.replace("valid_from: 2020-04-24", "valid_from: 2020-05-04"))  # fmt: skip


def test_an_answer_is_true_from_its_first_day_to_its_last():
    """Both included, none beyond."""
    answer = read_answer("masker", "masker.md", GOOD.replace("valid_until: open", "valid_until: 2020-05-03"))

    assert [answer.valid_on(date(2020, *day)) for day in ((4, 23), (4, 24), (5, 3), (5, 4))] == [
        *(False, True), *(True, False),
    ]  # fmt: skip


def test_a_text_is_filled_with_the_towns_own_names():
    """The telephone number stands in rules.yaml and nowhere else."""
    answer = read_answer("masker", "masker.md", GOOD)

    assert fill(answer.texts["nl"], {"phone": "016/27 27 72"}) == "Ja, op de bus. Bel 016/27 27 72."
    assert not list(dead_templates(answer))


def test_the_samples_are_sound():
    """The library that the other tests ask."""
    assert check_library(load_library(SAMPLES), ("nl", "fr", "en"), TOPICS) == []


def test_a_file_that_is_no_text_is_told_and_left_out(tmp_path):
    """Saved by Word, or a picture with a wrong name."""
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00---")
    library = load_library(tmp_path)

    assert list(library.answers) == ["good"]
    assert "save it as UTF-8" in library.problems[0]


def test_lines_that_an_editor_broke_are_joined():
    """A letter has paragraphs and lists, not the width of somebody's screen."""
    text = read_answer("masker", "masker.md", GOOD.replace("Oui.", "Oui, dans\nle bus.\n\n- ici\n- là\n  bas")).texts["fr"]

    assert text == "Oui, dans le bus.\n\n- ici\n- là bas"
