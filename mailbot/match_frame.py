"""The frame of matching's mail: signed addresses and tokens, who reads, and how words become a mail. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mailbot.correspondence import Correspondence
from mailbot.matching.codeword import code_word
from mailbot.matching.digest import Reader
from mailbot.model import Permanent
from mailbot.outbox.mime import checked
from mailbot.tickets import tokens

Match = Mapping[str, Any]
TOKEN_LENGTH = 12


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
    local, _, domain = letters.sender(head["mailbox"]).email.rpartition("@")
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
    return tokens.question_address(letters.desk.signing.key, letters.sender(mailbox).email, asked)


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
