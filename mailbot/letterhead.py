"""From words to a mail that is ready for the outbox: the one way by which any mail of ours is put together. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailbot.model import Address, Lane
from mailbot.outbox.mime import Mail, assemble
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft
from mailbot.tickets import tokens
from mailbot.tickets.threads import Signing

AUTOMATIC, GENERATED = "auto-replied", "auto-generated"  # RFC 3834 §5


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """One mail's frame: from whom, to whom, for what, and by which key it is the same one again.

    `revision` tells this mail from others on its ticket in the Message-ID; `auto` is the value of Auto-Submitted,
    empty for a person's answer; `due` is when it may leave, now where it is empty.
    """

    sender: Address
    recipient: Address
    purpose: str
    once_key: str
    revision: str
    lane: Lane
    auto: str = GENERATED
    ticket: int | None = None
    message: int | None = None
    fingerprint: str = ""
    envelope_from: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    unsubscribe: str = ""
    due: datetime | None = None


def drafted(signing: Signing, zone: ZoneInfo, frame: Letterhead, words: Rendered, now: datetime) -> Draft:
    """A mail with this frame around these words; its Message-ID is signed, its date told as the town's clock tells it.

    Raises Permanent where an address cannot stand in a header.
    """
    identifier = tokens.message_id(signing.key, signing.host, frame.ticket or 0, frame.revision)
    mail = Mail(
        sender=frame.sender,
        to=frame.recipient,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=identifier,
        date=now.astimezone(zone),
        host=signing.host,
        reply_to=frame.reply_to,
        in_reply_to=frame.in_reply_to,
        references=frame.references,
        auto=frame.auto,
        language=words.language,
        unsubscribe=frame.unsubscribe,
    )
    return Draft(
        lane=frame.lane,
        purpose=frame.purpose,
        language=words.language,
        recipient=frame.recipient.email,
        envelope_from=frame.envelope_from,
        message_id=identifier,
        once_key=frame.once_key,
        octets=assemble(mail),
        ticket=frame.ticket,
        message=frame.message,
        fingerprint=frame.fingerprint,
        due=frame.due,
    )
