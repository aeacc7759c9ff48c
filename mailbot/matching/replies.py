"""A matchmaker's reply to a digest: which commands it gives, what a person must see, and why nothing may happen.

Pure: it is told the letter, its screening and the digest, and carries nothing out. Whether a token was used before
is for the database to say. How lines, words and senders are read is in the files `reply_*` beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.matching.reply_auth import Digest, admit
from mailbot.matching.reply_clause import Clause
from mailbot.matching.reply_copy import copy_of
from mailbot.matching.reply_courtesy import MOST_SIGNED, closes, is_harmless, signs
from mailbot.matching.reply_doubt import may_limit
from mailbot.matching.reply_lines import Line, Place, own_lines
from mailbot.matching.reply_rows import Scope, people_by_name
from mailbot.matching.reply_rows_first import TOO
from mailbot.matching.reply_second import REPORTS
from mailbot.matching.reply_sense import hear
from mailbot.matching.reply_sentences import STANDING, Heard
from mailbot.matching.reply_tokens import cleaned, tokens_of
from mailbot.model import CROSSED_OUT, Letter, Screening

COMMANDS = ("ja", "nee", "ander", "door", "gebeld", "loopt", "klaar", "later", "stop")
SEVERAL = 3  # of so many rows `alles ok` may be said of the day
_INLINE_WORDS = frozenset(
    ["hieronder", "tussenin", "ertussen", "tussen", "below", "inline", "ci-dessous", "dessous", "rood", "rouge", "red"]
)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do with one row: `command` is one of `COMMANDS`, `to` the address that `door` passes it on to."""

    row: int
    command: str
    reason: str = ""
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply does. `refused` says why nothing may happen; `digest` is the id of the digest it answers.

    `asks` are the requests about which those who nearly fit shall be asked.
    """

    commands: tuple[Command, ...] = ()
    unclear: tuple[str, ...] = ()
    refused: str | None = None
    digest: str = ""
    asks: tuple[int, ...] = ()

    @property
    def acts(self) -> bool:
        return self.refused is None and bool(self.commands or self.asks)


def read(letter: Letter, screening: Screening, digest: Digest, arrived: datetime | None = None) -> Reading:
    """What a letter does to the digest that it answers, `digest` or one of its `other_digests`.

    `arrived` is when our server got it; without it the letter's own date stands in. A letter that is refused
    carries nothing out, and its words are for a person unless a machine wrote it.
    """
    ticket = admit(letter, screening, digest, arrived)
    answered = ticket.digest or digest
    if ticket.refused:
        seen = () if ticket.by_machine else _all_words(letter, answered)
        return Reading(unclear=seen, refused=ticket.refused, digest=answered.id)
    if CROSSED_OUT in letter.defects:
        return Reading(unclear=_all_words(letter, answered), digest=answered.id)
    heard = hear_reply(letter, answered, ticket.command)
    commands, unclear = settle(heard, answered.rows)
    return Reading(commands, unclear, digest=answered.id, asks=agreed_asks(heard))


def hear_reply(letter: Letter, digest: Digest, in_subject: str = "") -> tuple[Heard, ...]:
    """Every own line of a reply judged by itself, the command of a one-tap link's subject first."""
    scope = _scope(digest, letter.text)
    lines = _with_signature(own_lines(letter.text, letter.new_text, digest.rows))
    if in_subject:
        lines = (Line(in_subject, Place.TOP), *lines)
    heard = [hear(line, scope) for line in _with_reasons(lines, scope) if line.text]
    return tuple(_doubting_answers_above(_doubting_introductions(_noticing_hints(_with_news_below(heard)))))


def settle(heard: Sequence[Heard], rows: Sequence[int]) -> tuple[tuple[Command, ...], tuple[str, ...]]:
    """The commands on which all lines agree, and the lines for a person. A row in doubt is left alone."""
    heard = _without_all_well(heard, rows)
    told = [(clause, each) for each in _with_rest(heard, rows) for clause in each.clauses]
    if any(each.shakes for each in heard):
        left_alone = set(rows)
    else:
        left_alone = {row for each in heard for row in each.left_alone} | _contradicted(told)
    commands = {
        row: Command(row, clause.verb, clause.reason, clause.to)
        for clause, _each in reversed(told)
        for row in clause.rows
        if row not in left_alone
    }
    asks = set(agreed_asks(heard))
    unclear = [
        each.line.text
        for each in heard
        if each.unclear or _loses_a_row(each, told, left_alone) or not each.asks <= asks
    ]
    return tuple(commands[row] for row in sorted(commands)), tuple(dict.fromkeys(unclear))


def agreed_asks(heard: Sequence[Heard]) -> tuple[int, ...]:
    """The requests that are to be asked about, and of which no other line speaks; none where the reply is in doubt."""
    if any(each.shakes for each in heard):
        return ()
    wanted = {request for each in heard for request in each.asks}
    return tuple(sorted(wanted - {request for each in heard for request in each.names}))


def _scope(digest: Digest, text: str) -> Scope:
    people = people_by_name(digest.matchmakers, digest.matchmaker)
    copy = copy_of(text, digest.rows, digest.matches, (digest.matchmaker, *digest.matchmakers))
    return Scope(digest.rows, digest.matches or copy.matches, people, frozenset(digest.missing), copy)


def _all_words(letter: Letter, digest: Digest) -> tuple[str, ...]:
    scope = _scope(digest, letter.text)
    lines = _with_signature(own_lines(letter.text, letter.new_text, digest.rows))
    return tuple(
        line.text
        for line in lines
        if line.place in (Place.TOP, Place.BETWEEN)
        and not is_harmless(cleaned(line.text), tokens_of(cleaned(line.text)), scope)
    )


def _with_signature(lines: Sequence[Line]) -> tuple[Line, ...]:
    """After the closing greeting stands a signature, though no `-- ` says so, until the quote begins."""
    marked: list[Line] = []
    is_closed = False
    for at, line in enumerate(lines):
        is_closed = is_closed and line.place is lines[at - 1].place and line.row is None
        marked.append(replace(line, place=Place.SIGNATURE) if is_closed else line)
        is_own = line.place in (Place.TOP, Place.BETWEEN) and line.row is None
        below = [each.text for each in lines[at + 1 : at + 2 + MOST_SIGNED] if each.place is line.place]
        is_closed = is_closed or (is_own and (closes(line) or (at > 0 and signs(line.text, below))))
    return tuple(marked)


def _with_reasons(lines: Sequence[Line], scope: Scope) -> list[Line]:
    """A refusal under a quoted row made one with the line right below it, which says why; `1 ja` with `4 ook`."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        is_answer = before is not None and line.row is not None and line.row == before.row
        whole = _whole(before, line, scope) if before and is_answer else None
        whole = whole or (_likewise(before, line, scope) if before and line.row is None else None)
        joined[-1:] = [whole] if whole else [*joined[-1:], line]
    return joined


def _whole(before: Line, line: Line, scope: Scope) -> Line | None:
    if line.apart or not (line.sure and before.sure) or hear(line, scope).clauses:
        return None
    whole = replace(before, text=f"{before.text}, {line.text}")
    verbs = {clause.verb for each in (before, whole) for clause in hear(each, scope).clauses}
    return whole if hear(whole, scope).clauses and verbs == {"nee"} and hear(before, scope).clauses else None


def _likewise(before: Line, line: Line, scope: Scope) -> Line | None:
    """`7 aussi` and the command right above it."""
    ends = tokens_of(cleaned(line.text))[-1:]
    if line.apart or before.place is not line.place or not (ends and ends[0].word in TOO):
        return None
    whole = replace(before, text=f"{before.text}, {line.text}")
    alone, both = hear(before, scope), hear(whole, scope)
    is_more = _rows_of(alone) and _rows_of(alone) < _rows_of(both) and not (both.unclear or both.left_alone)
    return whole if is_more and not hear(line, scope).clauses else None


def _with_news_below(heard: Sequence[Heard]) -> list[Heard]:
    """`2 stop` with `Rosa is verhuisd` right below: a refusal stands beside news of those in its row."""
    pairs = zip(heard, [None, *heard], strict=False)
    return [replace(each, left_alone=frozenset()) if _is_news_of(each, before) else each for each, before in pairs]


def _is_news_of(each: Heard, before: Heard | None) -> bool:
    """Whether a line tells, by name and without a turn, of the rows that the line before it refuses."""
    if before is None or each.clauses or not each.left_alone or each.shakes or each.line.row:
        return False
    text = cleaned(each.line.text)
    tokens = tokens_of(text)
    has_number = any(token.kind in ("number", "match", "ordinal") for token in tokens)
    is_refused = {clause.verb for clause in before.clauses} <= STANDING and each.left_alone <= _rows_of(before)
    return is_refused and not has_number and not may_limit(text, tokens)


def _noticing_hints(heard: list[Heard]) -> list[Heard]:
    """`zie mijn antwoorden hieronder` needs nobody where answers were found below, and a person where none were."""
    has_answers = any(each.clauses and each.line.place is Place.BETWEEN for each in heard)
    return [
        replace(each, unclear=not has_answers, shakes=False)
        if not each.clauses and {token.word for token in tokens_of(cleaned(each.line.text))} & _INLINE_WORDS
        and not each.left_alone and not each.shakes and each.line.place is Place.TOP
        else each
        for each in heard
    ]  # fmt: skip


def _doubting_introductions(heard: list[Heard]) -> list[Heard]:
    """After a strange line with a colon, commands may be somebody else's words."""
    is_told = any(each.introduces and any(later.clauses for later in heard[at + 1 :]) for at, each in enumerate(heard))
    return [replace(each, shakes=True) if is_told and each.introduces else each for each in heard]


def _doubting_answers_above(heard: list[Heard]) -> list[Heard]:
    """Who answers above the first quoted row may answer above every row; no bare answer counts then."""
    if not any(each.line.early and each.bare for each in heard):
        return heard
    return [
        replace(each, clauses=(), left_alone=each.left_alone | _rows_of(each), unclear=True) if each.bare else each
        for each in heard
    ]


def _rows_of(each: Heard) -> frozenset[int]:
    return frozenset(row for clause in each.clauses for row in clause.rows)


def _with_rest(heard: Sequence[Heard], rows: Sequence[int]) -> list[Heard]:
    """`de rest nee` filled in: every row that no line names; none where another line says to wait with them."""
    named = {row for each in heard for row in (*_rows_of(each), *each.left_alone)}
    waits = any(each.defers for each in heard)
    remaining = () if waits else tuple(row for row in rows if row not in named)
    return [replace(each, clauses=tuple(_filled(clause, remaining) for clause in each.clauses)) for each in heard]


def _without_all_well(heard: Sequence[Heard], rows: Sequence[int]) -> list[Heard]:
    """`alles ok, 3 loopt, 5 klaar`: beside reports it may tell that all is well, and says yes to nothing."""
    if len(rows) < SEVERAL or not any(clause.verb in REPORTS for each in heard for clause in each.clauses):
        return list(heard)
    plain = [tuple(c for c in each.clauses if not (c.verb == "ja" and c.rows == tuple(rows))) for each in heard]
    return [
        replace(each, clauses=clauses, unclear=each.unclear or clauses != each.clauses)
        for each, clauses in zip(heard, plain, strict=True)
    ]


def _filled(clause: Clause, remaining: tuple[int, ...]) -> Clause:
    return replace(clause, rows=remaining) if clause.rest else clause


def _contradicted(told: Sequence[tuple[Clause, Heard]]) -> set[int]:
    meant: dict[int, set[tuple[str, str | None]]] = {}
    for clause, _each in told:
        for row in clause.rows:
            meant.setdefault(row, set()).add((clause.verb, clause.to))
    return {row for row, commands in meant.items() if len(commands) > 1}


def _loses_a_row(each: Heard, told: Sequence[tuple[Clause, Heard]], left_alone: set[int]) -> bool:
    """Whether a clear line is not carried out in full, so that a person must see it."""
    del told
    return bool(each.clauses) and (
        bool(_rows_of(each) & left_alone)
        or (any(clause.rest for clause in each.clauses) and bool(left_alone) and not _rows_of(each))
    )
