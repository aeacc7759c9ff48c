"""What leaves by `--yes`: a correction to everybody who was told otherwise, one answer to all of a group."""

import re
import shutil
from pathlib import Path

import pytest

from tests.desk.conftest import TestDesk, answered_desk, make_desk
from tests.desk.test_operators import typist

__all__ = ["answered_desk", "make_desk", "typist"]

SAMPLES = Path(__file__).parent.parent / "answers" / "library"

CINEMA = """---
topics: [parks_sports]
valid_from: 2020-03-18
valid_until: open
source: Ministerieel besluit
source_date: 2020-03-18
owner: communication
automatic: false
questions:
  nl: [wanneer draait de cinema weer]
  fr: [quand le cinema rouvre-t-il]
  en: [when does the cinema reopen]
---

## nl
De cinema is dicht.

## fr
Le cinema est ferme.

## en
The cinema is closed.
"""


@pytest.fixture
def place(make_desk, typist):
    """A desk on which Maria and two others wait for an answer, with a library that is true today."""
    desk: TestDesk = make_desk()
    shutil.rmtree(desk.folder / "answers")
    shutil.copytree(SAMPLES, desk.folder / "answers")
    for file in (desk.folder / "answers").glob("*.md"):
        file.write_text(re.sub(r"valid_until: .*", "valid_until: open", file.read_text()))
    cinema = ("Weet u of de cinema al open is?", "Gaat de cinema in april weer open?", "Gaat de cinema nog open?")
    for number, words in enumerate(cinema):
        desk.write(words, sender=f"c{number}@home.example", to="corona", subject="cinema")
    desk.write("Heeft mijn zaak recht op de hinderpremie?", to="corona", subject="hinderpremie")
    desk.run()
    return desk, typist(desk.folder)


def test_a_correction_is_reviewed_and_then_sent_once(place):
    """Without --yes only shown; with it queued in the bulk lane; a second run has nobody left."""
    desk, run = place
    number = desk.rows("SELECT id FROM ticket WHERE requester_email = 'maria@home.example'")[0][0]
    assert run(f"answers send {number} hinderpremie")[0] == 0
    assert run("answers correct hinderpremie")[1].startswith("Nobody was told anything else")
    file = desk.folder / "answers" / "hinderpremie.md"
    file.write_text(file.read_text().replace("VLAIO", "het loket van VLAIO"))

    code, shown = run("answers correct hinderpremie")
    assert (code, "1 in nl" in shown, "`mailbot answers correct hinderpremie --yes` sends them" in shown) == (0, True, True)
    assert "maria@home.example" in run("answers affected hinderpremie")[1]
    assert desk.rows("SELECT count(*) FROM outbox WHERE purpose = 'correction'") == [(0,)]
    assert "1 corrections are queued in the bulk lane" in run("answers correct hinderpremie --yes")[1]
    assert "0 corrections are queued" in run("answers correct hinderpremie --yes")[1]
    assert desk.rows("SELECT lane, recipient FROM outbox WHERE purpose = 'correction'") == [("bulk", "maria@home.example")]


def test_a_group_is_answered_by_a_file_that_joins_the_library(place, tmp_path):
    """Shown first; with --yes each gets it in the own thread, and the tickets wait for their writers."""
    desk, run = place
    group = re.search(r"(?m)^(\d+) .*cinema", run("answers clusters")[1]).group(1)
    (tmp_path / "cinema.md").write_text(CINEMA)

    code, shown = run("answers answer-cluster", group, str(tmp_path / "cinema.md"))
    assert (code, "cinema goes to 3 of them" in shown) == (0, True)
    assert not (desk.folder / "answers" / "cinema.md").exists()
    code, said = run("answers answer-cluster", group, str(tmp_path / "cinema.md"), "--yes")
    assert (code, "3 answers are queued" in said) == (0, True)
    assert (desk.folder / "answers" / "cinema.md").exists()
    told = desk.rows("SELECT recipient FROM outbox WHERE purpose = 'answer' ORDER BY recipient")
    assert told == [("c0@home.example",), ("c1@home.example",), ("c2@home.example",)]
    assert run("answers answer-cluster 99", str(tmp_path / "cinema.md"), "--yes")[0] == 2


def test_what_ships_is_learnt_anew_only_when_that_is_said(typist, tmp_path, monkeypatch):
    """Without a desk it is refused, with what to add; a desk has weights of its own."""
    monkeypatch.chdir(tmp_path)
    code, said = typist(tmp_path / "nowhere")("answers learn")

    assert code == 2
    assert "-C FOLDER" in said
    assert "--shipped" in said
