"""Judgements written down, and the facts that later judgements are given."""

from datetime import UTC, datetime

from sqlalchemy import func, select

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
    Screening,
    Silence,
    Status,
    Verdict,
)
from mailbot.storage.ledger import balance
from mailbot.storage.tables import DELIVERY, EVENT, MAILBOX, MESSAGE, PARTY, RAW, TICKET, TICKET_MESSAGE
from mailbot.tickets.rows import Judged
from mailbot.tickets.store import apply, gather
from mailbot.tickets.threads import Claims

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
MARIA = Address("maria@home.example", "Maria")
PERSON = Screening(Kind.HUMAN, "a person wrote this")


def collected(connection, number):
    """A message as collecting leaves it."""
    row = {"id": number, "content_key": f"key{number}", "mailbox": "corona", "state": "collected", "size": 10}
    connection.execute(
        MESSAGE.insert(),
        row | {"truncated": False, "arrived_at": NOW, "collected_at": NOW, "attempts": 1, "kind": "", "verdict": {}},
    )
    connection.execute(RAW.insert(), {"message": number, "octets": b"x"})
    place = {"mailbox": "corona", "uidvalidity": 1, "uid": number, "message": number, "collected_at": NOW}
    connection.execute(DELIVERY.insert(), place)


def judgement(*actions, message_id="<a@home.example>"):
    letter = Letter(sender=MARIA, subject="hulp", text="Ik zoek hulp.", new_text="Ik zoek hulp.", message_id=message_id)
    return Judgement(letter, PERSON, Verdict(intent=Intent.HELP_REQUEST), actions)


NEW = (FileAs(MessageState.TICKETED, "new letter"), OpenTicket(Intent.HELP_REQUEST, False), Silence("for the test"))


def test_a_letter_with_two_intents_is_on_two_tickets_of_one_conversation(database):
    """The second ticket knows the first, whose number stands in our mail."""
    with database.begin() as connection:
        collected(connection, 1)
        actions = (*NEW, OpenTicket(Intent.INFO, False))
        written = apply(connection, [Judged(1, "corona", judgement(*actions))], NOW)

        tickets = connection.execute(select(TICKET).order_by(TICKET.c.id)).all()

        assert [ticket.intent for ticket in tickets] == ["help_request", "info"]
        assert tickets[1].conversation == tickets[0].id == written[0].conversation
        assert connection.scalar(select(func.count()).select_from(TICKET_MESSAGE)) == 2


def test_each_judgement_of_a_batch_gets_its_own_ticket(database):
    """Rows written together are not mixed up."""
    with database.begin() as connection:
        for number in range(1, 60):
            collected(connection, number)
        batch = [Judged(n, "corona", judgement(*NEW, message_id=f"<{n}@x>")) for n in range(1, 60)]
        written = apply(connection, batch, NOW)

        for each in written:
            link = select(TICKET_MESSAGE.c.ticket).where(TICKET_MESSAGE.c.message == each.message)
            assert connection.scalar(link) == each.conversation


def test_an_appended_letter_changes_status_and_version(database):
    """Whoever drafts an answer meanwhile can see that the ticket moved on."""
    with database.begin() as connection:
        collected(connection, 1)
        first = apply(connection, [Judged(1, "corona", judgement(*NEW))], NOW)[0].conversation
        collected(connection, 2)
        follow_up = (FileAs(MessageState.ATTACHED, "signed"), Append(first, "signed", Status.OPEN), Silence("person"))
        apply(connection, [Judged(2, "corona", judgement(*follow_up, message_id="<b@x>"))], NOW)

        ticket = connection.execute(select(TICKET)).one()

        assert (ticket.status, ticket.version) == ("open", 2)
        assert {row.kind for row in connection.execute(select(EVENT))} == {"opened", "letter", "silent"}


def test_the_next_judgement_knows_the_ticket_its_parties_and_its_letters(database):
    """What was written is what threading is given."""
    with database.begin() as connection:
        collected(connection, 1)
        number = apply(connection, [Judged(1, "corona", judgement(*NEW))], NOW)[0].conversation
        claims = Claims(((number, "signed address"),), None, ("<a@home.example>",), MARIA.email)
        threads = gather(connection, [claims], NOW)[0]

        assert threads.tickets[number].parties == {MARIA.email}
        assert threads.by_message_id == {"<a@home.example>": number}
        assert threads.open_by_sender == (number,)


def test_a_merged_ticket_brings_the_one_it_became(database):
    """The chain is fetched, so that the core can follow it."""
    with database.begin() as connection:
        for number in (1, 2):
            collected(connection, number)
        both = [Judged(n, "corona", judgement(*NEW, message_id=f"<{n}@x>")) for n in (1, 2)]
        first, second = (each.conversation for each in apply(connection, both, NOW))
        connection.execute(TICKET.update().where(TICKET.c.id == first).values(merged_into=second))
        threads = gather(connection, [Claims(((first, "signed"),), None, (), "")], NOW)[0]

        assert set(threads.tickets) == {first, second}


def test_the_ledger_balances_and_tells_what_does_not(database):
    """A judged letter is explained; a message without a ticket or a reason is named."""
    with database.begin() as connection:
        connection.execute(MAILBOX.insert(), {"name": "corona", "uidvalidity": 1, "cursor": 2, "server_count": 2})
        collected(connection, 1)
        apply(connection, [Judged(1, "corona", judgement(*NEW))], NOW)

        assert balance(connection, {"corona": (1, [1])}).unexplained == 0
        assert balance(connection, {"corona": (1, [1, 2])}).lines[0].missing == (2,)

        collected(connection, 2)
        connection.execute(MESSAGE.update().where(MESSAGE.c.id == 2).values(state="ticketed"))

        assert len(balance(connection).faults) == 2
        connection.execute(PARTY.delete())
