"""The full screen, driven key by key at eighty columns and twenty-four lines: what is shown, and what is then true."""

import asyncio
import json
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from bench.screens import opened
from mailbot.model import ConfigurationError
from mailbot.opening import open_writing
from mailbot.place import database_url
from mailbot.screen.app import Triage
from mailbot.screen.letter import lit_sentences, ticket_text
from mailbot.screen.looking import Asking
from mailbot.screen.words import CATALOGUE, KEYS, words_for
from mailbot.storage.database import Database
from mailbot.storage.tables import EVENT
from mailbot.tickets import desk_store, roster_store, verbs
from mailbot.tickets.roster import Duty

LIBRARY = Path(__file__).parent.parent / "answers" / "library"
SPRING = datetime(2020, 3, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def drive(quiet):
    """Press keys on the screen of a desk; afterwards call `look` with the program, still open."""

    def run(*keys, look=lambda app: None, who="an", language="en", between=None, now=None):
        writing = open_writing(quiet.folder)
        app = Triage(Asking(lambda: writing, quiet.folder, who, database_url(quiet.folder), lambda: now or datetime.now(UTC)), CATALOGUE[language])

        async def driven():
            async with app.run_test(size=(80, 24)) as pilot:
                await opened(app, pilot)
                if between:
                    between(writing)
                for key in keys:
                    await pilot.press(key)
                    await app.workers.wait_for_complete()
                    await pilot.pause()
                return look(app)

        try:
            return asyncio.run(driven())
        finally:
            writing.database.close()

    return run


def said(app, where="told"):
    return str(app.query_one(f"#{where}", Static).render())


def row(quiet, columns, number=1):
    return quiet.rows(f"SELECT {columns} FROM ticket WHERE id = {number}")[0]


def test_the_most_pressing_letter_is_open_at_once(drive):
    """The queue on the left, its first letter on the right, what is proposed below it, and the keys."""

    def look(app):
        queue = app.query_one("#queue", OptionList)
        return queue.option_count, queue.highlighted, said(app, "ticket"), said(app, "proposal"), said(app, "keys")

    count, place, letter, proposal, keys = drive(look=look)
    assert (count, place) == (2, 0)
    assert "mijn vader in Kessel-Lo" in letter
    assert "searching" in proposal
    assert all(word in keys for word in ("Send", "Write", "Correct", "Pass on", "Undo"))


def test_one_key_sends_what_is_proposed(drive, quiet):
    """Claimed, composed and at rest; the next letter comes up."""
    told = drive("a", look=said)

    assert "#1 leaves in 10 s" in told
    assert row(quiet, "status, claimed_by") == ("pending", None)
    assert quiet.rows("SELECT state, recipient FROM outbox WHERE purpose = 'reply'") == [
        ("queued", "maria@home.example")
    ]
    assert quiet.rows("SELECT actor FROM event WHERE kind = 'answered'") == [("an",)]


def propose(quiet, *answers):
    """Jef's question as if it had come in with these answers of the library proposed, on a day on which they are true."""
    shutil.copytree(LIBRARY, quiet.folder / "answers", dirs_exist_ok=True)
    details = json.dumps({"answers": [{"id": each, "sure": sure, "question": asked, "why": "like 'open?'"} for each, sure, asked in answers]})
    database = Database(database_url(quiet.folder))
    with database.begin() as connection:
        event = {"at": datetime.now(UTC), "actor": "mailbot", "kind": "proposed", "ticket": 2, "details": json.loads(details)}
        connection.execute(EVENT.insert(), event)
    database.close()


MARKET, MASK = ("markt", 0.91, "Is er markt?"), ("masker", 0.4, "En maskers?")


def test_the_library_stands_beside_the_question(drive, quiet):
    """Each answer with its key, how sure, why; below the letter in full, with the rule it rests on."""
    propose(quiet, MARKET, ("hinderpremie", 0.3, "Is er markt?"))
    proposal, letter = drive("down", look=lambda app: (said(app, "proposal"), said(app, "ticket")), now=SPRING)

    assert "a 1  91% markt  because like 'open?'" in proposal
    assert "  2  30% hinderpremie" in proposal
    assert "er zijn geen markten" in letter
    assert "rests on: " in letter


def test_one_key_sends_the_answer_of_the_library(drive, quiet):
    """It rests, it is told in the history and remembered, and it can be called back."""
    propose(quiet, MARKET, ("hinderpremie", 0.3, "Is er markt?"))
    told = drive("down", "a", look=said, now=SPRING)

    assert "#2 leaves in 10 s" in told
    assert quiet.rows("SELECT answer, ticket, told_by FROM told") == [("markt", 2, "an")]
    drive("u", now=SPRING)
    assert quiet.rows("SELECT state FROM outbox WHERE purpose = 'reply'") == [("cancelled",)]


def test_a_number_sends_that_answer(drive, quiet):
    """The second of the list."""
    propose(quiet, ("hinderpremie", 0.95, "Is er markt?"), MARKET)
    drive("down", "2", now=SPRING)

    assert quiet.rows("SELECT answer FROM told") == [("markt",)]


def test_what_is_not_true_today_is_not_sent(drive, quiet):
    """The screen says why, and what to type."""
    propose(quiet, MARKET)
    told, proposal = drive("down", "1", look=lambda app: (said(app), said(app, "proposal")))

    assert "markt is not true today" in told
    assert "not true today" in proposal
    assert quiet.rows("SELECT count(*) FROM told") == [(0,)]


def test_the_head_line_names_who_is_on_duty(drive, quiet):
    """In the shift that runs now, the coordinator first."""
    database = Database(database_url(quiet.folder))
    with database.begin() as connection:
        day = SPRING.date()
        duties = [Duty(day, "08:00-12:00", "corona", "Jan", "jan@desk.example", ""), Duty(day, "08:00-12:00", "coordinator", "Els", "els@desk.example", ""), Duty(day, "12:00-16:00", "corona", "Lut", "lut@desk.example", "")]
        roster_store.keep(connection, duties)
    database.close()

    assert "on duty: Els, Jan" in drive(look=lambda app: said(app, "head"), now=SPRING)
    assert "Lut" not in drive(look=lambda app: said(app, "head"), now=SPRING)


def test_another_key_calls_it_back(drive, quiet):
    """Within its ten seconds."""
    drive("a", "u")

    assert quiet.rows("SELECT state FROM outbox WHERE purpose = 'reply'") == [("cancelled",)]
    assert row(quiet, "status, claimed_by") == ("open", "an")


def test_a_wrong_reading_is_set_right(drive, quiet):
    """The intent from a list, urgency with one key; both are learnt from."""
    drive("c", "down", "enter", "exclamation_mark")

    assert row(quiet, "intent, urgent") == ("help_offer", 1)
    assert quiet.rows("SELECT count(*) FROM event WHERE kind = 'corrected' AND actor = 'an'") == [(2,)]


def test_a_ready_made_answer_is_chosen_from_the_list(drive, quiet):
    """In the language of the letter."""
    drive("t", "home", "enter")

    assert quiet.rows("SELECT language, state FROM outbox WHERE purpose = 'reply'") == [("nl", "queued")]


def test_escape_changes_nothing(drive, quiet):
    """Whoever opens a window may close it again."""
    before = row(quiet, "version")
    for key in "tcznxf":
        drive(key, "escape")

    assert row(quiet, "version") == before


def test_a_letter_rests_and_leaves_the_queue(drive, quiet):
    """Until tomorrow morning, say."""
    count = drive("z", "down", "down", "enter", look=lambda app: app.query_one("#queue", OptionList).option_count)

    assert count == 1
    assert row(quiet, "snoozed_until IS NULL") == (0,)


def test_a_note_a_spoc_and_a_reason(drive, quiet):
    """What is typed is what is kept."""
    drive("n", *"gebeld", "enter", "f", "enter", "x", *"klaar", "enter")

    kinds = [kind for (kind,) in quiet.rows("SELECT kind FROM event WHERE actor = 'an' ORDER BY id")]
    assert kinds == ["note", "forwarded", "closed"]
    assert row(quiet, "status") == ("closed",)


def test_the_editor_writes_the_answer(drive, quiet, monkeypatch, tmp_path):
    """The program steps aside for $EDITOR and comes back."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i '1s/.*/Dag Maria, morgen komt Els./' $1\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setattr(Triage, "suspend", lambda _self: __import__("contextlib").nullcontext())
    drive("w")

    ((octets,),) = quiet.rows("SELECT octets FROM outbox WHERE purpose = 'reply'")
    assert b"morgen komt Els" in octets


def test_nothing_is_sent_over_what_changed_since_it_was_shown(drive, quiet):
    """A colleague corrected the ticket while it stood on the screen."""

    def colleague(writing):
        now = datetime.now(UTC)
        desk_store.act(writing.database, 1, lambda ticket: verbs.correct(ticket, {"place": "Heverlee"}), "jan", now)

    told = drive("a", between=colleague, look=said)

    assert "#1 has changed" in told
    assert not quiet.rows("SELECT 1 FROM outbox WHERE purpose = 'reply'")


def test_what_a_colleague_holds_is_seen_and_left_alone(drive, quiet):
    """With the name of who has it."""

    def colleague(writing):
        now = datetime.now(UTC)
        desk_store.act(writing.database, 1, lambda ticket: verbs.claim(ticket, "jan", now, 20), "jan", now)

    writing = open_writing(quiet.folder)
    colleague(writing)
    writing.database.close()

    told = drive("a", look=lambda app: (said(app), said(app, "ticket")))
    assert "held by jan" in told[0]
    assert "in the hands of jan" in told[1]


def test_new_letters_appear_by_themselves(drive, quiet):
    """And the one that is being read stays."""

    def arrive(writing):
        with writing.database.begin() as connection:
            connection.exec_driver_sql("UPDATE ticket SET status = 'open', urgent = 1 WHERE id = 3")
            desk_store.link  # noqa: B018

    with_third = open_writing(quiet.folder)
    made = desk_store.split(with_third.database, 2, "help_offer", "jan", datetime.now(UTC))
    with with_third.database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE ticket SET status = 'pending' WHERE id = {made}")
    with_third.database.close()

    async def look_again(app):
        await app.look()

    writing = open_writing(quiet.folder)
    app = Triage(Asking(lambda: writing, quiet.folder, "an", database_url(quiet.folder)), CATALOGUE["nl"])

    async def driven():
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(app, pilot)
            arrive(writing)
            await look_again(app)
            await pilot.pause()
            return said(app), said(app, "ticket"), app.query_one("#queue", OptionList).option_count

    told, letter, count = asyncio.run(driven())
    writing.database.close()
    assert "Nieuwe berichten: 1" in told
    assert "mijn vader" in letter
    assert count == 3


def test_a_letter_can_be_read_before_all_is_loaded_that_answers_it(quiet):
    """The screen opens at once; what writes comes behind it."""
    writing, loaded = open_writing(quiet.folder), threading.Event()

    def opening():
        assert loaded.wait(30)
        return writing

    app = Triage(Asking(opening, quiet.folder, "an", database_url(quiet.folder)), CATALOGUE["en"])

    async def driven():
        async with app.run_test(size=(80, 24)) as pilot:
            while "mijn vader" not in said(app, "ticket"):
                await pilot.pause(0.01)
            early = app.is_open, said(app, "proposal")
            loaded.set()
            await opened(app, pilot)
            return early, said(app, "proposal")

    try:
        early, late = asyncio.run(driven())
    finally:
        loaded.set()
        writing.database.close()

    assert early == (False, "")
    assert late != ""


def test_what_is_wrong_with_the_desk_ends_the_screen(quiet):
    """Also where it is found behind the open screen; the command then tells it."""

    def opening():
        raise ConfigurationError("mailbot.toml: hots: unknown setting; run `mailbot check`")

    app = Triage(Asking(opening, quiet.folder, "an", database_url(quiet.folder)), CATALOGUE["en"])

    async def driven():
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(app, pilot)

    asyncio.run(driven())

    assert "unknown setting" in str(app.refusal)
    assert not app.is_running


def test_the_screen_opens_without_what_writes():
    """No ORM, no templates, no model of values: they would keep the operator waiting."""
    heavy = "{'sqlalchemy', 'sqlmodel', 'pydantic', 'jinja2', 're2', 'snowballstemmer', 'mailbot.policy', 'mailbot.screen.asking'}"
    program = f"import sys, mailbot.screen.app, mailbot.cli.screen; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_searching_narrows_the_queue(drive):
    """By the words of subject and sender."""
    count = drive("slash", *"jef", "enter", look=lambda app: app.query_one("#queue", OptionList).option_count)

    assert count == 1


def test_both_languages_say_the_same_things():
    """No word is missing in either; every key has its word; the locale chooses."""
    assert set(CATALOGUE["nl"]) == set(CATALOGUE["en"])
    assert {name for _, name in KEYS} <= set(CATALOGUE["en"])
    assert words_for("", {"LANG": "nl_BE.UTF-8"}) is CATALOGUE["nl"]
    assert words_for("en", {"LANG": "nl_BE.UTF-8"}) is CATALOGUE["en"]
    assert words_for("", {}) is CATALOGUE["en"]


def test_dutch_is_spoken_on_the_screen(drive):
    """From the title to the keys."""
    assert "wachten" in drive(look=lambda app: said(app, "head"), language="nl")


def test_the_deciding_sentence_is_lit():
    """The first reason for the intent, and each for the urgency."""
    reasons = [
        {"about": "intent", "sentence": "Wie helpt?"},
        {"about": "intent", "sentence": "Later."},
        {"about": "urgent", "sentence": "Nu!"},
        {"about": "place", "sentence": "In Leuven."},
    ]

    assert [sentence for sentence, _ in lit_sentences(reasons)] == ["Wie helpt?", "Nu!"]


@pytest.mark.parametrize(
    "attack", ["\x1b]0;owned\x07", "\x1b[2J", "\u202egnp.exe", "\x9b31m", "\u2066x\u2069", "a\x00b"]
)
def test_a_hostile_letter_is_harmless_on_the_screen(attack):
    """Nothing in it moves the cursor, turns the text or becomes a link."""
    letter = {
        "arrived_at": datetime.now(UTC),
        "sender_name": attack,
        "sender_email": "x@y.example",
        "new_text": f"[link=http://evil.example]{attack}[/link]",
        "text": attack,
        "verdict": {"reasons": [{"about": "intent", "value": attack, "because": attack, "sentence": attack}]},
    }
    ticket = {
        **dict.fromkeys(("urgent", "claimed_until", "assigned_to", "phone", "place", "on_behalf")),
        "id": 1,
        "subject": attack,
        "intent": "info",
        "about": [attack],
        "topics": [],
        "confidence": 0.5,
        "requester_name": attack,
        "requester_email": attack,
        "language": "nl",
        "letters": [letter],
        "events": [],
        "mails": [],
    }

    text = ticket_text(ticket, CATALOGUE["en"], "an", datetime.now(UTC))
    assert not any(sign in text.plain for sign in "\x1b\x07\x9b\u202e\u2066\u2069\x00")
    assert not any(getattr(span.style, "link", None) for span in text.spans)
    assert "[link=" in text.plain
