"""What was told to whom, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from mailbot.answers.told_store import Told, counts, doubt, readers, record, standing
from mailbot.model import Lane
from mailbot.outbox.store import Draft, enqueue
from mailbot.storage.answers_tables import TOLD
from mailbot.storage.tables import OUTBOX, TICKET

NOW = datetime(2020, 3, 25, 9, 0, tzinfo=UTC)


def ticket(connection, number, *, status="pending", intent="info", conversation=None):
    row = {"id": number, "status": status, "intent": intent, "conversation": conversation, "version": 1, "urgent": False}
    row |= {"language": "nl", "audience": "individual", "on_behalf": False, "confidence": 1.0, "automatic": True}
    row |= {"categories": [], "topics": [], "needs": {}, "channel": "email", "mailbox": "corona"}
    connection.execute(TICKET.insert(), row | {"created_at": NOW, "updated_at": NOW})


def tell(connection, number, answer, wording="old", language="nl", at=NOW, queued=True):
    """One mail on a ticket that tells an answer."""
    mail = f"<{number}.{answer}.{wording}@x.example>"
    draft = Draft(Lane.REPLY, "answer", language, f"p{number}@x.example", "", mail, mail, b"x", ticket=number)
    if queued:
        enqueue(connection, [draft], at)
    record(connection, [Told(answer, wording, language, number, None, mail, "Is het open?", 0.95)], at)
    return mail


def test_a_mail_that_was_not_queued_told_nothing(database):
    """Held back as a second of the same, it must not be corrected later."""
    with database.begin() as connection:
        tell(connection, 1, "park", queued=False)

        assert connection.execute(select(TOLD)).all() == []


def test_the_same_mail_recorded_twice_is_one_row(database):
    """A step that is repeated changes nothing."""
    with database.begin() as connection:
        tell(connection, 1, "park")
        tell(connection, 1, "park")

        assert counts(connection) == {"park": (1, 0)}


def test_a_doubt_lowers_the_standing_and_brings_the_question_back(database):
    """Of the question's ticket, whichever of the conversation's tickets it is."""
    with database.begin() as connection:
        ticket(connection, 1, intent="help_request", status="new")
        ticket(connection, 2, conversation=1)
        tell(connection, 1, "park")
        doubt(connection, 1, NOW)

        assert standing(connection) == {"park": 1 - 1 / 3}
        assert connection.scalar(select(TICKET.c.status).where(TICKET.c.id == 2)) == "open"
        assert connection.scalar(select(TICKET.c.status).where(TICKET.c.id == 1)) == "new"


def test_an_answer_that_helped_many_survives_a_doubt(database):
    """One in twenty costs little; one in one costs its place."""
    with database.begin() as connection:
        for number in range(1, 21):
            tell(connection, number, "park")
        ticket(connection, 99)
        tell(connection, 99, "markt")
        doubt(connection, 1, NOW)
        doubt(connection, 99, NOW)
        found = standing(connection)

        assert found["park"] > 0.95 > 0.9 > found["markt"]


def test_readers_of_an_old_wording_are_those_not_told_the_new_one_since(database):
    """Each ticket once, by its last mail; a mail that came back told nobody."""
    with database.begin() as connection:
        for number in (1, 2, 3, 4):
            tell(connection, number, "park", at=NOW + timedelta(minutes=number))
        tell(connection, 2, "park", "new", at=NOW + timedelta(hours=1))
        lost = OUTBOX.c.recipient == "p3@x.example"
        connection.execute(update(OUTBOX).where(lost).values(state="failed"))
        tell(connection, 4, "park", "older still", at=NOW + timedelta(hours=2))
        found = readers(connection, ["park"], {("park", "nl"): "new"})

        assert [(each.ticket, each.text_hash) for each in found] == [(1, "old"), (4, "older still")]
        assert found[0].recipient == "p1@x.example"
        assert found[0].since == NOW + timedelta(minutes=1)


def test_another_language_whose_wording_is_current_is_not_affected(database):
    """Only the French text changed."""
    with database.begin() as connection:
        tell(connection, 1, "park", "same", "nl")
        tell(connection, 2, "park", "old", "fr")
        found = readers(connection, ["park"], {("park", "nl"): "same", ("park", "fr"): "new"})

        assert [each.ticket for each in found] == [2]
