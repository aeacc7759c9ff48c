"""The frame of matching's mail: signed addresses and tokens, who reads, and how words become a mail. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.correspondence import GENERATED, Correspondence
from mailbot.matching.codeword import code_word
from mailbot.matching.digest import Reader
from mailbot.model import Address, Lane, Permanent
from mailbot.outbox.mime import Mail, assemble, checked
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft
from mailbot.tickets import tokens

Match = Mapping[str, Any]
TOKEN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Letterhead:
    """One mail's frame: to whom, from which mailbox, for what, and by which key it is the same one again."""

    recipient: Address
    mailbox: str
    purpose: str
    once_key: str
    revision: str
    reply_to: str
    lane: Lane = Lane.MATCH
    ticket: int | None = None
    auto: str = GENERATED
    envelope_from: str = ""
    in_reply_to: str = ""
    unsubscribe: str = ""


def can_be_written_to(address: str) -> bool:
    """Whether an address may stand in a mail of ours; who has another one is called."""
    try:
        return bool(checked(address))
    except Permanent:
        return False


def digest_token(letters: Correspondence, digest: int, matchmaker: str) -> str:
    """The token in a digest's subject: signed for this digest and this matchmaker alone."""
    return tokens.sign(letters.desk.signing.key, "digest", f"{digest}:{matchmaker}")[:TOKEN_LENGTH].upper()


def row_token(letters: Correspondence, digest: int, match: int, matchmaker: str) -> str:
    """The token of a row's one-tap links, signed for this row and this matchmaker alone."""
    signed = tokens.sign(letters.desk.signing.key, "digest-row", f"{digest}:{match}:{matchmaker}")
    return signed[:TOKEN_LENGTH].upper()


def digest_address(letters: Correspondence, head: Match) -> str:
    """Where answers to a digest come back: its token stands in the address too, for programs that drop subjects."""
    local, _, domain = letters.mailboxes.get(head["mailbox"], letters.first).email.rpartition("@")
    return f"{local}+ld{head['id']}-{head['token'].lower()}@{domain}"


def reader(letters: Correspondence, language: str, address: str, now: datetime) -> Reader:
    """Who reads a mail of matching, with the words of their language."""
    notes, rules = letters.notes, letters.desk.rules
    places = {place.name for place in rules.gazetteer.postcodes.values()} if rules.gazetteer else set()
    named = rules.gazetteer.names.values() if rules.gazetteer else ()
    places |= {what.name for entries in named for _, what in entries if hasattr(what, "careful")}
    zone = letters.desk.policy.hours.tz
    spoken = notes.language(language)
    return Reader(
        notes.labels[spoken],
        notes.words.get(spoken, {}),
        address,
        frozenset(places),
        lambda moment: moment.astimezone(zone),
        now,
    )


def ask_address(letters: Correspondence, asked: int, mailbox: str) -> str:
    """Where the answer to a question comes back."""
    sender = letters.mailboxes.get(mailbox, letters.first)
    return tokens.question_address(letters.desk.signing.key, sender.email, asked)


def match_code(letters: Correspondence, match: int) -> str:
    """The code word of a match."""
    return code_word(tokens.sign(letters.desk.signing.key, "code-word", str(match)))


def town_words(letters: Correspondence, language: str, ticket: int) -> dict[str, Any]:
    """The words that every template may use."""
    town = letters.desk.policy.town
    return {
        "tag": tokens.subject_tag(town.tag, ticket) if ticket else f"[{town.tag}]",
        "town": town.name_in.get(language, town.name),
        "desk": town.desk,
        "phone": town.phone,
        "emergency": town.emergency,
        "website": town.website,
    }


def drafted(letters: Correspondence, frame: Letterhead, words: Rendered, now: datetime) -> Draft:
    """A mail with this frame around these words, ready for the outbox."""
    sender, signing = letters.mailboxes.get(frame.mailbox, letters.first), letters.desk.signing
    identifier = tokens.message_id(signing.key, signing.host, frame.ticket or 0, frame.revision)
    mail = Mail(
        sender=sender,
        to=frame.recipient,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=identifier,
        date=now.astimezone(letters.desk.policy.hours.tz),
        host=signing.host,
        reply_to=frame.reply_to,
        in_reply_to=frame.in_reply_to,
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
    )
