"""Which ticket a letter belongs to: a ladder of proofs, each needing a token and a known sender.

Subject text alone never joins anything; where the proof is short of one leg, an operator gets a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.model import Letter, Machine, Screening, Threads, TicketFact
from mailbot.tickets import tokens

MAX_REFERENCES = 50
_REPORTING = {Machine.BOUNCE, Machine.DELAY_NOTICE, Machine.READ_RECEIPT, Machine.REPORT, Machine.AUTO_REPLY}


@dataclass(frozen=True, slots=True)
class Signing:
    """What our tokens are made of: the secret key, the domain of our Message-IDs, the tag of our subjects."""

    key: bytes
    host: str
    tag: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a letter belongs: joined to `ticket`, or only perhaps to `suggestion`; `how` says why, in words.

    `is_known` where the sender is on the ticket; a report on our own mail is joined without, and moves nothing.
    """

    ticket: TicketFact | None = None
    suggestion: TicketFact | None = None
    how: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Claims:
    """What a letter says about its thread, before anything is believed. `tokens` are (ticket, how)."""

    tokens: tuple[tuple[int, str], ...]
    tagged: int | None
    references: tuple[str, ...]
    sender: str


def read_claims(letter: Letter, signing: Signing) -> Claims:
    """Collect a letter's thread tokens, so that the shell can fetch what they name."""
    return Claims(
        tokens=tuple(_signed(letter, signing)),
        tagged=tokens.ticket_of_subject(signing.tag, letter.subject),
        references=_references(letter),
        sender=letter.sender.email if letter.sender else "",
    )


def find_thread(claims: Claims, screening: Screening, threads: Threads) -> Thread:
    """Climb the ladder: signed address, signed Message-ID, subject tag, the sender's own earlier letter.

    A report on mail of ours comes from whichever machine had it, so it needs the token only: it is attached without
    effect and never answered. What says that it is bulk or a list is a letter like any other: headers are claims.
    """
    doubted: Thread = Thread()
    for number, how in _candidates(claims, threads):
        ticket = _current(number, threads)
        if ticket is None:
            continue
        if claims.sender and claims.sender in ticket.parties:
            return Thread(ticket=ticket, how=how)
        if screening.machine in _REPORTING and _is_token(how):
            return Thread(ticket=ticket, how=how, is_known=False)
        if not doubted.suggestion:
            doubted = Thread(suggestion=ticket, how=f"{how}, but the sender is not on that ticket")
    return doubted if doubted.suggestion else _by_sender(threads)


def _candidates(claims: Claims, threads: Threads) -> Iterator[tuple[int, str]]:
    yield from claims.tokens
    if claims.tagged is not None:
        yield claims.tagged, "number in the subject"
    for reference in claims.references:
        if reference in threads.by_message_id:
            yield threads.by_message_id[reference], "answer to an earlier letter"


def _is_token(how: str) -> bool:
    return how.startswith("signed")


def _by_sender(threads: Threads) -> Thread:
    for number in threads.open_by_sender:
        ticket = _current(number, threads)
        if ticket:
            return Thread(suggestion=ticket, how="the same sender has an open ticket")
    return Thread()


def _current(number: int, threads: Threads) -> TicketFact | None:
    """The ticket that a number means today: merged tickets lead to the one they were merged into."""
    seen: set[int] = set()
    ticket = threads.tickets.get(number)
    while ticket and ticket.merged_into is not None and ticket.id not in seen:
        seen.add(ticket.id)
        ticket = threads.tickets.get(ticket.merged_into)
    return ticket


def _signed(letter: Letter, signing: Signing) -> Iterator[tuple[int, str]]:
    for address in dict.fromkeys(letter.delivered_to):
        ticket = tokens.ticket_of_address(signing.key, address)
        if ticket is not None:
            yield ticket, "signed address"
    for reference in _references(letter):
        ticket = tokens.ticket_of_message_id(signing.key, signing.host, reference)
        if ticket is not None:
            yield ticket, "signed Message-ID"


def _references(letter: Letter) -> tuple[str, ...]:
    """What the letter refers to, nearest first; a returned mail's own Message-ID counts too."""
    reported = letter.report.message_ids if letter.report else ()
    named = dict.fromkeys((*letter.in_reply_to, *reversed(letter.references), *reported))
    return tuple(named)[:MAX_REFERENCES]


def is_reply_to_us(screening: Screening, thread: Thread) -> bool:
    """Whether a machine answered mail of ours, as a bounce or vacation notice does."""
    return screening.machine in {Machine.BOUNCE, Machine.AUTO_REPLY} and thread.ticket is not None
