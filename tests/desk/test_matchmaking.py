"""The clock of matching: rounds, timers, stand-bys, weekly questions; on a desk without mail servers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from mailbot import growing
from mailbot.match_answers import ApplyCommands, RowCommand
from mailbot.match_apply import apply, take_answer
from mailbot.match_asking import ask_near
from mailbot.match_effects import Scene, Word, act
from mailbot.matching import records_store, store
from mailbot.matching.states import Verb
from mailbot.matchmaking import tick
from mailbot.model import Address, Judgement, Kind, Letter, Screening, Verdict
from mailbot.opening import open_desk
from mailbot.outbox import store as outbox
from mailbot.outbox.notes import NOTES
from mailbot.steps import Office
from mailbot.storage.database import Database
from mailbot.storage.matching_tables import ASK, HELP_OFFER, HELP_REQUEST, MATCH
from mailbot.storage.tables import OUTBOX, TICKET_MESSAGE
from mailbot.tickets.rows import Judged
from tests.desk.matching import AN, MATCHMAKERS
from tests.matching.conftest import either, ticket
from tests.ready import make_folder, new_sqlite

__all__ = ["either"]

START = datetime(2020, 3, 16, 8, 30, tzinfo=UTC)
COMMUNICATION = "communicatie@leuvenhelpt.example"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A desk with one matchmaker and a communication SPOC; its database is replaced for each test."""
    folder = tmp_path_factory.mktemp("matchmaking") / "desk"
    make_folder(folder, {"leuven_helpt": "leuven.helpt@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    rules = folder / "rules.yaml"
    rules.write_text(re.sub(r"(?m)^matchmakers: \[\].*\n", MATCHMAKERS, rules.read_text()))
    found = open_desk(folder)
    yield found
    found.office.database.close()


@dataclass
class Clockwork:
    """An office whose clock the test turns."""

    office: Office
    now: datetime = START

    def tick(self, **later) -> None:
        self.now += timedelta(**later)
        tick(self.office)

    def begin(self):
        return self.office.database.begin()

    def scene(self, connection, actor: str = "an") -> Scene:
        return Scene(connection, self.office.correspondence, self.now, actor, "test")

    def say(self, match: int, verb: Verb) -> None:
        with self.begin() as connection:
            done = act(self.scene(connection), store.by_number(connection, match), Word(verb))
            outbox.enqueue(connection, done.drafts, self.now)

    def answer(self, about: str, side: str, word: str) -> None:
        """The newest question of this sort is answered."""
        with self.begin() as connection:
            wanted = select(ASK.c.id, ASK.c.recipient).where(ASK.c.about == about, ASK.c.side == side)
            asked = connection.execute(wanted.order_by(ASK.c.id.desc())).first()
            drafts = take_answer(self.scene(connection, asked.recipient), asked.id, word)
            outbox.enqueue(connection, drafts, self.now)

    def rows(self, *columns):
        with self.office.database.read() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0].table.c[0]))]

    def states(self) -> list[str]:
        return [state for (state,) in self.rows(MATCH.c.state)]

    def mails(self, purpose: str) -> list[tuple[str, str]]:
        """Recipient and text of every mail of a purpose so far."""
        with self.office.database.read() as connection:
            wanted = select(OUTBOX.c.recipient, OUTBOX.c.octets).where(OUTBOX.c.purpose == purpose)
            found = connection.execute(wanted.order_by(OUTBOX.c.id)).all()
        return [(row.recipient, _text(row.octets)) for row in found]


def _text(octets: bytes) -> str:
    mail = message_from_bytes(octets, policy=policy.default)
    return f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}"


@pytest.fixture
def place(opened, tmp_path) -> Clockwork:
    database = Database(new_sqlite(tmp_path / "m.db"))
    made = Clockwork(opened.office)
    made.office = replace(opened.office, database=database, clock=lambda: made.now)
    yield made
    database.close()


def add(place: Clockwork, requests: int = 1, offers: int = 1, *, request=None, offer=None) -> tuple[list, list]:
    with place.begin() as connection:
        asked = [ticket(connection, "help_request", **(request or {})) for _ in range(requests)]
        given = [
            ticket(
                connection,
                "help_offer",
                **{"requester_email": f"v{n}@home.example", "requester_name": f"Vera Nys{n}", **(offer or {})},
            )
            for n in range(offers)
        ]
    return asked, given


def test_a_round_proposes_and_mails_once(place):
    """However often the clock strikes in one shift."""
    add(place)
    for _ in range(3):
        place.tick(minutes=1)

    assert place.states() == ["proposed"]
    assert len(place.mails("digest")) == 1


def test_without_matchmakers_nothing_is_proposed(place, opened):
    """A town that has not set matching up is left alone."""
    add(place)
    bare = opened.policy.model_copy(update={"matchmakers": ()})
    place.office = replace(place.office, desk=replace(place.office.desk, policy=bare))
    place.tick()

    assert place.states() == []


def test_silence_of_the_matchmaker_brings_another_proposal(place):
    """After twelve desk hours it expires; the next digest has the next best, here the other volunteer."""
    add(place, offers=2)
    place.tick()
    place.tick(hours=24)

    assert place.states() == ["expired", "proposed"]
    assert len(place.mails("digest")) == 2


def test_what_was_mailed_stays_though_somebody_better_comes(place):
    """Nobody who was written to is moved."""
    add(place, offer={"record": {"latitude": 50.90, "longitude": 4.72}})
    place.tick()
    add(place, requests=0)
    place.tick(hours=4)

    assert place.states() == ["proposed"]


def test_accepted_and_not_called_is_reminded_and_then_told(place):
    """First the matchmaker, then the coordinator, each once."""
    add(place)
    place.tick()
    place.say(1, Verb.YES)
    place.tick(hours=25)
    reminded = place.mails("digest")
    assert len(reminded) == 2
    assert "al gebeld?" in reminded[-1][1]
    place.tick(hours=25)

    assert [to for to, text in place.mails("alert") if "nog niet gebeld" in text] == ["coordinator@leuvenhelpt.example"]
    assert place.states() == ["accepted"]


def test_an_urgent_request_keeps_two_standing_by(place):
    """They are reserved beside the first, come forward at a no, and are free at a yes."""
    add(place, offers=4, request={"urgent": True})
    place.tick()
    assert place.states() == ["proposed"] * 3
    assert len(place.mails("digest")) == 1

    place.say(1, Verb.NO)
    place.tick(minutes=1)
    assert place.states() == ["declined", "proposed", "proposed"]
    assert len(place.mails("digest")) == 2  # the second comes forward at once

    place.say(2, Verb.YES)
    assert place.states() == ["declined", "accepted", "cancelled"]


def test_an_organisation_gets_as_many_different_people_as_it_asks(place):
    """Five places, five people, one digest."""
    add(place, offers=7, request={"record": {"places": 5}})
    place.tick()

    offers = [offer for (offer,) in place.rows(MATCH.c.offer)]
    assert len(offers) == len(set(offers)) == 5


def test_a_request_that_nobody_fits_is_called_for_without_a_name(place):
    """A draft call to the communication SPOC, once; the digest says who would fit but for one thing."""
    add(place, offers=2, request={"kinds": ("transport",), "requester_name": "Marie Geheim", "phone": "+32470000099"})
    place.tick()
    place.tick(hours=4)

    calls = place.mails("call_for_volunteers")
    assert [to for to, _ in calls] == [COMMUNICATION]
    assert "vervoer" in calls[0][1]
    assert "Leuven" in calls[0][1]
    assert not re.search(r"Marie|Geheim|0470|470000099|home\.example", calls[0][1])


def test_care_goes_to_a_person_and_to_no_volunteer(place):
    """Told once, with the reason; no call for volunteers is drafted."""
    add(place, request={"kinds": ("care_nursing",)}, offer={"kinds": ("care_nursing",)})
    place.tick()
    place.tick(hours=4)

    assert place.states() == []
    assert not place.mails("call_for_volunteers")
    told = [text for _, text in place.mails("alert")]
    assert len(told) == 1
    assert "opvang en zorg zijn niet voor vrijwilligers" in told[0]


def test_the_near_misses_stand_in_the_coordinators_digest(place):
    """With the question that would help."""
    add(place, offers=2)
    add(place, offers=0, request={"kinds": ("transport",)})
    place.tick()

    (to, text) = place.mails("digest")[0]
    assert to == AN
    assert 'H-4 vervoer, Nederlands, 3000 Leuven - op één ding na: A-2, A-3; vraag hun: "doet u ook vervoer?"' in text


def test_a_withdrawn_request_frees_its_volunteer(place):
    """A ticket closed by a person takes its proposal with it."""
    add(place)
    place.tick()
    with place.begin() as connection:
        connection.execute(HELP_REQUEST.update().values(state="withdrawn"))
    place.tick(minutes=1)

    assert place.states() == ["cancelled"]


def test_help_that_recurs_is_asked_about_every_week(place):
    """JA keeps it running; the next question comes a week later, not sooner."""
    add(place, request={"record": {"recurs": True}})
    place.tick()
    place.say(1, Verb.YES)
    place.say(1, Verb.CALLED)
    place.tick(hours=73)
    assert len(place.mails("follow_up")) == 2  # both sides
    place.answer("follow_up", "requester", "yes")
    assert place.states() == ["active"]
    place.tick(hours=100)
    assert len(place.mails("follow_up")) == 2
    place.tick(hours=70)
    assert len(place.mails("follow_up")) == 4


def test_a_no_afterwards_opens_the_request_with_its_old_priority(place):
    """Another volunteer is proposed; the one who was tried is not."""
    add(place, offers=2)
    place.tick()
    before = place.rows(HELP_REQUEST.c.since, HELP_REQUEST.c.urgent)
    for verb in (Verb.YES, Verb.CALLED):
        place.say(1, verb)
    place.tick(hours=49)
    place.answer("follow_up", "requester", "no")
    place.tick(hours=4)

    assert place.states() == ["declined", "proposed"]
    assert place.rows(HELP_REQUEST.c.since, HELP_REQUEST.c.urgent) == before


def test_an_offer_is_asked_every_week_whether_it_stands(place):
    """At most one mail a week; JA confirms, PAUZE rests, STOP ends."""
    add(place, requests=0, offers=1)
    place.tick()
    assert not place.mails("reconfirm")
    place.tick(days=7)
    place.tick(days=1)
    assert len(place.mails("reconfirm")) == 1
    assert "Staat uw aanbod" in place.mails("reconfirm")[0][1]

    place.answer("reconfirm", "volunteer", "yes")
    assert place.rows(HELP_OFFER.c.state, HELP_OFFER.c.confirmed_at) == [("ready", place.now)]
    place.tick(days=8)
    place.answer("reconfirm", "volunteer", "pause")
    assert place.rows(HELP_OFFER.c.paused_until) == [(place.now + timedelta(days=14),)]
    place.tick(days=10)
    assert len(place.mails("reconfirm")) == 2  # nobody is asked while they rest
    place.tick(days=6)
    place.answer("reconfirm", "volunteer", "stop")
    assert place.rows(HELP_OFFER.c.state) == [("withdrawn",)]


def test_two_silences_and_an_offer_is_only_asked_whether_it_stands(place):
    """Nobody is proposed who never answers; one word makes them ready again."""
    add(place, requests=0, offers=1)
    for _ in range(4):
        place.tick(days=8)
    assert place.rows(HELP_OFFER.c.state) == [("to_confirm",)]
    place.answer("reconfirm", "volunteer", "yes")

    assert place.rows(HELP_OFFER.c.state, HELP_OFFER.c.silences) == [("ready", 0)]


def test_the_weekly_question_names_what_organisations_seek_in_their_kinds(place):
    """So that the many who wait can help where many are needed."""
    add(place, requests=1, offers=0, request={"record": {"places": 43}, "kinds": ("sewing_masks",)})
    add(place, requests=0, offers=1, offer={"kinds": ("sewing_masks",)})
    add(place, requests=0, offers=1, offer={"kinds": ("pets",), "requester_email": "p@home.example"})
    place.tick(days=8)

    told = dict(place.mails("reconfirm"))
    assert "43 mensen gevraagd" in told["v0@home.example"]
    assert "43 mensen" not in told["p@home.example"]


def test_a_volunteers_no_to_the_question_declines_the_pair(place):
    """And nothing is passed on to anybody."""
    add(place)
    place.tick()
    place.say(1, Verb.YES)
    place.answer("consent", "requester", "yes")
    place.answer("consent", "volunteer", "no")

    assert place.states() == ["declined"]
    assert not place.mails("introduction_volunteer")
    assert not place.mails("introduction_requester")


def test_consent_of_one_side_passes_nothing_on(place):
    """Both, or nothing."""
    add(place)
    place.tick()
    place.say(1, Verb.YES)
    place.answer("consent", "volunteer", "yes")
    assert place.states() == ["accepted"]
    assert not place.mails("introduction_requester")
    place.answer("consent", "requester", "yes")

    assert place.states() == ["contacted"]
    assert len(place.mails("introduction_volunteer")) == len(place.mails("introduction_requester")) == 1


def test_an_address_that_cannot_be_written_to_stops_nobody_else(place):
    """Such a volunteer is called; the others get their mail."""
    add(place, offer={"requester_email": "véra@home.example"})
    add(place, requests=0, offers=1)
    place.tick()
    place.say(1, Verb.YES)
    assert len(place.mails("consent_requester")) == 1
    assert len(place.mails("contact_sheet")) == 1
    place.tick(days=8)

    assert [to for to, _ in place.mails("reconfirm")] == ["v0@home.example"]


def test_the_second_answer_to_a_question_counts_for_nothing(place):
    """The first word was acted upon; whoever changes their mind reaches a person."""
    add(place)
    place.tick()
    place.say(1, Verb.YES)
    place.answer("consent", "volunteer", "yes")
    place.answer("consent", "volunteer", "no")

    assert place.states() == ["accepted"]


GREETINGS = {"nl": "Antwoord|Dag|Beste", "fr": "Répondez|Bonjour", "en": "Reply|Dear", "de": "Antworten|Guten"}
WORDS = {"nl": "Bedankt", "fr": "Merci", "en": "Thank you", "de": "Dank"}


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_every_mail_is_written_in_the_readers_language(place, language):
    """Questions, introductions, the question afterwards, thanks, not needed, the weekly one: nothing left unfilled."""
    told = {"language": language, "phone": "+32470000011", "record": {"languages": [language]}}
    add(place, offers=2, request=told, offer=told)
    place.tick()
    place.say(1, Verb.YES)
    place.say(1, Verb.NO)
    place.tick(hours=4)
    for verb in (Verb.YES, Verb.CALLED):
        place.say(2, verb)
    place.tick(hours=49)
    place.say(2, Verb.DONE)
    place.tick(days=8)
    (request,), _ = add(place, offers=0, request={**told, "kinds": ("transport",)})
    place.now += timedelta(days=2)
    with place.begin() as connection:
        outbox.enqueue(connection, ask_near(place.scene(connection), request)[1], place.now)

    notes = [name for name in NOTES if name not in ("confirmation", "call_for_volunteers", "contact_sheet", "mailing")]
    for name in notes:
        assert place.mails(name), name
        for _to, text in place.mails(name):
            assert not re.search(r"[{}]|\bNone\b|\[\w+\]\(", text), text
    assert WORDS[language] in place.mails("thanks")[0][1]


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_matchmakers_are_written_to_in_their_first_language(place, opened, language):
    """Contact sheets and confirmations too."""
    one = opened.policy.matchmakers[0].model_copy(update={"languages": (language,)})
    policy_of = opened.policy.model_copy(update={"matchmakers": (one,)})
    desk = replace(place.office.desk, policy=policy_of)
    letters = replace(place.office.correspondence, desk=desk)
    place.office = replace(place.office, desk=desk, correspondence=letters)
    add(place)
    place.tick()
    place.say(1, Verb.YES)
    order = ApplyCommands(1, (RowCommand(1, "ja"), RowCommand(7, "ja"), RowCommand(1, "later")), ("Wat nu?",))
    judgement = Judgement(Letter(sender=Address(AN)), Screening(Kind.HUMAN, ""), Verdict(), (), "", (order,))
    with place.begin() as connection:
        drafts = apply(connection, letters, [Judged(9, "leuven_helpt", judgement)], place.now)
        outbox.enqueue(connection, drafts, place.now)

    for name in ("digest", "contact_sheet", "confirmation"):
        ((_, text),) = place.mails(name)
        assert not re.search(r"[{}]|\bNone\b|\[\w+\]\(", text), text
        assert re.search(GREETINGS[language], text), text
    assert place.mails("confirmation")[0][1].count("- ") >= 4


def test_all_of_it_on_either_engine(either, opened):
    """SQLite and PostgreSQL: records, round, digest, consents, introductions, follow-up, weekly question, STOP."""
    place = Clockwork(opened.office)
    place.office = replace(opened.office, database=either, clock=lambda: place.now)
    add(place, offers=2, request={"urgent": True, "place": "Leuven"})
    with place.begin() as connection:
        connection.execute(TICKET_MESSAGE.insert(), {"ticket": 1, "message": 5})
        growing.grow(connection, records_store.of_messages(connection, [5]), place.office.desk, place.now)
    place.tick()
    place.say(1, Verb.YES)
    place.answer("consent", "volunteer", "yes")
    place.answer("consent", "requester", "yes")
    place.tick(hours=49)
    place.answer("follow_up", "requester", "yes")
    place.tick(days=8)
    place.answer("reconfirm", "volunteer", "stop")

    assert place.states()[0] == "done"
    assert place.rows(HELP_REQUEST.c.state) == [("helped",)]
    assert sorted(place.rows(HELP_OFFER.c.state)) == [("ready",), ("withdrawn",)]


def test_a_yes_to_an_expired_proposal_does_nothing_and_says_why(place):
    """The volunteer may be promised to somebody else by now."""
    add(place)
    place.tick()
    place.tick(hours=24)
    order = ApplyCommands(1, (RowCommand(1, "ja"),))
    judgement = Judgement(Letter(sender=Address(AN)), Screening(Kind.HUMAN, ""), Verdict(), (), "", (order,))
    with place.begin() as connection:
        judged = [Judged(9, "leuven_helpt", judgement)]
        outbox.enqueue(connection, apply(connection, place.office.correspondence, judged, place.now), place.now)

    assert place.states() == ["expired", "proposed"]
    assert "M-1 is intussen verlopen" in place.mails("confirmation")[0][1]
    assert not place.mails("contact_sheet")


def test_the_safety_words_fit_the_kind_of_help(place):
    """Groceries are not paid in cash; nobody is told of ladders."""
    add(place)
    place.tick()
    for verb in (Verb.YES, Verb.CALLED):
        place.say(1, verb)

    ((_, text),) = place.mails("introduction_volunteer")
    assert "kasticket" in text
    assert "verzekerd" in text
    assert "ladders" not in text
