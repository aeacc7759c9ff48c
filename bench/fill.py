"""Fill a desk's database with tickets of the past, so that later measurements stand on a full one.

python -m bench.fill FOLDER COUNT
"""

from __future__ import annotations

import sys
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.storage.tables import DELIVERY, EVENT, MESSAGE, OUTBOX, PARTY, RAW, TICKET, TICKET_MESSAGE

BATCH = 2_000
TEXT = "Wie kan er deze week boodschappen brengen? " * 12


def main(folder: Path, count: int) -> None:
    database = Database(database_url(folder))
    begun = datetime.now(UTC) - timedelta(days=60)
    for start in range(1, count + 1, BATCH):
        numbers = range(start, min(start + BATCH, count + 1))
        moments = {n: begun + timedelta(seconds=n * 30) for n in numbers}
        with database.begin() as connection:
            connection.execute(insert(MESSAGE), [message(n, moments[n]) for n in numbers])
            connection.execute(insert(RAW), [{"message": n, "octets": zlib.compress(TEXT.encode())} for n in numbers])
            connection.execute(insert(DELIVERY), [delivery(n, moments[n]) for n in numbers])
            connection.execute(insert(TICKET), [ticket(n, moments[n]) for n in numbers])
            connection.execute(insert(TICKET_MESSAGE), [{"ticket": n, "message": n} for n in numbers])
            connection.execute(insert(PARTY), [party(n) for n in numbers])
            connection.execute(insert(EVENT), [event(n, moments[n]) for n in numbers])
            connection.execute(insert(OUTBOX), [mail(n, moments[n]) for n in numbers])
    database.close()


def message(n: int, at: datetime) -> dict[str, object]:
    times = {"arrived_at": at, "collected_at": at, "judged_at": at, "sent_at": at}
    sender = {
        "message_id_header": f"<old.{n}@oud.example>",
        "sender_email": f"o{n}@oud.example",
        "sender_name": f"Oud {n}",
    }
    state = {
        "state": "ticketed",
        "reason": "new letter",
        "attempts": 1,
        "kind": "human",
        "verdict": {},
        "truncated": False,
    }
    words = {"subject": f"oud bericht {n}", "text": TEXT, "new_text": TEXT, "thread": ""}
    return {"id": n, "content_key": f"old{n}", "mailbox": "corona", "size": 900, **times, **sender, **state, **words}


def delivery(n: int, at: datetime) -> dict[str, object]:
    return {"mailbox": "old", "uidvalidity": 1, "uid": n, "message": n, "collected_at": at, "filed_at": at, "note": ""}


def ticket(n: int, at: datetime) -> dict[str, object]:
    kind = {"intent": ("info", "help_request", "help_offer")[n % 3], "status": "closed" if n % 10 else "open"}
    facts = {"urgent": n % 97 == 0, "language": "nl", "audience": "individual", "on_behalf": False, "confidence": 0.9}
    lists = {
        "automatic": True,
        "categories": ["groceries"],
        "topics": [],
        "needs": {},
        "channel": "email",
        "version": 1,
    }
    who = {
        "requester_email": f"o{n}@oud.example",
        "requester_name": f"Oud {n}",
        "subject": f"oud bericht {n}",
        "mailbox": "corona",
    }
    return {"id": n, **kind, **facts, **lists, **who, "created_at": at, "updated_at": at}


def party(n: int) -> dict[str, object]:
    return {"ticket": n, "email": f"o{n}@oud.example", "name": f"Oud {n}", "role": "requester"}


def event(n: int, at: datetime) -> dict[str, object]:
    return {"at": at, "actor": "mailbot", "kind": "opened", "ticket": n, "message": n, "details": {}}


def mail(n: int, at: datetime) -> dict[str, object]:
    where = {"recipient": f"o{n}@oud.example", "domain": "oud.example", "envelope_from": "", "language": "nl"}
    names = {"message_id_header": f"<lh.{n}.a@x>", "once_key": f"old{n}", "fingerprint": f"f{n}", "purpose": "request"}
    state = {"state": "sent", "lane": "reply", "attempts": 1, "outcome": "250 kept", "octets": b"x" * 3000}
    return {
        "ticket": n,
        "message": n,
        **where,
        **names,
        **state,
        "created_at": at,
        "next_attempt_at": at,
        "sent_at": at,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
