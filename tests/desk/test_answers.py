"""A question and what the library makes of it: from the letter to the answer in the citizen's inbox, and back."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailbot import answer_desk, library_reply, opening, steps, vigil
from mailbot.answers import told_store
from mailbot.answers.store import load_answer
from mailbot.asking import waiting_clusters
from mailbot.model import Permanent
from mailbot.opening import open_desk, open_writing, renewed
from mailbot.place import database_url
from mailbot.storage.reading import open_reader
from mailbot.storage.views import ticket as ticket_of
from mailbot.tending import Calls, judge
from mailbot.tickets import desk_store, verbs
from mailbot.tickets.proposals import from_library
from mailbot.tickets.standing import Refused
from mailbot.worker import run_once
from mailbot.writing import undo
from tests.servers import daemons

SAMPLES = Path(__file__).parent.parent / "answers" / "library"
NOON = datetime(2020, 3, 25, 11, 0, tzinfo=UTC)
PARK = "Goeiedag, is het recyclagepark nog open deze week?"


class Conversation:
    """A desk with the sample library, on a day in March 2020 that passes only when told."""

    def __init__(self, desk):
        self.desk, self.now = desk, NOON
        shutil.rmtree(desk.folder / "answers", ignore_errors=True)
        shutil.copytree(SAMPLES, desk.folder / "answers")
        settings = desk.folder / "mailbot.toml"
        settings.write_text(settings.read_text().replace("since = 2020-03-13", "since = 2020-01-01"))

    def hear(self, words, **more):
        identifier = self.desk.write(words, to=more.pop("to", "corona"), **more)
        self.work()
        return identifier

    def work(self):
        assert run_once(open_desk(self.desk.folder, lambda: self.now))
        self.now += timedelta(minutes=5)

    def inbox(self, address="maria@home.example"):
        return [message_from_bytes(each, policy=policy.default) for each in self.desk.mail.inboxes.get(address, ())]

    def last(self, address="maria@home.example"):
        return self.inbox(address)[-1]

    def reply(self, words, address="maria@home.example"):
        """The citizen answers our last mail from a mail program."""
        mail = self.last(address)
        extra = f"Delivered-To: {mail['Reply-To']}\r\nIn-Reply-To: {mail['Message-ID']}\r\n"
        return self.hear(words, sender=address, subject=f"Re: {mail['Subject']}", extra=extra)

    def statuses(self):
        return [status for (status,) in self.desk.rows("SELECT status FROM ticket ORDER BY id")]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.fixture
def talk(desk):
    return Conversation(desk)


def test_a_question_is_answered_from_the_library(talk):
    """One mail: the question quoted, the answer, the rule and its date, the telephone, how to ask on."""
    talk.hear(PARK, subject="recyclagepark")
    text = text_of(talk.last())

    assert len(talk.inbox()) == 1
    assert "is het recyclagepark nog open deze week?" in text
    assert "Nee, het recyclagepark is gesloten" in text
    assert "Ministerieel besluit (18 maart 2020)" in text
    assert "016/27 27 72" in text
    assert "Antwoord dan op deze mail" in text
    assert talk.statuses() == ["pending"]


def test_what_was_told_is_remembered_with_its_wording(talk):
    """So that a rule that changes can reach them."""
    talk.hear(PARK, subject="recyclagepark")

    told = talk.desk.rows("SELECT answer, language, ticket, told_by, mail FROM told")
    assert told == [("recyclagepark-dicht", "nl", 1, "mailbot", talk.last()["Message-ID"])]
    assert talk.desk.rows("SELECT kind FROM event WHERE kind = 'informed'") == [("informed",)]


def test_thank_you_does_not_reopen(talk):
    """It is kept, and wakes nobody."""
    talk.hear(PARK, subject="recyclagepark")
    talk.reply("Bedankt voor het snelle antwoord!")

    assert talk.statuses() == ["pending"]
    assert talk.desk.rows("SELECT doubted_at FROM told") == [(None,)]


def test_that_was_not_my_question_reopens_and_lowers_the_answers_standing(talk):
    """The next one who asks the same gets a person, until the answer has proved itself again."""
    talk.hear(PARK, subject="recyclagepark")
    talk.reply("Dank u wel, heel vriendelijk. Dat was niet mijn vraag.")

    assert talk.statuses() == ["open"]
    assert talk.desk.rows("SELECT count(*) FROM told WHERE doubted_at IS NOT NULL") == [(1,)]

    talk.hear(PARK, subject="recyclagepark", sender="jan@elders.example")
    assert "gesloten" not in text_of(talk.last("jan@elders.example"))
    assert talk.statuses() == ["open", "new"]


def test_an_answer_without_the_letters_language_leaves_it_to_a_person(talk):
    """A German whose answer stands in Dutch, French and English only."""
    talk.now = datetime(2020, 5, 4, 9, 0, tzinfo=UTC)
    talk.hear("Guten Tag, wann bekomme ich die Maske von der Stadt?", subject="Maske")

    assert talk.statuses() == ["new"]
    assert "inwoner" not in text_of(talk.last())
    assert talk.desk.rows("SELECT count(*) FROM told") == [(0,)]


def test_an_answer_that_is_not_marked_as_safe_is_only_proposed(talk):
    """The operator sees it with the letter."""
    talk.hear("Heeft mijn zaak recht op de hinderpremie?", subject="hinderpremie")

    assert talk.statuses() == ["new"]
    details = talk.desk.rows("SELECT details FROM event WHERE kind = 'proposed'")[0][0]
    assert "hinderpremie" in str(details)


def test_an_expired_answer_is_never_sent(talk):
    """The day after its last one."""
    talk.now = datetime(2020, 5, 20, 9, 0, tzinfo=UTC)
    talk.hear("Gaat de vrijdagmarkt door?", subject="vrijdagmarkt")

    assert talk.statuses() == ["new"]
    assert "er zijn geen markten" not in text_of(talk.last())


def test_two_questions_in_one_letter_get_two_answers_in_one_mail(talk):
    """Each under the question that it answers."""
    talk.hear("Is het recyclagepark open? En gaat de vrijdagmarkt door?", subject="twee vragen")
    text = text_of(talk.last())

    assert len(talk.inbox()) == 1
    assert text.index("recyclagepark is gesloten") < text.index("er zijn geen markten")
    assert talk.statuses() == ["pending"]


def test_what_the_library_cannot_answer_stays_with_a_person(talk):
    """Half an answer is sent as half an answer."""
    talk.hear("Is het recyclagepark open? En hoe laat begint de vuurwerkshow op het Ladeuzeplein?", subject="vragen")

    assert "recyclagepark is gesloten" in text_of(talk.last())
    assert "De rest van uw bericht leest een medewerker" in text_of(talk.last())
    assert talk.statuses() == ["new"]


def test_links_in_a_question_are_not_vouched_for(talk):
    """Our mail to a forged sender must not carry somebody's link."""
    talk.hear("Is het recyclagepark open zoals op www.evil.example/klik staat?", subject="recyclagepark")

    assert "recyclagepark" in text_of(talk.last())
    assert "evil" not in talk.last().as_string()


def test_an_urgent_letter_gets_no_answer_of_a_machine(talk):
    """Somebody in need asks; a person answers."""
    talk.hear("Mijn man krijgt geen adem meer! Is het recyclagepark open?", subject="dringend")

    assert talk.desk.rows("SELECT count(*) FROM told") == [(0,)]
    assert talk.statuses()[0] == "new"


def answer_by_hand(talk, answers, number=1):
    """An operator takes the ticket and answers from the library."""
    writing = open_writing(talk.desk.folder)
    try:
        desk_store.act(writing.database, number, lambda each: verbs.claim(each, "An", talk.now, 20), "An", talk.now)
        return library_reply.reply(writing, number, answers, "An", talk.now)
    finally:
        writing.database.close()


def test_an_operator_sends_a_proposed_answer_with_one_verb(talk):
    """In the thread of the letter, signed by a person, once; it can be called back, and then waits for the writer."""
    question = "Heeft mijn zaak recht op de hinderpremie?"
    letter = talk.hear(question, subject="hinderpremie")
    answer_by_hand(talk, {"hinderpremie": question})
    with pytest.raises(Refused, match="answered already"):
        answer_by_hand(talk, {"hinderpremie": question})
    talk.now += timedelta(minutes=1)
    talk.work()

    assert len(talk.inbox()) == 2
    assert "U vroeg: “Heeft mijn zaak recht op de hinderpremie?”" in text_of(talk.last())
    assert "VLAIO" in text_of(talk.last())
    assert "\r\nAn\r\n" in text_of(talk.last())
    assert talk.last()["In-Reply-To"] == letter
    assert talk.last()["Auto-Submitted"] is None
    assert talk.statuses() == ["pending"]
    assert talk.desk.rows("SELECT told_by, mail FROM told") == [("An", talk.last()["Message-ID"])]
    assert talk.desk.rows("SELECT actor FROM event WHERE kind = 'informed'") == [("An",)]


def test_an_answer_called_back_told_nobody_anything(talk):
    """A correction of it reaches nobody, and it is proposed again."""
    talk.hear("Heeft mijn zaak recht op de hinderpremie?", subject="hinderpremie")
    answer_by_hand(talk, {"hinderpremie": ""})
    writing = open_writing(talk.desk.folder)
    undo(writing, "An", talk.now)
    with open_reader(database_url(talk.desk.folder)) as reader:
        ticket = ticket_of(reader, 1)
    with writing.database.read() as connection:
        reached = told_store.readers(connection, ["hinderpremie"], {})
    writing.database.close()

    assert reached == []
    assert [each["id"] for each in from_library(ticket)][:1] == ["hinderpremie"]


def test_a_correction_reaches_everybody_who_was_told_the_old_text_once(talk):
    """Each in the own thread and language, in the bulk lane; those who were told the new text hear nothing."""
    talk.hear(PARK, subject="recyclagepark")
    talk.hear("Le parc à conteneurs est-il ouvert ?", subject="parc", sender="jean@elders.example")
    talk.now = datetime(2020, 4, 8, 9, 0, tzinfo=UTC)
    talk.hear("Hoe maak ik een afspraak voor het recyclagepark?", subject="recyclagepark", sender="an@nieuw.example")
    opened = open_desk(talk.desk.folder, lambda: talk.now)
    answer = opened.office.desk.answering.index.answer("recyclagepark-afspraak")
    with opened.office.database.begin() as connection:
        first = answer_desk.correct(connection, opened.office.correspondence, answer, "An", talk.now)
        second = answer_desk.correct(connection, opened.office.correspondence, answer, "An", talk.now)
    opened.office.database.close()
    talk.work()

    assert (sorted(first.queued), second.queued) == ([1, 2], ())
    assert "Op 25 maart 2020 gaven wij u een antwoord" in text_of(talk.last())
    assert "enkel op afspraak" in text_of(talk.last())
    assert "uniquement sur rendez-vous" in text_of(talk.last("jean@elders.example"))
    assert talk.last()["In-Reply-To"] == talk.inbox()[0]["Message-ID"]
    assert [len(talk.inbox(each)) for each in ("maria@home.example", "jean@elders.example", "an@nieuw.example")] == [2, 2, 1]
    assert talk.desk.rows("SELECT DISTINCT lane FROM outbox WHERE purpose = 'correction'") == [("bulk",)]


def test_an_answer_that_is_not_true_today_is_refused_to_the_operator_too(talk):
    """With what to type next."""
    talk.hear("Is het recyclagepark nu met afspraak?", subject="recyclagepark")
    with pytest.raises(Permanent, match="not true today"):
        answer_by_hand(talk, {"recyclagepark-afspraak": ""})
    with pytest.raises(Permanent, match="there is no answer"):
        answer_by_hand(talk, {"../secret": ""})


def test_one_reviewed_answer_reaches_a_whole_cluster(talk):
    """Each in the own thread; the answer becomes a file of the library."""
    cinema = ("Weet u of de cinema al open is?", "Gaat de cinema in april weer open?", "Gaat de cinema nog open?")
    for number, words in enumerate(cinema):
        talk.desk.write(words, sender=f"c{number}@home.example", to="corona", subject="cinema")
    talk.desk.write("Waar kan ik stof kopen om te naaien?", sender="d@home.example", to="corona", subject="stof")
    talk.work()
    opened = open_desk(talk.desk.folder, lambda: talk.now)
    with opened.office.database.read() as connection:
        group = waiting_clusters(connection, talk.now.date())[0]
    sample = (SAMPLES / "markt.md").read_text().replace("vrijdagmarkt", "cinema").replace("er zijn geen markten", "de cinema is dicht")
    (talk.desk.folder / "answers" / "cinema.md").write_text(sample)
    opened = open_desk(talk.desk.folder, lambda: talk.now)
    answer = opened.office.desk.answering.index.answer("cinema")
    with opened.office.database.begin() as connection:
        tickets = [each.ticket for each in group.questions]
        outcome = answer_desk.inform_all(connection, opened.office.correspondence, answer, tickets, "An", talk.now)
        again = answer_desk.inform_all(connection, opened.office.correspondence, answer, tickets, "An", talk.now)
    opened.office.database.close()
    talk.work()

    assert "cinema" in group.name
    assert (len(outcome.queued), again.queued) == (3, ())
    assert all("de cinema is dicht" in text_of(talk.last(f"c{number}@home.example")) for number in range(3))
    assert talk.statuses() == ["pending", "pending", "pending", "new"]


def test_a_letter_in_several_languages_says_moments_in_each(talk):
    """Who writes in a language that the desk does not write reads three letters, none with a word of another."""
    talk.hear("Merhaba, annem yaşlı ve evden çıkamıyor. Belediyeden bir cevap bekliyoruz. Teşekkürler.", subject="soru")
    dutch, *others = text_of(talk.last()).split("* * *")

    assert "vandaag" in dutch or "morgen" in dutch
    assert len(others) == 2
    assert not [word for text in others for word in ("vandaag", "morgen", "vanaf", "uur") if word in text]


def test_the_morning_report_tells_what_is_asked_once_a_day(talk):
    """To the communication team, as a mail with a page in it."""
    talk.hear(PARK, subject="recyclagepark")
    talk.hear("Waar kan ik stof kopen om te naaien?", subject="stof", sender="d@home.example")
    for _ in range(2):
        opened = open_desk(talk.desk.folder, lambda: talk.now)
        vigil.tell_what_is_asked(opened)
        opened.office.database.close()
    talk.work()
    mails = talk.inbox("communicatie@leuvenhelpt.example")

    assert len(mails) == 1
    assert "Vragen in de laatste 24 uur: 2," in text_of(mails[0])
    assert "recyclagepark-dicht" in text_of(mails[0])
    assert "<svg" in mails[0].get_body(("html",)).get_content()


@pytest.mark.parametrize("broken", ["{{ telefoon }}", "{{ phone.mobile.first }}", "{{ 1 / 0 }}", "{% if"])
def test_an_answer_that_cannot_be_filled_in_leaves_its_letters_to_a_person(talk, broken):
    """Saved while the worker runs, it costs no letter its ticket, and no operator sends it."""
    path = talk.desk.folder / "answers" / "recyclagepark-dicht.md"
    path.write_text(path.read_text().replace("Nee, het recyclagepark", f"Nee {broken}, het recyclagepark"))
    talk.hear(PARK, subject="recyclagepark")

    assert talk.desk.rows("SELECT state FROM message") == [("ticketed",)]
    assert "recyclagepark is gesloten" not in text_of(talk.last())
    with pytest.raises(Permanent, match="cannot be filled in"):
        library_reply.require_sendable(load_answer(path.parent, path.stem), path.stem, "nl", NOON.date())


def test_synonyms_that_cannot_be_read_stop_no_letter(talk, caplog):
    """The running judge keeps the library it has, and says so once."""
    opened, seen = renewed(open_desk(talk.desk.folder, lambda: talk.now), None)
    (talk.desk.folder / "answers" / "synonyms.tsv").write_bytes(b"masker\t\xff\xfe")
    kept, again = renewed(opened, seen)

    assert kept is opened
    assert renewed(kept, again) == (opened, again)
    assert caplog.text.count("the answers stay as they were") == 1
    opened.office.database.close()


def test_a_library_that_is_being_written_is_read_at_the_next_look(talk, monkeypatch):
    """Half an answer is never sent."""
    opened, seen = renewed(open_desk(talk.desk.folder, lambda: talk.now), None)
    path = talk.desk.folder / "answers" / "recyclagepark-dicht.md"
    whole = path.read_text()
    path.write_text(whole[:-40])
    read = opening.open_answering

    def finished_meanwhile(*given):
        found = read(*given)
        path.write_text(whole.replace("Nee, het", "Neen, het"))
        return found

    monkeypatch.setattr(opening, "open_answering", finished_meanwhile)
    assert renewed(opened, seen) == (opened, seen)
    monkeypatch.undo()
    answers = renewed(opened, seen)[0].office.desk.answering.index
    assert answers.answer("recyclagepark-dicht").texts["nl"].startswith("Neen, het")
    opened.office.database.close()


def test_a_changed_library_is_taken_up_without_a_restart(talk):
    """By the running judge, before the next letter; unchanged, nothing is read anew."""
    opened, seen = renewed(open_desk(talk.desk.folder, lambda: talk.now), None)
    assert renewed(opened, seen) == (opened, seen)
    calls = Calls()
    thread = threading.Thread(target=judge, args=(opened, calls))
    thread.start()
    try:
        talk.desk.write(PARK, to="corona", subject="recyclagepark")
        collect_and_judge(talk, opened, calls, 1)
        path = talk.desk.folder / "answers" / "recyclagepark-dicht.md"
        path.write_text(path.read_text().replace("Nee, het recyclagepark is gesloten", "Neen, alles is nog dicht"))
        talk.desk.write(PARK, to="corona", subject="recyclagepark", sender="jan@elders.example")
        collect_and_judge(talk, opened, calls, 2)
    finally:
        calls.stop.set()
        calls.arrived.set()
        thread.join()
        opened.office.database.close()
    talk.work()

    assert "Nee, het recyclagepark is gesloten" in text_of(talk.last())
    assert "Neen, alles is nog dicht" in text_of(talk.last("jan@elders.example"))
    assert len(set(talk.desk.rows("SELECT text_hash FROM told"))) == 2


def collect_and_judge(talk, opened, calls, letters):
    """Fetch what came, wake the judge, and wait until so many letters are judged."""
    source = opened.boxes["corona"].connect()
    steps.collect(opened.office, "corona", source, opened.boxes["corona"].cutoff)
    source.close()
    calls.arrived.set()
    judged = "SELECT count(*) FROM message WHERE judged_at IS NOT NULL"
    daemons.wait_until(lambda: talk.desk.rows(judged) == [(letters,)], "the letter is judged")
