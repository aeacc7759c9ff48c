"""Operators' answers: from words to a mail that rests in the outbox, called back while it rests, passed on to SPOCs.

Whether an answer is allowed is decided in `tickets.verbs`, how it looks in `outbox.personal`; here both meet, in
one transaction: the ticket changes if and only if the mail is queued.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from mailbot.answers import told_store
from mailbot.answers.told_store import Told
from mailbot.letterhead import Letterhead, drafted
from mailbot.letters_of import beneath, last_of, text_of, thread_of
from mailbot.matching import records_store
from mailbot.model import Address, Lane, OutboxState, Permanent
from mailbot.outbox import personal
from mailbot.outbox import store as outbox
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft
from mailbot.policy import Policy
from mailbot.storage.database import Database, insert_new
from mailbot.storage.desk_tables import FORWARDED
from mailbot.storage.tables import EVENT, MESSAGE, OUTBOX, PARTY
from mailbot.tickets import desk_store, tokens, verbs
from mailbot.tickets.standing import Change, NewLetter, Refused, Standing, require_whole
from mailbot.tickets.threads import Signing
from mailbot.wording import greeted

REPLY, FORWARD = "reply", "forward"  # purposes that a lost connection never repeats by itself


@dataclass(frozen=True, slots=True)
class Writing:
    """What operators write with: the town's policy, how it signs, its templates, mailboxes and folder of answers."""

    database: Database
    policy: Policy
    signing: Signing
    folders: tuple[Path, ...]
    mailboxes: Mapping[str, Address]
    answers: Path = Path("answers")

    def sender(self, mailbox: str) -> Address:
        """The mailbox a ticket came to, or the first where it came by telephone."""
        return self.mailboxes.get(mailbox, next(iter(self.mailboxes.values())))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator wants sent: whole words, `text`; `again` writes once more, `close` finishes the ticket.

    `tells` are the answers of the library in it, so that a correction reaches whoever reads them.
    """

    text: str
    again: bool = False
    close: bool = False
    tells: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """An answer at rest: its number in the outbox, to whom, and until when it can be called back."""

    outbox: int
    recipient: str
    leaves_at: datetime


def values_for(writing: Writing, number: int, ticket: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """The variables of ready-made answers and of the frame, from a ticket's columns."""
    town, language = writing.policy.town, ticket["language"]
    return {
        "tag": tokens.subject_tag(town.tag, number),
        "name": greeted(str(ticket["requester_name"])),
        "operator": actor if actor != actor.lower() else actor.title(),
        "town": town.name_in.get(language, town.name),
        "desk": town.desk,
        "phone": town.phone,
        "emergency": town.emergency,
        "website": town.website,
        "place": ticket["place"] or "",
    }


def compose(writing: Writing, ticket: Standing, actor: str, *, text: str = "", template: str = "") -> str:
    """A whole letter for an operator to send or to edit: own words or a ready-made answer, in the frame."""
    language, first = ticket.values["language"], writing.policy.town.languages[0]
    values = values_for(writing, ticket.id, ticket.values, actor)
    words = personal.fill(writing.folders, language, template, values, first) if template else text
    return personal.frame(writing.folders, language, words, values, first)


def send(
    writing: Writing, number: int, answer: Answer, actor: str, now: datetime, version: int | None = None
) -> Queued:
    """Queue an answer, if the ticket allows one; it rests before it leaves. A refused text is kept as a draft."""
    if not answer.text.strip():
        raise Refused(f'an empty answer is not sent; run `mailbot reply {number} --text "..."`')
    try:
        with writing.database.begin() as connection:
            ticket = desk_store.lock(connection, number)
            desk_store.require_version(ticket, version)
            change = verbs.answer(ticket, actor, now, again=answer.again, close=answer.close)
            draft = _draft(writing, connection, ticket, answer.text, now)
            outbox.enqueue(connection, [draft], now)
            queued = _queued(connection, draft, number)
            told = Change(change.kind, change.columns, {"to": draft.recipient, "mail": queued.outbox})
            event = desk_store.write(connection, ticket, told, actor, now)
            connection.execute(update(EVENT).where(EVENT.c.id == event).values(outbox=queued.outbox))
            _remember(connection, ticket, answer.tells, draft.message_id, actor, now)
            desk_store.drop_draft(connection, number, actor)
            return queued
    except NewLetter:
        with writing.database.begin() as connection:
            desk_store.keep_draft(connection, number, actor, answer.text, now)
        raise


def _remember(
    connection: Connection, ticket: Standing, tells: Sequence[Told], mail: str, actor: str, now: datetime
) -> None:
    """Note what a mail tells of the library, and in the history that it does."""
    if tells:
        told_store.record(connection, [replace(each, mail=mail) for each in tells], now)
        informed = Change("informed", {}, {"answers": [each.answer for each in tells]})
        desk_store.write(connection, ticket, informed, actor, now)


def _queued(connection: Connection, draft: Draft, number: int) -> Queued:
    wanted = select(OUTBOX.c.id, OUTBOX.c.next_attempt_at).where(OUTBOX.c.once_key == draft.once_key)
    row = connection.execute(wanted.where(OUTBOX.c.message_id_header == draft.message_id)).one_or_none()
    if row is None:
        raise Refused(f"#{number} was answered in this moment; run `mailbot show {number}`")
    return Queued(row.id, draft.recipient, row.next_attempt_at)


def _draft(writing: Writing, connection: Connection, ticket: Standing, text: str, now: datetime) -> Draft:
    email, name = ticket.values["requester_email"], ticket.values["requester_name"]
    if not email:
        raise Refused(f"#{ticket.id} has no address to write to; `mailbot show {ticket.id}` gives the telephone number")
    tag = tokens.subject_tag(writing.policy.town.tag, ticket.id)
    first = writing.policy.town.languages[0]
    quoted = beneath(connection, ticket, writing.folders, writing.policy.hours.tz, first)
    rendered = personal.write_letter(text, ticket.values["subject"], tag, ticket.values["language"], quoted)
    rest = timedelta(seconds=writing.policy.desk.undo_seconds)
    lane = Lane.URGENT if ticket.values["urgent"] else Lane.REPLY
    return _mail(writing, connection, ticket, Address(email, name), rendered, (REPLY, lane, now, now + rest))


def _mail(
    writing: Writing,
    connection: Connection,
    ticket: Standing,
    to: Address,
    rendered: Rendered,
    how: tuple[str, Lane, datetime, datetime],
) -> Draft:
    """A mail on a ticket, threaded; its key holds the ticket's version, so that none is queued twice from one."""
    purpose, lane, now, due = how
    sender = writing.sender(ticket.values["mailbox"])
    is_reply = purpose == REPLY
    frame = Letterhead(
        sender=sender,
        recipient=to,
        purpose=purpose,
        once_key=f"{purpose}:{ticket.id}:v{ticket.version}",
        revision=f"{purpose[0]}{ticket.version}",
        lane=lane,
        auto="",
        ticket=ticket.id,
        envelope_from=sender.email,
        reply_to=tokens.reply_address(writing.signing.key, sender.email, ticket.id),
        in_reply_to=last_of(connection, ticket.last_letter) if is_reply else "",
        references=tuple(thread_of(connection, ticket.id)) if is_reply else (),
        due=due,
    )
    return drafted(writing.signing, writing.policy.hours.tz, frame, rendered, now)


def undo(writing: Writing, actor: str, now: datetime, number: int | None = None) -> int:
    """Call back the actor's last answer that still rests; its text is kept as a draft. The ticket's number.

    Raises Refused where none rests any more.
    """
    with writing.database.begin() as connection:
        event = _last_answer(connection, actor, number)
        mail = connection.execute(select(OUTBOX).where(OUTBOX.c.id == event.outbox).with_for_update()).one()
        if mail.state != OutboxState.QUEUED:
            raise Refused(f"the answer on #{event.ticket} is {mail.state}; `mailbot show {event.ticket}` tells")
        gone = {"state": OutboxState.CANCELLED, "outcome": f"called back by {actor}"}
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == mail.id).values(gone))
        ticket = desk_store.lock(connection, event.ticket)
        old, new = _before(event.details.get("old", {})), event.details.get("new", {})
        change = verbs.call_back(ticket, old, new, actor, now, writing.policy.desk.claim_minutes)
        details = {"of": [event.id], "undid": event.kind, "mail": mail.id}
        desk_store.write(connection, ticket, Change(change.kind, change.columns, details), actor, now)
        desk_store.keep_draft(connection, ticket.id, actor, personal.without_quote(text_of(mail.octets)), now)
        return ticket.id


def _last_answer(connection: Connection, actor: str, number: int | None) -> Any:
    wanted = select(EVENT).where(EVENT.c.kind == "answered", EVENT.c.actor == actor)
    if number is not None:
        wanted = wanted.where(EVENT.c.ticket == number)
    found = connection.execute(wanted.order_by(EVENT.c.id.desc()).limit(1)).one_or_none()
    if found is None or found.outbox is None:
        raise Refused(f"{actor} sent no answer to call back; `mailbot list` shows the queue")
    return found


def _before(old: Mapping[str, Any]) -> dict[str, Any]:
    since = old.get("waits_since")
    return {**old, "waits_since": datetime.fromisoformat(since) if isinstance(since, str) else since}


def forward(writing: Writing, number: int, spoc: str, words: str, actor: str, now: datetime) -> Queued:
    """Pass a ticket's letter on to a SPOC, whose mailed answer comes back to the ticket by a signed address."""
    address = writing.policy.spocs.get(spoc)
    if address is None:
        known = ", ".join(writing.policy.spocs) or "none; add `spocs:` to rules.yaml"
        raise Permanent(f"there is no SPOC {spoc!r}; there are: {known}; `mailbot forward {number} NAME` asks one")
    with writing.database.begin() as connection:
        ticket = desk_store.lock(connection, number)
        require_whole(ticket)
        rendered = _forwarded_words(writing, connection, ticket, words, actor)
        due = now + timedelta(seconds=writing.policy.desk.undo_seconds)
        draft = _mail(writing, connection, ticket, Address(address), rendered, (FORWARD, Lane.REPLY, now, due))
        outbox.enqueue(connection, [draft], now)
        queued = _queued(connection, draft, number)
        party = {"ticket": number, "email": address, "name": spoc, "role": "spoc"}
        connection.execute(insert_new(connection, PARTY), party)
        row = {"ticket": number, "spoc": spoc, "address": address, "by": actor, "at": now}
        connection.execute(FORWARDED.insert(), {**row, "after_letter": ticket.last_letter})
        change = Change("forwarded", verbs.UNCLAIMED, {"spoc": spoc, "mail": queued.outbox})
        desk_store.write(connection, ticket, change, actor, now)
        records_store.pass_on(connection, number, now)
        return queued


def _forwarded_words(writing: Writing, connection: Connection, ticket: Standing, words: str, actor: str) -> Rendered:
    letter = connection.execute(select(MESSAGE).where(MESSAGE.c.id == ticket.last_letter)).one_or_none()
    if letter is None:
        raise Refused(f"#{ticket.id} has no letter to pass on; run `mailbot show {ticket.id}`")
    first = writing.policy.town.languages[0]
    values = values_for(writing, ticket.id, ticket.values, actor) | {
        "words": words.strip(),
        "phone_number": ticket.values["phone"] or "",
        "writer": letter.sender_name or letter.sender_email,
        "letter": letter.text.strip(),
    }
    text = personal.passed_on(writing.folders, first, values)
    tag = tokens.subject_tag(writing.policy.town.tag, ticket.id)
    return personal.write_letter(text, ticket.values["subject"], tag, first)


