"""Answers of the library sent after the acknowledgement: by an operator, to all of a cluster, as a correction. Pure.

Each is a mail in the reader's own thread, whose Message-ID and once-key follow from what it tells, so that the same is
never told twice. What the database must hold for it is in `answer_desk`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.correspondence import Correspondence
from mailbot.informing import passages
from mailbot.letterhead import GENERATED, Letterhead
from mailbot.model import Address, Evidence, Lane
from mailbot.outbox.render import render_whole
from mailbot.outbox.store import Draft
from mailbot.tickets import tokens


@dataclass(frozen=True, slots=True)
class Conversation:
    """A citizen's thread as a mail of ours needs it: whom, in which language, after which letter, from which mailbox.

    `letter` is the Message-ID that is answered, `message` its number; `ticket` is the number that our mail names.
    """

    ticket: int
    mailbox: str
    recipient: Address
    language: str
    letter: str = ""
    references: tuple[str, ...] = ()
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What one mail tells and how: template `informed` or `correction`, lane, who signs, when it was told otherwise."""

    advice: tuple[Evidence, ...]
    template: str
    lane: Lane
    operator: str = ""
    since: str = ""


def draft(correspondence: Correspondence, to: Conversation, telling: Telling, about: str, now: datetime) -> Draft:
    """The mail ready to queue; `about` tells one telling from another on the same ticket."""
    is_automatic = telling.template == "correction"
    values = _values(correspondence, to, telling)
    rendered = render_whole(correspondence.templates, telling.template, to.language, values)
    sender = correspondence.sender(to.mailbox)
    key = hashlib.sha256(about.encode()).hexdigest()[:20]
    frame = Letterhead(
        sender=sender,
        recipient=to.recipient,
        purpose="correction" if is_automatic else "answer",
        once_key=f"inform:{to.ticket}:{key}",
        revision=f"i{key}",
        lane=telling.lane,
        auto=GENERATED if is_automatic else "",
        ticket=to.ticket,
        reply_to=tokens.reply_address(correspondence.desk.signing.key, sender.email, to.ticket),
        in_reply_to=to.letter,
        references=to.references,
    )
    return correspondence.mail(frame, rendered, now)


def _values(correspondence: Correspondence, to: Conversation, telling: Telling) -> dict[str, Any]:
    town = correspondence.desk.policy.town
    values = {
        "tag": tokens.subject_tag(town.tag, to.ticket),
        "name": to.recipient.name.split(",")[-1].strip()[:60],
        "town": town.name,
        "town_in": town.name_in,
        "desk": town.desk,
        "phone": town.phone,
        "emergency": town.emergency,
        "website": town.website,
        "operator": telling.operator,
        "since": telling.since,
    }
    return values | {"answers": passages(correspondence.desk, telling.advice, to.language, values)}
