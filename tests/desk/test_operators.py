"""Dialogues with the desk: what an operator types, what the citizen gets, what the history says. Real servers."""

import json
import re
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.cli import main
from mailbot.escalating import call_people
from mailbot.outbox.personal import beneath, write_letter
from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.storage.ledger import balance
from tests.desk.conftest import QUESTION, REQUEST, on_both_engines

LIBRARY = Path(__file__).parent.parent / "answers" / "library"


@pytest.fixture
def typist(monkeypatch, capsys):
    """Makes a way to type commands at the desk of a folder: exit code, and what was said on both streams."""

    def at(folder):
        def run(words: str, *more: str, who: str = "an") -> tuple[int, str]:
            monkeypatch.setenv("MAILBOT_OPERATOR", who)
            monkeypatch.setattr(sys, "argv", ["mailbot", "-C", str(folder), *words.split(), *more])
            try:
                code = main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
            said = capsys.readouterr()
            return code or 0, said.out + said.err

        return run

    return at


@pytest.fixture
def type_in(desk, typist):
    """Type a command at the desk."""
    desk.stays_open = True
    return typist(desk.folder)


@pytest.fixture
def type_quietly(quiet, typist):
    """Type a command at the quiet desk."""
    return typist(quiet.folder)


@pytest.fixture
def at_once(desk):
    """Answers leave without a rest, so that a test need not wait."""
    rules = desk.folder / "rules.yaml"
    rules.write_text(rules.read_text().replace("undo_seconds: 10", "undo_seconds: 0"))


@pytest.fixture
def letter(desk):
    """Maria has asked for help: ticket 1."""
    desk.write(REQUEST, subject="hulp voor vader")
    desk.run()


def inbox(desk, address="maria@home.example"):
    return [message_from_bytes(octets, policy=policy.default) for octets in desk.mail.inboxes[address]]


def events(desk, number=1):
    return [kind for (kind,) in desk.rows(f"SELECT kind FROM event WHERE ticket = {number} ORDER BY id")]


def test_a_question_is_answered_from_the_library_by_typing_what_is_shown(desk, type_in, at_once):
    """`next` names the answer and the whole command; two commands, and the citizen has it."""
    shutil.rmtree(desk.folder / "answers")
    shutil.copytree(LIBRARY, desk.folder / "answers")
    for file in (desk.folder / "answers").glob("*.md"):
        file.write_text(re.sub(r"valid_until: .*", "valid_until: open", file.read_text()))
    desk.write("Heeft mijn zaak recht op de hinderpremie?", subject="hinderpremie", to="corona")
    desk.run()
    _, shown = type_in("next")
    command = re.search(r"`mailbot (reply 1 --answer \S+)` sends it", shown).group(1)
    code, said = type_in(command)
    desk.run()

    assert command == "reply 1 --answer hinderpremie"
    assert "like '" in shown
    assert code == 0
    assert "`mailbot undo`" in said
    assert "VLAIO" in inbox(desk)[-1].get_body(("plain",)).get_content()
    assert type_in("answers send 1 hinderpremie")[0] == 2
    assert "leave out --text" in type_in("reply 1 --answer hinderpremie -t ook")[1]


def test_from_next_to_a_sent_answer_in_two_commands(desk, type_in, at_once, letter):
    """What a colleague who never saw the program can do."""
    code, shown = type_in("next")
    assert code == 0
    assert "mijn vader" in shown
    assert "mailbot reply 1" in shown

    code, _ = type_in("reply 1 --template searching")
    assert code == 0
    desk.run()

    answer = inbox(desk)[1]
    assert "Wij zoeken iemand die u kan helpen in Kessel-Lo" in answer.get_body(("plain",)).get_content()
    assert answer["Subject"] == "[LH#1] Re: hulp voor vader"
    assert answer["In-Reply-To"] == "<1.test@home.example>"
    assert answer["Auto-Submitted"] is None
    assert "+lh1-" in answer["Reply-To"]
    assert desk.rows("SELECT status, claimed_by FROM ticket") == [("pending", None)]


def test_the_citizens_next_letter_comes_back_to_the_ticket(desk, type_in, at_once, letter):
    """And the ticket waits for us again, with its own promise."""
    type_in("claim 1")
    type_in("reply 1 --text", "Uw buur Jan komt om 14 uur.")
    desk.run()
    desk.write("Dat is goed, maar hij heeft ook brood nodig.", extra=f"Delivered-To: {inbox(desk)[1]['Reply-To']}\r\n")
    desk.run()

    assert desk.rows("SELECT status, waits_since IS NULL, answered_news FROM ticket") == [("open", 0, 1)]
    assert events(desk)[-2:] == ["answered", "letter"]


def test_nobody_answers_what_a_colleague_has_in_hand(quiet, type_quietly):
    """The second is told who has it, and how to go on."""
    type_quietly("next", who="an")
    code, said = type_quietly("reply 1 --text hallo", who="jan")
    _, other = type_quietly("next", who="jan")
    nothing, more = type_quietly("next", who="els")

    assert (code, nothing) == (2, 2)
    assert "held by an" in said
    assert "kleinkinderen" in other
    assert "mailbot list" in more


def test_an_answer_is_refused_when_the_citizen_wrote_again(desk, type_in, at_once, letter):
    """The new text is shown, the answer is kept, and one command sends it after all."""
    type_in("next")
    desk.write("Het is al opgelost, mijn broer gaat.", extra=f"Delivered-To: {inbox(desk)[0]['Reply-To']}\r\n")
    desk.run()

    code, said = type_in("reply 1 --text", "Jan komt om 14 uur.")
    desk.run()
    assert code == 2
    assert "mijn broer gaat" in said
    assert "reply 1 --draft" in said
    assert len(inbox(desk)) == 1

    type_in("claim 1")
    code, _ = type_in("reply 1 --draft")
    desk.run()
    assert code == 0
    assert "Jan komt om 14 uur." in inbox(desk)[1].get_body(("plain",)).get_content()


def test_an_answer_is_called_back_while_it_rests(desk, type_in, letter):
    """It never leaves, the ticket is as it was, and the text is there to be mended."""
    type_in("claim 1")
    type_in("reply 1 --text", "Verkeerd!")
    code, _ = type_in("undo")
    desk.run()

    assert code == 0
    assert len(inbox(desk)) == 1
    assert desk.rows("SELECT status, claimed_by, answered_news, waits_since IS NULL FROM ticket") == [
        ("open", "an", None, 0)
    ]
    assert desk.rows("SELECT state FROM outbox WHERE purpose = 'reply'") == [("cancelled",)]
    assert type_in("reply 1 --draft")[0] == 0


def test_an_answer_that_left_is_not_called_back(desk, type_in, at_once, letter):
    """Undo says so, and where to look."""
    type_in("claim 1")
    type_in("reply 1 --text hallo")
    desk.run()
    code, said = type_in("undo")

    assert code == 2
    assert "sent" in said
    assert "mailbot show 1" in said


def test_a_letter_is_answered_once(desk, type_in, at_once, letter):
    """A second answer is written only when it is meant."""
    type_in("claim 1")
    type_in("reply 1 --text een")
    type_in("claim 1")
    refused, said = type_in("reply 1 --text twee")
    meant, _ = type_in("reply 1 --again --text twee")
    desk.run()

    assert (refused, meant) == (2, 0)
    assert "--again" in said
    assert len(inbox(desk)) == 3


def test_the_editor_shows_the_letter_and_sends_what_stands_above_it(
    desk, type_in, at_once, letter, monkeypatch, tmp_path
):
    """Nothing below the line leaves; an answer that was not written is not sent."""
    editor = tmp_path / "editor"
    editor.write_text(
        f"#!/bin/sh\ncp $1 {tmp_path}/seen\nsed -i 's/^\\(Dag\\|Beste\\).*/Dag Maria, morgen om 9 uur komt Els./' $1\n"
    )
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", "true")
    type_in("claim 1")
    nothing, said = type_in("reply 1")
    monkeypatch.setenv("VISUAL", str(editor))
    done, _ = type_in("reply 1")
    desk.run()

    assert (nothing, done) == (2, 0)
    assert "you changed nothing" in said
    assert "komt Els" in inbox(desk)[-1].get_body(("plain",)).get_content()
    assert "# Wie kan er deze week" in (tmp_path / "seen").read_text()
    assert "# " not in inbox(desk)[-1].get_body(("plain",)).get_content()
    assert "below this line" not in inbox(desk)[-1].get_body(("plain",)).get_content()


def test_a_note_is_for_colleagues(quiet, type_quietly):
    """It stands in the history, and in no mail."""
    type_quietly("note 1", "Dochter belt terug na 17 uur.")
    _, shown = type_quietly("history 1")

    assert "Dochter belt terug" in shown
    assert len(quiet.rows("SELECT 1 FROM outbox WHERE purpose != 'alert'")) == 2


def test_corrections_are_kept_with_old_and_new(quiet, type_quietly):
    """Which is what the classifier learns from."""
    code, said = type_quietly(
        "set 1 intent=info urgent=yes category=groceries,pharmacy", "place=Heverlee", "phone=0470000016"
    )
    kept = [json.loads(details) for (details,) in quiet.rows("SELECT details FROM event WHERE kind = 'corrected'")]

    assert code == 0, said
    assert {each["field"] for each in kept} == {"intent", "urgent", "categories", "place", "phone"}
    assert {"field": "intent", "old": "help_request", "new": "info"} in kept
    assert {"field": "phone", "old": "+32470000015", "new": "+32470000016"} in kept
    assert quiet.rows("SELECT DISTINCT message, actor FROM event WHERE kind = 'corrected'") == [(1, "an")]


def test_a_wrong_correction_changes_nothing(quiet, type_quietly):
    """And says what may be written."""
    for wrong in ("color=red", "urgent=maybe", "category=cars", "intent", "phone=12", "language=xx"):
        code, said = type_quietly(f"set 1 {wrong}")

        assert code == 2, wrong
        assert "Traceback" not in said
    assert "corrected" not in events(quiet)


def test_release_assign_and_take_over(quiet, type_quietly):
    """Whose a ticket is, is said in the queue."""
    type_quietly("claim 1", who="an")
    type_quietly("release 1", who="an")
    type_quietly("assign 1 jan", who="els")
    _, nothing = type_quietly("next", who="an")
    _, shown = type_quietly("list")
    assert "#2" in nothing
    assert "(jan)" in shown

    type_quietly("next", who="jan")
    refused, _ = type_quietly("assign 1 an", who="els")
    taken, _ = type_quietly("assign 1 an --over", who="els")
    assert (refused, taken) == (2, 0)
    assert type_quietly("reply 1 --text x", who="jan")[0] == 2


def test_closed_and_reopened(quiet, type_quietly):
    """With a reason in the history."""
    type_quietly("close 1 --reason opgelost")
    assert quiet.rows("SELECT status FROM ticket WHERE id = 1") == [("closed",)]
    code, said = type_quietly("claim 1")
    assert code == 2
    assert "mailbot reopen 1" in said

    type_quietly("reopen 1")
    assert quiet.rows("SELECT status, waits_since IS NULL FROM ticket WHERE id = 1") == [("open", 0)]


def test_a_snoozed_ticket_sleeps_until_its_time_or_a_letter(desk, type_in, letter):
    """It is out of the queue, and back when the citizen writes."""
    type_in("snooze 1 2h")
    assert "hulp voor vader" not in type_in("list")[1]
    assert "hulp voor vader" in type_in("list --sleeping")[1]

    desk.write("En?", extra=f"Delivered-To: {inbox(desk)[0]['Reply-To']}\r\n")
    desk.run()
    assert "hulp voor vader" in type_in("list")[1]


def test_a_merged_ticket_forwards_its_mail(desk, type_in, letter):
    """An answer to the old number finds the new one."""
    desk.write("Nog een vraag: " + QUESTION, subject="nog iets")
    desk.run()
    type_in("merge 1 2")
    desk.write(
        "Dank voor het wachten, hij heeft ook melk nodig.", extra=f"Delivered-To: {inbox(desk)[0]['Reply-To']}\r\n"
    )
    desk.run()

    assert [row[0] for row in desk.rows("SELECT message FROM ticket_message WHERE ticket = 2 ORDER BY message")] == [
        1,
        2,
        3,
    ]
    assert "mailbot show 2" in type_in("claim 1")[1]


def test_two_people_are_not_merged_by_a_slip(quiet, type_quietly):
    """Their letters would be answered to one of them."""
    code, said = type_quietly("merge 2 1")

    assert code == 2
    assert "mailbot link 2 1" in said
    assert type_quietly("link 2 1")[0] == 0
    assert "linked  #2" in type_quietly("show 1")[1]


def test_a_letter_with_a_question_and_an_offer_shows_each_ticket_what_it_is_about(desk, type_in):
    """The question has a topic, the offer a kind of help; neither shows the other's."""
    desk.write(
        "Mag onze kaartersclub van acht man donderdag nog samenkomen?\n\n"
        "Ik wil ook graag boodschappen doen voor iemand in Heverlee.",
        sender="Karel <karel@home.example>",
    )
    desk.run()
    code, said = type_in("list")

    assert code == 0, said
    assert "question: gatherings" in said
    assert "offer: groceries" in said


def test_split_makes_a_second_ticket_of_one_letter(quiet, type_quietly):
    """Each is answered for itself."""
    code, said = type_quietly("split 1 --intent help_offer")

    assert code == 0, said
    assert quiet.rows("SELECT intent, status, conversation FROM ticket WHERE id = 3") == [("help_offer", "new", 1)]
    assert quiet.rows("SELECT ticket FROM ticket_message WHERE message = 1 ORDER BY ticket") == [(1,), (3,)]


def test_a_letter_is_moved_where_it_belongs(quiet, type_quietly):
    """Its sender may write there from now on."""
    code, _ = type_quietly("move 2 --to 1")

    assert code == 0
    assert quiet.rows("SELECT ticket FROM ticket_message WHERE message = 2") == [(1,)]
    assert quiet.rows("SELECT merged_into FROM ticket WHERE id = 2") == [(1,)]
    assert ("jef@home.example",) in quiet.rows("SELECT email FROM party WHERE ticket = 1")
    assert type_quietly("move 99 --to 1")[0] == 2


def test_a_spocs_answer_comes_back_and_goes_on_after_a_yes(desk, type_in, at_once, letter):
    """Never to the citizen by itself."""
    type_in("forward 1 zorgnetwerk --text", "Kunnen jullie dit opnemen?")
    desk.run()
    passed = inbox(desk, "zorgnetwerk@leuvenhelpt.example")[0]
    assert "mijn vader in Kessel-Lo" in passed.get_body(("plain",)).get_content()
    assert "waits" in type_in("waiting")[1]

    desk.write(
        "Wij bellen hem morgen om 10 uur.",
        sender="zorgnetwerk@leuvenhelpt.example",
        extra=f"Delivered-To: {passed['Reply-To']}\r\n",
    )
    desk.run()
    assert "answered" in type_in("waiting")[1]
    assert len(inbox(desk)) == 1

    type_in("claim 1")
    code, said = type_in("reply 1 --spoc")
    desk.run()
    assert code == 0, said
    assert "Wij bellen hem morgen om 10 uur." in inbox(desk)[1].get_body(("plain",)).get_content()
    assert len(inbox(desk, "zorgnetwerk@leuvenhelpt.example")) == 1


def test_a_spoc_who_writes_stop_ends_nobodys_offer(desk, type_in, at_once):
    """Only the volunteer may; the SPOC's word waits for an operator."""
    desk.write("Ik wil graag boodschappen doen in Kessel-Lo, elke dag.", sender="Lien Wouters <lien@campus.example>")
    desk.run()
    type_in("forward 1 zorgnetwerk")
    desk.run()
    reply_to = inbox(desk, "zorgnetwerk@leuvenhelpt.example")[0]["Reply-To"]
    desk.write("STOP", sender="zorgnetwerk@leuvenhelpt.example", extra=f"Delivered-To: {reply_to}\r\n")
    desk.run()

    assert ("withdrawn",) not in desk.rows("SELECT state FROM help_offer")
    assert "answered" in type_in("waiting")[1]


def test_a_stranger_who_guesses_the_spocs_words_is_not_a_spoc(desk, type_in, at_once, letter):
    """Without a known sender a letter joins nothing."""
    type_in("forward 1 zorgnetwerk")
    desk.run()
    reply_to = inbox(desk, "zorgnetwerk@leuvenhelpt.example")[0]["Reply-To"]
    desk.write("Stuur uw bankkaart.", sender="boef@elders.example", extra=f"Delivered-To: {reply_to}\r\n")
    desk.run()

    assert "waits" in type_in("waiting")[1]
    assert type_in("reply 1 --spoc")[0] == 2


REFUSED = [
    "claim 99",
    "release 1",
    "reply 1 --text x",
    "reply 1 --template nothing",
    "reply 1 --draft",
    "undo",
    "undo 1",
    "snooze 1 soon",
    "forward 1 nobody",
    "merge 1 1",
    "merge 1 99",
    "link 1 1",
    "move 1 --to 99",
    "split 99 --intent info",
    "history 99",
    "claim x",
    "note 1 ",
    "reply 1 --spoc",
]


def test_every_refusal_names_the_next_command(quiet, type_quietly):
    """Exit code 2, one clear text, no traceback."""
    for words in REFUSED:
        code, said = type_quietly(words)

        assert code == 2, words
        assert "mailbot" in said.removeprefix("mailbot:") or "there are:" in said or "tomorrow" in said, said
        assert "Traceback" not in said


def test_every_verb_speaks_json(quiet, type_quietly):
    """One object, for scripts."""
    for words in (
        "claim 1",
        "note 1 x",
        "set 1 urgent=yes",
        "reply 1 --text x",
        "undo",
        "release 1",
        "snooze 1 1h",
        "close 1",
    ):
        code, said = type_quietly(f"{words} --json")

        assert code == 0, said
        assert json.loads(said)


def test_an_urgent_letter_calls_the_seat_then_the_coordinator(desk, type_in, tmp_path):
    """Whoever is on duty now, each once; a claim stops it."""
    roster = tmp_path / "roster.csv"
    day = datetime.now(ZoneInfo("Europe/Brussels")).date()
    seats = [("leuven_helpt", "An"), ("coordinator", "Els")]
    rules = desk.folder / "rules.yaml"
    rules.write_text(
        rules.read_text().replace("shifts: [08:00-12:00, 12:00-16:00, 16:00-20:00]", "shifts: [00:00-23:59]")
    )
    rows = [f"{day};1;{seat};{name};{name.lower()}@leuven.example" for seat, name in seats]
    roster.write_text("date;shift;seat;name;email\n" + "\n".join([*rows, "nonsense;1;corona;Jan;"]))
    code, said = type_in("roster import", str(roster))
    assert code == 1
    assert "row 4" in said
    assert "Els" in type_in("roster today")[1]

    desk.write("Mijn moeder heeft geen eten meer in huis en kan niet buiten. Kan er vandaag iemand komen?")
    desk.run()
    opened = desk.open()
    assert [call_people(opened), call_people(opened)] == [1, 0]
    later = replace(opened, office=replace(opened.office, clock=lambda: datetime.now(UTC) + timedelta(minutes=11)))
    assert [call_people(later), call_people(later)] == [1, 0]
    called = "SELECT recipient FROM outbox WHERE purpose = 'alert' AND state = 'queued' ORDER BY id"
    assert desk.rows(called) == [("an@leuven.example",), ("els@leuven.example",)]

    type_in("claim 1")
    much_later = replace(opened, office=replace(opened.office, clock=lambda: datetime.now(UTC) + timedelta(minutes=19)))
    assert call_people(much_later) == 0


def test_a_colleague_takes_a_shift_over(quiet, type_quietly, tmp_path):
    """By name, from the pool."""
    day = datetime.now(ZoneInfo("Europe/Brussels")).date()
    (tmp_path / "r.csv").write_text(f"date,shift,seat,name\n{day},8-12,phone1,An\n{day},8-12,phone2,Jan\n")
    assert type_quietly("roster import", str(tmp_path / "r.csv"))[0] == 0
    code, said = type_quietly("roster swap 8-12 phone1 Jan")

    assert code == 0
    assert "instead of An" in said
    assert type_quietly("roster swap 8-12 phone1 Nobody")[0] == 2
    assert type_quietly("roster swap 9-13 phone1 Jan")[0] == 2
    assert type_quietly("roster import", "/nowhere.csv")[0] == 2


def test_a_call_is_a_ticket_like_any_other(quiet, type_quietly):
    """Known by its number, classified as mail is, found by search, answered by nobody but a person."""
    code, said = type_quietly(
        "intake phone --number 0470000015 --place Heverlee --consent --name", "Maria Peeters", "--need",
        "Mijn moeder heeft geen eten meer in huis en kan niet buiten. Kan er vandaag iemand komen?", "--for", "haar moeder",
    )  # fmt: skip

    assert code == 0, said
    assert "same number: #1" in said
    assert "mailbot merge 3 1" in said
    columns = "channel, intent, urgent, phone, place, requester_name, on_behalf, merged_into"
    assert quiet.rows(f"SELECT {columns} FROM ticket WHERE id = 3") == [
        ("phone", "help_request", 1, "+32470000015", "Heverlee", "Maria Peeters", 1, None)
    ]
    assert "#3" in type_quietly("search eten moeder")[1]
    assert "#3" in type_quietly("search 0470000015")[1]
    assert not quiet.rows("SELECT 1 FROM outbox WHERE ticket = 3 AND purpose != 'alert'")
    database = Database(database_url(quiet.folder))
    with database.read() as connection:
        assert balance(connection).unexplained == 0
    database.close()


def test_a_forms_export_is_taken_in_once(quiet, type_quietly, tmp_path):
    """Semicolons, Windows letters, a bad row by its number; again changes nothing; a dry run changes nothing."""
    rows = "Naam;Telefoon;Uw vraag:;Gemeente\nLéa;0470 00 00 21;Wie doet boodschappen?;Leuven\nJan;;;Leuven\nEls;12;Brood nodig;Leuven\n"
    (tmp_path / "form.csv").write_bytes(rows.encode("cp1252"))
    dry, said = type_quietly("intake import --dry-run", str(tmp_path / "form.csv"))
    assert "1 rows would be taken" in said
    assert quiet.rows("SELECT count(*) FROM ticket") == [(2,)]

    first, said = type_quietly("intake import", str(tmp_path / "form.csv"))
    again, repeated = type_quietly("intake import", str(tmp_path / "form.csv"))
    assert (dry, first, again) == (1, 1, 1)
    assert "row 3: nothing is asked" in said
    assert "row 4: '12' is no telephone number" in said
    assert "0 rows taken, 1 were there before" in repeated
    assert quiet.rows("SELECT channel, requester_name, phone FROM ticket WHERE id > 2") == [
        ("form", "Léa", "+32470000021")
    ]


def test_a_colleague_outside_reports_for_somebody(quiet, type_quietly):
    """With the name of who brought it in the history."""
    code, _ = type_quietly(
        "intake phone --channel outreach --reporter Sofie --need", "Mevrouw Claes zoekt iemand voor haar hond.", "--for", "mevrouw Claes"
    )  # fmt: skip

    assert code == 0
    assert "reporter: Sofie" in type_quietly("history 3")[1]


@pytest.mark.parametrize(
    "wrong", ["phone --number 12 --need x", "phone --channel pigeon --need x", "import /nowhere.csv"]
)
def test_what_cannot_be_taken_in_is_said(quiet, type_quietly, wrong):
    """And nothing is written."""
    code, said = type_quietly(f"intake {wrong}")

    assert code == 2
    assert "Traceback" not in said
    assert quiet.rows("SELECT count(*) FROM ticket") == [(2,)]


def test_an_attachment_is_listed_and_saved_when_asked_for(desk, type_in, tmp_path):
    """With its type and size; nothing is written until somebody says so."""
    body = (
        "From: maria@home.example\r\nTo: leuven.helpt@leuven.example\r\nSubject: foto\r\nMessage-ID: <foto@home.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
        "Wie kan er boodschappen doen in Leuven?\r\n--b\r\nContent-Type: image/png\r\n"
        'Content-Disposition: attachment; filename="../../deur.png"\r\nContent-Transfer-Encoding: base64\r\n\r\naGFsbG8=\r\n--b--\r\n'
    )
    desk.mail.deliver("leuven_helpt", [body.encode()])
    desk.run()
    _, shown = type_in("show 1")
    assert "deur.png  (image/png, 5 octets)" in shown

    code, _ = type_in("show 1 --save 1 --to", str(tmp_path))
    assert code == 0
    assert (tmp_path / "deur.png").read_bytes() == b"hallo"
    assert type_in("show 1 --save 2")[0] == 2


def test_what_was_done_last_is_taken_back(quiet, type_quietly):
    """A close, a correction, an assignment; each by an event that says what it undid."""
    before = quiet.rows("SELECT status, waits_since, urgent, categories, assigned_to FROM ticket WHERE id = 1")
    for command in ("close 1 --reason vergist", "set 1 urgent=yes category=pets", "assign 1 jan", "snooze 1 2h"):
        assert type_quietly(command)[0] == 0
        code, said = type_quietly("undo")
        assert (code, "#1 is as it was" in said) == (0, True)
        assert quiet.rows("SELECT status, waits_since, urgent, categories, assigned_to FROM ticket WHERE id = 1") == before

    assert events(quiet).count("undone") == 4
    assert "did nothing" in type_quietly("undo")[1]


def test_what_came_after_is_not_taken_back(quiet, type_quietly):
    """A colleague's deed stands in the way, and is named."""
    type_quietly("close 1")
    type_quietly("reopen 1", who="jan")
    code, said = type_quietly("undo 1")

    assert code == 2
    assert "jan, reopened" in said
    assert "`mailbot history 1`" in said


@on_both_engines
def test_a_merge_and_a_move_are_taken_back(desk, type_in, letter):
    """Letters and parties go home, both tickets are as they were; a close and a correction too, on either engine."""
    desk.write(QUESTION, subject="vraagje", sender="jef@home.example")
    desk.run()

    def state():
        tickets = desk.rows("SELECT id, status, merged_into, last_news, urgent, waits_since FROM ticket ORDER BY id")
        letters = desk.rows("SELECT ticket, message FROM ticket_message ORDER BY ticket, message")
        return tickets, letters, desk.rows("SELECT ticket, email FROM party ORDER BY ticket, email")

    before = state()
    for command in ("merge 2 1 --two-people", "move 2 --to 1", "close 1", "set 1 urgent=yes category=pets"):
        assert type_in(command)[0] == 0
        assert state() != before
        assert type_in("undo")[0] == 0
        assert state() == before, command


def test_an_answer_quotes_the_letter_it_answers(desk, type_in, at_once, letter):
    """Beneath it, behind `> `; what is called back comes back without it."""
    type_in("claim 1")
    type_in("reply 1 -t", "Jan komt om 14 uur.")
    desk.run()
    text = inbox(desk)[-1].get_body(("plain",)).get_content()

    assert text.index("Jan komt") < text.index("schreef u:") < text.index("> Wie kan er deze week")


def test_a_quoted_letter_plays_no_trick_and_its_links_are_not_ours(tmp_path):
    """Who forged a letter in somebody's name cannot have the town send them a page to click on."""
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "quoted.txt.j2").write_text("Op {{ date }} schreef u:")
    quote = beneath([tmp_path], "nl", "Zie https://evil.example/x\n\u202eessap\u2066", "3 april", "nl")
    page = write_letter("Zie www.leuven.be.", "x", "[LH#1]", "nl", quote).html

    assert "evil.example/x" in page
    assert page.count("href") == 1
    assert quote.endswith("> essap")


def test_a_request_that_a_spoc_has_is_proposed_to_nobody(quiet, type_quietly):
    """Passing it on passes the request on too."""
    type_quietly("claim 1")
    assert type_quietly("forward 1 zorgnetwerk")[0] == 0
    assert quiet.rows("SELECT state FROM help_request WHERE ticket = 1") == [("passed_on",)]


def test_nobody_elses_letter_is_quoted(desk, type_in, at_once, letter):
    """What a SPOC wrote to us stays with us."""
    type_in("claim 1")
    type_in("forward 1 zorgnetwerk -t", "Kan dit?")
    desk.run()
    asked = inbox(desk, "zorgnetwerk@leuvenhelpt.example")[-1]
    desk.write("Intern: deze man staat op onze lijst.", sender="zorgnetwerk@leuvenhelpt.example", extra=f"Delivered-To: {asked['Reply-To']}\n")
    desk.run()
    type_in("claim 1")
    type_in("reply 1 -t", "Wij bellen u.")
    desk.run()

    assert "Wij bellen u" in inbox(desk)[-1].as_string()
    assert "Intern" not in inbox(desk)[-1].get_body(("plain",)).get_content()
