"""Two operators in two processes on one queue: no letter is answered twice, and no change is lost."""

import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.model import (
    Address,
    Append,
    FileAs,
    Intent,
    Judgement,
    Kind,
    Letter,
    MessageState,
    OpenTicket,
    Permanent,
    Screening,
    Silence,
    Verdict,
)
from mailbot.policy import Policy
from mailbot.storage.database import Database
from mailbot.storage.ledger import balance
from mailbot.storage.tables import DELIVERY, EVENT, MAILBOX, MESSAGE, OUTBOX, RAW, TICKET
from mailbot.tickets import desk_store, verbs
from mailbot.tickets.rows import Judged
from mailbot.tickets.store import apply
from mailbot.tickets.threads import Signing
from mailbot.writing import Answer, Writing, send, undo
from tests.ready import new_database, processes

ROOT = Path(__file__).parent.parent.parent
ACTIONS = 200
TICKETS = 5
MARIA = Address("maria@home.example", "Maria")
PERSON = Screening(Kind.HUMAN, "a person wrote this")
POLICY = Policy.model_validate({"town": {"name": "Leuven", "desk": "Leuven Helpt", "phone": "016/27 27 72"}})


def writing(url):
    signing = Signing(b"k" * 32, "leuven.example", "LH")
    mailboxes = {"corona": Address("corona@leuven.example", "Leuven Helpt")}
    return Writing(Database(url), POLICY, signing, (ROOT / "templates",), mailboxes)


def write_letter(connection, ticket, now):
    """A citizen's letter, collected and judged: on a new ticket, or on the one given."""
    letter = Letter(sender=MARIA, subject="hulp", text="Ik zoek hulp.", new_text="Ik zoek hulp.")
    row = {"content_key": f"{random.random()}", "mailbox": "corona", "state": "collected", "size": 10, "attempts": 1}
    row |= {"truncated": False, "arrived_at": now, "collected_at": now, "kind": "", "verdict": {}}
    number = connection.execute(MESSAGE.insert().returning(MESSAGE.c.id), row).scalar_one()
    connection.execute(RAW.insert(), {"message": number, "octets": b"x"})
    place = {"mailbox": "corona", "uidvalidity": 1, "uid": number, "message": number, "collected_at": now}
    connection.execute(DELIVERY.insert(), place)
    filed = FileAs(MessageState.ATTACHED if ticket else MessageState.TICKETED, "test")
    step = Append(ticket, "signed address", None) if ticket else OpenTicket(Intent.HELP_REQUEST, False)
    judgement = Judgement(letter, PERSON, Verdict(intent=Intent.HELP_REQUEST), (filed, step, Silence("test")))
    apply(connection, [Judged(number, "corona", judgement)], now)


def hammer(url, actor, seed, report):
    """Do random things to random tickets; write down what was not refused."""
    dice, desk, done = random.Random(seed), writing(url), []
    random.seed(seed)
    for _ in range(ACTIONS):
        kind, ticket, now = dice.choice(list(DEEDS)), dice.randint(1, TICKETS), datetime.now(UTC)
        try:
            DEEDS[kind](desk, ticket, actor, now)
            done.append(kind)
        except Permanent:
            continue
    Path(report).write_text(json.dumps(done))
    desk.database.close()


def verb(decide):
    return lambda desk, ticket, actor, now: desk_store.act(
        desk.database, ticket, lambda standing: decide(standing, actor, now), actor, now
    )


def citizen(desk, ticket, _actor, now):
    with desk.database.begin() as connection:
        write_letter(connection, ticket, now)


DEEDS = {
    "claimed": verb(lambda ticket, actor, now: verbs.claim(ticket, actor, now, 20)),
    "claimed ": verb(lambda ticket, actor, now: verbs.claim(ticket, actor, now, 20)),
    "released": verb(lambda ticket, actor, now: verbs.release(ticket, actor, now)),
    "note": verb(lambda ticket, actor, now: verbs.note(ticket, "gebeld")),
    "corrected": verb(lambda ticket, actor, now: verbs.correct(ticket, {"urgent": not ticket.values["urgent"]})),
    "closed": verb(lambda ticket, actor, now: verbs.close(ticket, actor, now)),
    "reopened": verb(lambda ticket, actor, now: verbs.reopen(ticket, now)),
    "answered": lambda desk, ticket, actor, now: send(desk, ticket, Answer("Jan komt."), actor, now),
    "answered ": lambda desk, ticket, actor, now: send(desk, ticket, Answer("Els komt."), actor, now),
    "undone": lambda desk, ticket, actor, now: undo(desk, actor, now, ticket),
    "letter": citizen,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    where = new_database(request, tmp_path)
    database = Database(where)
    with database.begin() as connection:
        connection.execute(MAILBOX.insert(), {"name": "corona", "uidvalidity": 1, "cursor": 0, "server_count": 0})
        for _ in range(TICKETS):
            write_letter(connection, None, datetime.now(UTC))
    database.close()
    return where


def test_two_processes_answer_nothing_twice_and_lose_nothing(url, tmp_path):
    """Two times two hundred random actions: what was not refused is what is written."""
    own, reports = processes(), [tmp_path / "an.json", tmp_path / "jan.json"]
    people = [own.Process(target=hammer, args=(url, report.stem, n, str(report))) for n, report in enumerate(reports)]
    for each in people:
        each.start()
    for each in people:
        each.join(120)
    database = Database(url)
    with database.read() as connection:
        events = connection.execute(select(EVENT).where(EVENT.c.actor.in_(["an", "jan"]))).all()
        letters = Counter(connection.scalars(select(EVENT.c.ticket).where(EVENT.c.kind == "letter")))
        versions = dict(connection.execute(select(TICKET.c.id, TICKET.c.version)).all())
        mails = connection.execute(select(OUTBOX).where(OUTBOX.c.purpose == "reply")).all()
        assert balance(connection).unexplained == 0
    database.close()

    told = {report.stem: Counter(map(str.strip, json.loads(report.read_text()))) for report in reports}
    for actor, done in told.items():
        assert Counter(event.kind for event in events if event.actor == actor) == done - Counter(letter=done["letter"])
    for ticket, version in versions.items():
        assert version == 1 + letters[ticket] + sum(event.ticket == ticket for event in events)

    called_back = {event.details["mail"] for event in events if event.kind == "undone"}
    answers = [event for event in events if event.kind == "answered" and event.outbox not in called_back]
    answered = Counter((event.ticket, event.details["new"]["answered_news"]) for event in answers)
    assert answers
    assert max(answered.values()) == 1
    assert sorted(mail.id for mail in mails if mail.state == "queued") == sorted(event.outbox for event in answers)
    assert {mail.id for mail in mails if mail.state == "cancelled"} == called_back
