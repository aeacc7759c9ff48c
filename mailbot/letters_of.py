"""What the letters of a ticket give to a reply: its thread, the words it quotes, what a SPOC said. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from mailbot.model import Kind
from mailbot.outbox import personal
from mailbot.storage.desk_tables import FORWARDED
from mailbot.storage.tables import MESSAGE, TICKET_MESSAGE
from mailbot.tickets.standing import Standing
from mailbot.wording import spoken_date


def beneath(connection: Connection, ticket: Standing, folders: Sequence[Path], zone: ZoneInfo, fallback: str) -> str:
    """The requester's own last letter, quoted; nothing of anybody else, nor of what was typed into a form or told."""
    wanted = (
        select(MESSAGE.c.new_text, MESSAGE.c.text, MESSAGE.c.arrived_at)
        .join(TICKET_MESSAGE, TICKET_MESSAGE.c.message == MESSAGE.c.id)
        .where(TICKET_MESSAGE.c.ticket == ticket.id, MESSAGE.c.sender_email == ticket.values["requester_email"])
        .where(MESSAGE.c.kind == Kind.HUMAN)
        .order_by(MESSAGE.c.id.desc())
    )
    letter = connection.execute(wanted.limit(1)).one_or_none()
    if letter is None or ticket.values["channel"] != "email":
        return ""
    day = spoken_date(letter.arrived_at.astimezone(zone).date(), ticket.values["language"])
    words = letter.new_text or letter.text
    return personal.beneath(folders, ticket.values["language"], words, day, fallback)


def thread_of(connection: Connection, number: int) -> list[str]:
    """The Message-IDs of a ticket's letters, oldest first."""
    wanted = (
        select(MESSAGE.c.message_id_header)
        .join(TICKET_MESSAGE, TICKET_MESSAGE.c.message == MESSAGE.c.id)
        .where(TICKET_MESSAGE.c.ticket == number, MESSAGE.c.message_id_header != "")
    )
    return list(connection.scalars(wanted.order_by(MESSAGE.c.arrived_at, MESSAGE.c.id)))


def last_of(connection: Connection, letter: int) -> str:
    found: str | None = connection.scalar(select(MESSAGE.c.message_id_header).where(MESSAGE.c.id == letter))
    return found or ""


def text_of(octets: bytes) -> str:
    """The plain text of a mail of ours."""
    from email import message_from_bytes
    from email.policy import default

    body = message_from_bytes(octets, policy=default).get_body(("plain",))
    return str(body.get_content()).strip() if body else ""


def spoc_words(connection: Connection, number: int) -> str:
    """What the SPOC wrote back last; empty where none has."""
    wanted: Sequence[Any] = connection.execute(
        select(MESSAGE.c.new_text, MESSAGE.c.text)
        .join(TICKET_MESSAGE, TICKET_MESSAGE.c.message == MESSAGE.c.id)
        .join(FORWARDED, FORWARDED.c.ticket == TICKET_MESSAGE.c.ticket)
        .where(TICKET_MESSAGE.c.ticket == number, MESSAGE.c.sender_email == FORWARDED.c.address)
        .where(MESSAGE.c.id > FORWARDED.c.after_letter)
        .order_by(MESSAGE.c.id.desc())
        .limit(1)
    ).all()
    return str(wanted[0].new_text or wanted[0].text).strip() if wanted else ""
