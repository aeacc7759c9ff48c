"""What the desk's own people read, and every other list of words in the templates, is said in each language."""

import ast
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailbot.answers.clusters import Cluster, Question
from mailbot.correspondence import Correspondence
from mailbot.matching.hard_rules import REQUEST_RULES
from mailbot.opening import _words
from mailbot.outbox.render import load_templates, worded
from mailbot.reports.asked import Asked, as_page, as_text

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "templates"
LANGUAGES = ("nl", "fr", "en", "de")
LISTS = ("desk.yaml", "digest.yaml", "safety.yaml", "words.yaml")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_the_same_things(name, language):
    """No text is missing in one language, none is empty, and each has the same {names} to fill in."""
    said = worded([SHIPPED], LANGUAGES, name, _words)
    wanted = {key: blanks(text) for key, text in said["en"].items()}

    assert {key: blanks(text) for key, text in said[language].items()} == wanted
    assert all(text.strip() for text in said[language].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_on_safety_is_whole_sentences(language):
    """What stands between two `; ` is a line of its own in the volunteer's letter, so none is cut in two."""
    told = worded([SHIPPED], [language], "safety.yaml", _words)[language].values()
    lines = [line for text in told for line in text.split("; ")]

    assert not [line for line in lines if not line[0].isupper() or line[-1] != "."]


def named_in_code() -> set[str]:
    """Every key that the code asks for with `say("...")`."""
    calls = [
        call
        for path in (ROOT / "mailbot").rglob("*.py")
        if "say(" in (source := path.read_text(encoding="utf-8"))
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "say"
    ]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_text_that_the_code_names_is_there():
    """A slip of the pen in a key is found here, not when something is wrong at night."""
    named = named_in_code()

    assert {"mailbox_silent", "no_volunteer", "digest_back", "unclaimed"} <= named
    assert not named - worded([SHIPPED], ["en"], "desk.yaml", _words)["en"].keys()


@pytest.mark.parametrize(("count", "said"), [(0, "net binnengekomen"), (1, "een minuut,"), (12, "12 minuten,")])
def test_an_alert_counts_as_people_do(count, said):
    """A call that is made at once does not say that nobody came for `0 minuten`."""
    letters = Correspondence(desk=None, templates=load_templates([SHIPPED], LANGUAGES, _words), mailboxes={})

    assert said in letters.say("waits", count=count)


def test_every_reason_for_an_alert_and_every_refusal_is_said():
    """As a person says it: what the trace calls by its English name is a text like the others."""
    said = worded([SHIPPED], ["en"], "desk.yaml", _words)["en"]
    reasons = {
        call.args[1].value
        for path in (ROOT / "mailbot").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Alert"
    }
    refusals = {f"refused_{rule.__name__}" for rule in REQUEST_RULES}

    assert "urgent letter" in reasons
    assert not (reasons | refusals) - said.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_morning_report_speaks_the_towns_first_language(language):
    """Nothing is left unfilled, and no other language shows through."""
    templates = load_templates([SHIPPED], (language, *LANGUAGES), _words)
    asked = report(templates.own, language)
    text, page = as_text(asked), as_page(asked, "Leuven")

    assert "{" not in text + page.partition("</style>")[2]
    assert templates.own["report_topics"] in text
    assert f'lang="{language}"' in page
    assert language == "nl" or "vragen" not in text + page


def report(said, language: str) -> Asked:
    asks = Question(7, datetime(2020, 3, 16, 9, tzinfo=UTC), "fr", "Le cinéma est-il ouvert ?")
    return Asked(
        today=date(2020, 3, 18),
        questions=12,
        before=9,
        alone=4,
        languages={"nl": 9, "fr": 3},
        topics={"masks": 5, "other": 4, "travel": 1},
        week={"masks": 1.5, "travel": 4.0},
        said=said,
        language=language,
        told={"masks-1": 3},
        doubted={},
        groups=[Cluster(7, "cinéma", (asks, asks), (0, 0, 0, 0, 0, 1, 1))],
        waiting=8,
        expiring=[("masks-1", "2020-03-20")],
    )


def test_a_towns_own_words_win_and_a_slip_in_them_is_named(tmp_path):
    """A text with a {name} that nobody fills in would break the alert: English is said instead, and `check` tells."""
    own = tmp_path / "nl"
    own.mkdir()
    (own / "desk.yaml").write_text(
        'mail_parked: "De post ligt stil"\nno_volunteer: "Niemand voor {nummer}"\nnobody: "nie{mand"\n', encoding="utf-8"
    )
    templates = load_templates([tmp_path, SHIPPED], LANGUAGES, _words)

    assert templates.own["mail_parked"] == "De post ligt stil"
    assert templates.own["no_volunteer"] == "No volunteer for urgent request #{request}"
    assert templates.own["nobody"] == "nobody"
    assert templates.own["ledger_wrong"] == "Het grootboek klopt niet"
    assert [problem for problem in templates.problems if "no_volunteer" in problem]
    assert [problem for problem in templates.problems if "nobody" in problem]
