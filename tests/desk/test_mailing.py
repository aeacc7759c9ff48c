"""The mailing to care actors: shown, sent to each once in the bulk lane, and stopped with one word."""

from datetime import UTC, datetime

import pytest

from mailbot.mailing import read_actors, read_letter
from mailbot.model import ConfigurationError
from tests.desk.matching import MatchingDesk, text
from tests.desk.test_operators import typist  # noqa: F401 - a fixture

LETTER = """## nl
Subject: Hulp voor uw patienten

Mensen die alleen zitten, kunnen hulp vragen.

## fr
Subject: De l'aide pour vos patients

Les personnes seules peuvent demander de l'aide.
"""
LIST = "email;name;language\nhuisarts@praktijk.example;Dr. Maes;nl\nmedecin@cabinet.example;;fr\nHUISARTS@praktijk.example;;\nniemand;;\nlang@elders.example;;en\n"


@pytest.fixture
def post(make_desk, typist, tmp_path):  # noqa: F811
    """A desk, its clock, and a way to send the mailing from files."""
    place = MatchingDesk.of(make_desk())
    place.now = datetime.now(UTC)  # the terminal has no other clock
    (tmp_path / "zorg.md").write_text(LETTER)
    (tmp_path / "zorg.csv").write_text(LIST)

    def run(*more):
        return typist(place.desk.folder)("match mailing", str(tmp_path / "zorg.md"), "--to", str(tmp_path / "zorg.csv"), *more)

    return place, run


def test_a_mailing_is_shown_sent_once_and_stopped_with_one_word(post):
    """Each in the own language, in the bulk lane, with List-Unsubscribe; a bad row is named and the rest is sent."""
    place, send = post
    code, shown = send()
    assert (code, "2 in nl" in shown, "1 in fr" in shown) == (1, True, True)
    assert "row 5: 'niemand' is no address" in shown
    assert place.desk.rows("SELECT count(*) FROM outbox") == [(0,)]

    send("--send")
    assert "0 mails are on their way; 3 had it before" in send("--send")[1]
    assert place.desk.rows("SELECT DISTINCT lane FROM outbox") == [("bulk",)]
    place.run()
    mail = place.one("medecin@cabinet.example")
    assert "Les personnes seules" in text(mail)
    assert "Dag Dr. Maes" in text(place.one("huisarts@praktijk.example"))
    assert str(mail["List-Unsubscribe"]).startswith("<mailto:")

    place.answer(mail, "", "medecin@cabinet.example", subject="STOP")
    place.answer(mail, "STOP", "anders@elders.example")
    place.run()
    assert place.desk.rows("SELECT recipient FROM ask WHERE answer = 'stop'") == [("medecin@cabinet.example",)]
    assert "2 mails are on their way; 1 had it before" in send("--name", "tweede", "--send")[1]


def test_a_plea_beneath_the_word_stop_is_read_by_a_person(post):
    """The word stands in the subject alone, and what somebody needs in the text."""
    place, send = post
    send("--send")
    place.run()
    mail = place.one("huisarts@praktijk.example")
    plea = "Mijn buurvrouw is gevallen en heeft dringend hulp nodig, wie kan er boodschappen doen voor haar?"
    place.answer(mail, plea, "huisarts@praktijk.example", subject="STOP")
    place.run()

    assert place.desk.rows("SELECT count(*) FROM ticket") == [(1,)]


@pytest.mark.parametrize(
    ("content", "said"),
    [("Subject: x\n\ny", "1: begins with"), ("\n## nl\nDag", "3: a line `Subject"), ("## nl\nSubject: x\n", "2: no text")],
)
def test_a_letter_that_cannot_be_read_is_told_with_its_line(content, said):
    """And nothing is sent."""
    with pytest.raises(ConfigurationError, match=said):
        read_letter("zorg.md", content)


def test_a_list_is_read_once_for_each_address():
    """Whatever its case."""
    actors, problems = read_actors([{"email": "A@b.example"}, {"email": "a@B.example"}, {"email": None}])
    assert ([each.email for each in actors], len(problems)) == (["a@b.example"], 1)
