"""Letters that answer a digest or a question of ours: recognised, read, turned into actions. Pure; `desk` asks here.

What was signed says which digest or question is meant; whether its bearer may act is judged anew: the sender, the
town's own server's word on them, the time, and whether a machine wrote. A letter that may not act does nothing to
any match; a person's words in it are still read by a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.matching.answers import one_word
from mailbot.matching.replies import read
from mailbot.matching.reply_auth import Digest
from mailbot.model import (
    Action,
    Alert,
    Append,
    Evidence,
    FileAs,
    Intent,
    Kind,
    Letter,
    Machine,
    MessageState,
    OpenTicket,
    Screening,
    Silence,
    Verdict,
)
from mailbot.tickets import tokens
from mailbot.tickets.threads import Signing, Thread

_TAG = re.compile(r"\[\s*LH\s+([DM])-\s?(\d{1,12})\s+[A-Z0-9]{4,64}\s*\]", re.IGNORECASE)
_ADDRESS = re.compile(r"\+ld(\d{1,12})-[a-z2-7]{8,32}@")
ABSENT = (Machine.AUTO_REPLY,)


@dataclass(frozen=True, slots=True)
class RowCommand:
    """What a matchmaker wants done with one row of a digest; `to` is the address that a row is handed to."""

    row: int
    command: str
    reason: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class ApplyCommands:
    """Carry out a matchmaker's answer to a digest, and confirm it; `refused` says why nothing may happen.

    `asks` are the requests about which those who nearly fit are asked.
    """

    digest: int
    commands: tuple[RowCommand, ...] = ()
    asks: tuple[int, ...] = ()
    unclear: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class HandOn:
    """The matchmaker of a digest is away: their rows go to the others."""

    digest: int
    reason: str


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """Somebody answered a question of ours by one word: yes, no, not_yet, pause or stop."""

    ask: int
    answer: str


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """A volunteer wrote STOP on their own ticket: nobody asks them any more."""

    ticket: int


Order = ApplyCommands | HandOn | TakeAnswer | WithdrawOffer


@dataclass(frozen=True, slots=True)
class Answered:
    """What a letter that answers matching's mail leads to: the usual actions, and orders for matching."""

    actions: tuple[Action, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What of ours a letter names: digests and questions by signed address, digests and matches in its subject."""

    digests: tuple[int, ...] = ()
    matches: tuple[int, ...] = ()
    asks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of that: the digest with the others inside it, and the question as it was asked.

    `requests` gives the ticket of the request that a (digest, row) is about.
    """

    digest: Digest | None = None
    requests: Mapping[tuple[int, int], int] = field(default_factory=dict)
    ask: Mapping[str, Any] = field(default_factory=dict)


NOBODY, NOTHING = Named(), Facts()


def named(letter: Letter, signing: Signing) -> Named:
    """Which of our digests and questions a letter seems to answer; a digest's token is believed by nobody yet."""
    addresses = (*letter.delivered_to, *(each.email for each in (*letter.to, *letter.cc)))
    tags = [(kind.upper(), int(number)) for kind, number in _TAG.findall(letter.subject[:500])]
    addressed = [int(found.group(1)) for each in addresses if (found := _ADDRESS.search(each.lower()))]
    asked = [number for each in addresses if (number := tokens.question_of_address(signing.key, each)) is not None]
    return Named(
        digests=tuple(dict.fromkeys([*addressed, *(number for kind, number in tags if kind == "D")])),
        matches=tuple(dict.fromkeys(number for kind, number in tags if kind == "M")),
        asks=tuple(dict.fromkeys(asked)),
    )


def answer(letter: Letter, screening: Screening, verdict: Verdict, facts: Facts, now: datetime) -> Answered | None:
    """What a letter that answers a digest or a question leads to; None where it is to be judged like any other."""
    if facts.digest is not None:
        return _to_digest(letter, screening, verdict, facts, now)
    if facts.ask and not _is_plea(verdict):
        return _to_question(letter, screening, facts.ask, now)
    return None


def _is_plea(verdict: Verdict) -> bool:
    """Whether a letter asks for help, so that no word in its subject may put it away."""
    return verdict.urgent or Intent.HELP_REQUEST in (verdict.intent, *verdict.also)


def _to_digest(
    letter: Letter, screening: Screening, verdict: Verdict, facts: Facts, now: datetime
) -> Answered | None:
    digest = facts.digest
    assert digest is not None
    reading = read(letter, screening, digest, now)
    number = int(reading.digest.removeprefix("D-"))
    if screening.kind is not Kind.HUMAN or screening.machine is not None:
        return _from_machine(letter, screening, digest, number)
    if reading.refused and not _is_matchmaker(letter, digest, number):
        return None
    commands = tuple(RowCommand(each.row, each.command, each.reason, each.to or "") for each in reading.commands)
    order = ApplyCommands(number, commands, reading.asks, reading.unclear, reading.refused or "")
    tickets = {facts.requests[number, each.row] for each in commands if (number, each.row) in facts.requests}
    tickets = tickets | set(reading.asks) or set(list(facts.requests.values())[:1])
    on = tuple(Append(ticket, f"answer to digest D-{number}") for ticket in sorted(tickets))
    is_clear = not reading.unclear and bool(on)
    return Answered((*_filed(number, verdict, is_clear=is_clear), *on, CONFIRMED), (order,))


CONFIRMED = Silence("a confirmation tells the matchmaker what changed")


def _filed(number: int, verdict: Verdict, *, is_clear: bool) -> tuple[Action, ...]:
    """Attached where every word was understood; a ticket for a person where some were not."""
    if is_clear:
        return (FileAs(MessageState.ATTACHED, f"answer to digest D-{number}"),)
    filed = FileAs(MessageState.TICKETED, f"answer to digest D-{number}, not all of it understood")
    told = (Alert("coordinator", "urgent words in a matchmaker's answer"),) if verdict.urgent else ()
    return (filed, OpenTicket(Intent.OTHER, verdict.urgent), *told)


def _is_matchmaker(letter: Letter, digest: Digest, number: int) -> bool:
    mine = next((each for each in (digest, *digest.others) if each.id == f"D-{number}"), digest)
    return letter.sender is not None and letter.sender.email.casefold() == mine.matchmaker.casefold()


def _from_machine(letter: Letter, screening: Screening, digest: Digest, number: int) -> Answered | None:
    """A machine never acts; an absence notice of the matchmaker hands the rows on to the others."""
    told = " ".join(letter.headers.get("auto-submitted", ())).casefold()
    is_absence = screening.machine in ABSENT and "auto-generated" not in told
    if not is_absence or not _is_matchmaker(letter, digest, number):
        return None
    filed = FileAs(MessageState.MACHINE, screening.reason)
    silent = Silence(f"a machine wrote this: {screening.reason}")
    return Answered((filed, silent), (HandOn(number, f"the matchmaker of D-{number} is away"),))


def _to_question(letter: Letter, screening: Screening, ask: Mapping[str, Any], now: datetime) -> Answered | None:
    """One clear word of the one who was asked, in time, by a person; anything else goes its ordinary way."""
    is_theirs = letter.sender is not None and letter.sender.email.casefold() == ask["recipient"].casefold()
    if screening.machine is not None or screening.kind is not Kind.HUMAN or not is_theirs:
        return None
    is_mailing = ask["about"] == "mailing"
    word = one_word(letter.new_text, letter.subject) or (one_word("", letter.subject) if is_mailing else None)
    if word is None or ask["answered_at"] is not None or ask["expires_at"] <= now or word not in _allowed(ask):
        return None
    state = MessageState.ARCHIVED if is_mailing else MessageState.ATTACHED  # a mailing belongs to no ticket
    filed = FileAs(state, f"answer to a question: {ask['about']}")
    on = () if is_mailing else (Append(ask["ticket"], f"answer to a question: {ask['about']}"),)
    silent = Silence("the answer was taken; what follows from it is told by itself")
    return Answered((filed, *on, silent), (TakeAnswer(ask["id"], word),))


def _allowed(ask: Mapping[str, Any]) -> tuple[str, ...]:
    return {
        "consent": ("yes", "no"),
        "near": ("yes", "no"),
        "mailing": ("stop",),
        "follow_up": ("yes", "no", "not_yet"),
        "reconfirm": ("yes", "pause", "stop"),
    }.get(ask["about"], ())


def withdrawal(letter: Letter, screening: Screening, thread: Thread) -> tuple[Order, ...]:
    """STOP, and nothing else, on the writer's own ticket; a SPOC's word ends nobody's offer."""
    if thread.ticket is None or screening.machine is not None or screening.kind is not Kind.HUMAN:
        return ()
    is_own = letter.sender is not None and letter.sender.email not in thread.ticket.spocs
    is_stop = is_own and one_word(letter.new_text, "") == "stop"
    return (WithdrawOffer(thread.ticket.id),) if is_stop else ()


def why_refused(letter: Letter, screening: Screening, facts: Facts, now: datetime) -> Evidence | None:
    """Why a letter that names a digest of ours may do nothing to it, for the trace; None where it may."""
    if facts.digest is None:
        return None
    refused = read(letter, screening, facts.digest, now).refused
    return Evidence("matching", "refused", refused) if refused else None
