"""What one line of a reply commands, if it has one meaning; else which rows it leaves alone. Pure, line by line.

A line is read as a whole: every word of it must have its place in the grammar, or nothing of it counts. What
may follow a command is a closed list for a yes and open for a refusal, because a yes gives away an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.matching.reply_remarks import Remark, weigh_remark, without_praise
from mailbot.matching.reply_rows import Named, Scope, mentioned, name_rows
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import Line, Verb, hands_on, passed_on, past_fillers, permits, verb_after, verb_at
from mailbot.matching.reply_words import (
    ALL,
    ANNOUNCING,
    BOTH,
    CONDITION,
    CONTRAST,
    CORRECTION,
    COURTESY,
    DOUBT,
    EXCEPT,
    EXCLAIMS,
    NEGATION,
    PREPOSITIONS,
    ROW_NAMES,
    SOFT_YES,
    UNSETTLES,
    listed,
)

_SEPARATORS = frozenset({",", ";", ".", "en", "et", "and", "&", "/", "+", "!", "und"})
_LEADS = frozenset({"-", "*", "•", "–", "—", "·", "►", "→", "dus", "verder", "en", "●", "▪", "_"})
_FOR_MY_PART = {("voor", "mij"), ("pour", "moi"), ("for", "me")}
_TOLD_BY = ({"ik", "we", "wij", "i"}, {"heb", "hebben", "have"})
_DASHES = frozenset({"-", "–", "—"})
_LATELY = listed("al net zonet daarnet vandaag gisteren vanmorgen vanmiddag zopas intussen")
_TOO_MUCH = listed("ver druk zwaar groot laat vroeg moeilijk oud jong loin tard grand far late big busy")
_STATUS = frozenset({"gebeld", "loopt", "klaar", "later", "stop", "ander"})
_GIVES = frozenset({"geef", "stuur", "speel", "schuif", "pass", "forward", "give", "passe", "transferez", "donnez"})
_GIVING = frozenset({"maar", "graag", "gerust", "door", "on", "aub"})
_TOWARDS = frozenset({"aan", "naar", "to", "a"})
_PARTED = {"keur": {"goed": "ja", "af": "nee"}, "keuren": {"goed": "ja", "af": "nee"}, "sluit": {"af": "klaar"}}
_WE = frozenset({"ik", "wij", "we", "je"})
_ENDS = frozenset({".", "!", ",", ";", ":", ")", "-", "_"})
MOST_CLAUSES, MOST_NAMES = 40, 3


@dataclass(frozen=True, slots=True)
class Clause:
    """One command on some rows. `rest` means all rows that the reply says nothing else about; `spared` are excepted.

    `noted`: something is told with it that a person should read.
    """

    rows: tuple[int, ...]
    verb: str
    reason: str = ""
    to: str | None = None
    rest: bool = False
    spared: tuple[int, ...] = ()
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """The clauses of one line, and the rows that it speaks of without a command that counts."""

    clauses: tuple[Clause, ...] = ()
    left_alone: frozenset[int] = frozenset()


def read_sentence(text: str, tokens: tuple[Token, ...], scope: Scope) -> Sentence | None:
    """The commands of a line that names its rows; None where it has no single meaning."""
    line = Line(text, tokens, scope)
    start = _told_from(line, _start(line))
    for order in (_parted_verb, _verbs_first, _rows_and_verbs, _verbs_and_rows):
        if clauses := order(line, start):
            return Sentence(clauses)
    return _rows_first(line, start)


def read_bare(text: str, tokens: tuple[Token, ...], scope: Scope, row: int) -> Clause | None:
    """The command of a line that names no row, for the row it stands under."""
    line = Line(text, tokens, scope)
    found = verb_after(line, past_fillers(line, _start(line)))
    if found is None or mentioned(without_praise(tokens, found.verb), scope):
        return None
    return _clause(line, Named((row,), 0), found, len(tokens))


def _start(line: Line) -> int:
    """Where the line's sense begins: after a bullet, after `Dag Tine,`."""
    at = line.skip(0, _LEADS | {"vandaag", "today"})
    at = _past_heading(line, line.skip(at, EXCLAIMS | {",", ":", "!"}) if line.word(at) in EXCLAIMS else at)
    if tuple(token.word for token in line.tokens[at : at + 2]) in _FOR_MY_PART:
        return line.skip(at + 2, _LEADS | {",", "is", "zijn"})
    for comma in range(at + 1, min(at + 6, len(line.tokens))):
        if line.word(comma) in {",", "!", ":", "."} and line.word(at) in COURTESY - {"graag", "allemaal"}:
            greeting = line.tokens[at:comma]
            is_greeting = all(token.word in COURTESY or token.is_name for token in greeting)
            return line.skip(comma + 1, _LEADS) if is_greeting and comma + 1 < len(line.tokens) else at
    return at


def _past_heading(line: Line, at: int) -> int:
    """`Mijn antwoorden: 1 ja, 2 nee` begins behind the colon."""
    colon = line.skip(at, ANNOUNCING)
    return line.skip(colon + 1, _LEADS) if colon > at and line.word(colon) == ":" else at


def _told_from(line: Line, at: int) -> int:
    """`Ik heb 2 gebeld` reports on row 2; `ik heb 2 ja` counts answers, and is left as it stands."""
    if line.word(at) not in _TOLD_BY[0] or line.word(at + 1) not in _TOLD_BY[1]:
        return at
    start = line.skip(at + 2, _LATELY)
    named = name_rows(line.tokens, start, line.scope)
    found = verb_at(line.tokens, _after_rows(line, named)) if named else None
    return start if found and found[0] == "gebeld" else at


def _verbs_first(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`ja voor 1 en 2, nee voor 3 (te ver)`; None where the line is not wholly of that order."""
    clauses: list[Clause] = []
    while len(clauses) < MOST_CLAUSES:
        found = verb_after(line, at) or _all_may(line, at)
        named = _rows_after(line, found) if found else None
        if found is None or named is None or found.verb == "door" or not named.sound:
            return None
        end, after = _next_verb_first(line, named.end)
        clause = _clause(line, named, found, end, remark=named.end, needs_stop=True)
        if clause is None:
            return None
        clauses.append(clause)
        if after is None:
            return tuple(clauses)
        at = after
    return None


def _all_may(line: Line, at: int) -> Verb | None:
    """`mag alles`, `alles behalve 4` after it."""
    return Verb("ja", at + 1, "mag") if line.word(at) in {"mag", "mogen"} and line.word(at + 1) in ALL else None


def _parted_verb(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`Geef 5 maar door aan Bart`, `ik keur 1 en 2 goed`: the rows stand between the parts of the verb."""
    start = line.skip(at, _WE)
    named = name_rows(line.tokens, start + 1, line.scope) if line.word(start) in _GIVES | _PARTED.keys() else None
    if named is None:
        return None
    to = line.skip(named.end, _GIVING)
    if line.word(start) in _GIVES:
        found = passed_on(line, to + 1) if line.word(to) in _TOWARDS else None
    else:
        verb = _PARTED[line.word(start)].get(line.word(to))
        found = Verb(verb, to + 1, line.word(start)) if verb else None
    clause = _clause(line, named, found, len(line.tokens)) if found else None
    return (clause,) if clause else None


def _rows_and_verbs(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`1 ja 2 nee 3 later`: rising rows, each with its command and nothing else in the whole line."""
    clauses: list[Clause] = []
    last = 0
    while at < len(line.tokens) and len(clauses) < MOST_CLAUSES:
        named = name_rows(line.tokens, at, line.scope)
        if named is None or not _is_plain(named) or not _goes_on(named, last, clauses):
            return None
        found = verb_after(line, line.skip(named.end, _ENDS | {"="}))
        if found is None or found.verb == "door":
            return None
        clauses.append(Clause(named.rows, found.verb))
        last, at = named.rows[-1], line.skip(found.end, _SEPARATORS | {"-", "–", "|"})
    return tuple(clauses) if len(clauses) > 1 and at >= len(line.tokens) else None


def _goes_on(named: Named, last: int, before: Sequence[Clause]) -> bool:
    """Rows in their order; a list may come later than it would, `1+2+5 ja 3+4 nee`, where it repeats none."""
    is_new = not {row for clause in before for row in clause.rows} & set(named.rows)
    return named.rows[0] > last or (len(named.rows) > 1 and is_new)


def _verbs_and_rows(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`ja: 1, 2 nee: 3`, the same the other way round."""
    clauses: list[Clause] = []
    while at < len(line.tokens) and len(clauses) < MOST_CLAUSES:
        found = verb_after(line, at)
        named = _rows_after(line, found) if found and line.word(found.end) != "," else None
        if found is None or named is None or found.verb == "door" or not _is_plain(named):
            return None
        clauses.append(Clause(named.rows, found.verb))
        at = line.skip(named.end, _SEPARATORS)
    return tuple(clauses) if len(clauses) > 1 and at >= len(line.tokens) else None


def _is_plain(named: Named) -> bool:
    return named.sound and bool(named.rows) and not named.rest and not named.spared


def _rows_after(line: Line, found: Verb) -> Named | None:
    at = line.skip(found.end, PREPOSITIONS | {":", ",", "=", "-", ".", "is", "mag", "("} | (ROW_NAMES - {"#"}))
    between = {token.word for token in line.tokens[found.end : at]}
    named = name_rows(line.tokens, at, line.scope)
    if named is None:
        return None
    is_shown = bool(between & ({":"} | ROW_NAMES)) or (found.verb == "ander" and "voor" in between)
    if found.verb in _STATUS and not is_shown and not _ends_there(line, found, named):
        return None
    if found.word == "no" and not between - {"."}:
        return None
    return named


def _ends_there(line: Line, found: Verb, named: Named) -> bool:
    """`later 6 8`, `stop 3, …`: what counts nothing else, and ends the line or pauses."""
    is_plain = found.verb in ("later", "stop") and line.word(named.end - 1).isdecimal()
    return is_plain and (line.skip(named.end, _ENDS | COURTESY) > named.end or named.end >= len(line.tokens))


def _next_verb_first(line: Line, at: int) -> tuple[int, int | None]:
    """Where this clause ends and where the next one of the same order starts, if any."""
    for end in range(at, len(line.tokens)):
        if line.word(end) not in _SEPARATORS | _DASHES:
            continue
        start = line.skip(end, _SEPARATORS | _DASHES)
        found = verb_after(line, start)
        named = _rows_after(line, found) if found else None
        if named and line.word(named.end - 1) not in ALL | BOTH:
            return end, start
    return len(line.tokens), None


def _rows_first(line: Line, at: int) -> Sentence | None:
    """`1 ja, 2 nee te ver`; a clause that only doubts its own row leaves that row alone and the others count."""
    clauses: list[Clause] = []
    left_alone: frozenset[int] = frozenset()
    while len(clauses) < MOST_CLAUSES:
        named = name_rows(line.tokens, at, line.scope)
        if named is None:
            return None
        found = verb_after(line, _after_rows(line, named)) or permits(line, named.end)
        found = found or hands_on(line, named.end)
        end, after = _next_rows_first(line, found.end if found else named.end)
        if found is None:
            if not _only_doubts(line, named.end, end) or (after is None and not clauses):
                return None
            left_alone |= frozenset(named.rows) & frozenset(line.scope.rows)
        else:
            clause = _excepted(line, named, found, end)
            if clause is None and not _is_denied(line, named, found, end):
                return None
            clauses += [clause] if clause else []
            left_alone |= frozenset() if clause else frozenset(named.rows) & frozenset(line.scope.rows)
        if after is None:
            return Sentence(tuple(clauses), left_alone) if clauses else None
        at = after
    return None


def _after_rows(line: Line, named: Named) -> int:
    """Where the command after the rows begins: `2 heb ik`, `7 en 8 allebei`, `2 beide` before a report of two calls."""
    at = _past_names(line, past_fillers(line, named.end))
    beyond = line.skip(at, BOTH)
    found = verb_at(line.tokens, beyond) if beyond > at else None
    return beyond if found and (found[0] == "gebeld" or len(named.rows) == 2) else at


def _past_names(line: Line, at: int) -> int:
    """`2 (Rosa D.) ja`: who asks or helps in a row may be named behind its number; a matchmaker's name may not."""
    start = line.skip(at, frozenset({"("}))
    end = start
    while end < len(line.tokens) and end < start + MOST_NAMES and _names_other(line, end):
        end = line.skip(end + 1, frozenset({"."}))
    beyond = past_fillers(line, end)
    return beyond if end > start and verb_at(line.tokens, beyond) else at


def _names_other(line: Line, at: int) -> bool:
    token = line.tokens[at]
    is_known = token.word in line.scope.people or token.word in UNSETTLES | COURTESY or verb_at(line.tokens, at)
    return token.is_name and not is_known


def _next_rows_first(line: Line, at: int) -> tuple[int, int | None]:
    for end in range(at, len(line.tokens)):
        if line.word(end) not in _SEPARATORS | {"maar", "mais", "but"}:
            continue
        start = line.skip(end, _SEPARATORS | {"maar", "mais", "but", "-"})
        named = name_rows(line.tokens, start, line.scope)
        if named is None or start == end or line.word(start) in ALL | BOTH:
            continue  # `1 gebeld, alles ok` praises, and speaks of no other row
        beyond = _past_names(line, past_fillers(line, named.end))
        if verb_after(line, beyond) or permits(line, named.end) or _doubts_at(line, beyond):
            return end, start
    return len(line.tokens), None


def _doubts_at(line: Line, at: int) -> bool:
    return at < len(line.tokens) and (line.word(at) in DOUBT | NEGATION or _is_too_much(line, at))


def _is_too_much(line: Line, at: int) -> bool:
    """`3 is te ver`: a reason without a command."""
    return line.word(at) in {"te", "trop", "too"} and line.word(at + 1) in _TOO_MUCH


def _is_denied(line: Line, named: Named, found: Verb, end: int) -> bool:
    """`3 doe ik niet` beside clear rows: its own row stays as it is."""
    return line.word(found.end) in NEGATION and _only_doubts(line, named.end, end)


def _only_doubts(line: Line, at: int, end: int) -> bool:
    """The row's own words are a doubt or a denial, with nothing that could reach over to another row."""
    words = {token.word for token in line.tokens[at:end]}
    reaches = words & (CONDITION | CORRECTION | CONTRAST - {"nog"})
    doubts = bool(words & (DOUBT | NEGATION)) or any(_is_too_much(line, place) for place in range(at, end))
    return doubts and not reaches and not mentioned(line.tokens[at:end], line.scope)


def _excepted(line: Line, named: Named, found: Verb, end: int) -> Clause | None:
    """`alles ja behalve 3`: the exception after the command, which must end the line."""
    return _clause(line, named, found, end) or _with_exception(line, named, found)


def _with_exception(line: Line, named: Named, found: Verb) -> Clause | None:
    spared = _spared_after(line, found.end)
    if spared is None or not spared.sound or named.rest or not set(spared.rows) <= set(named.rows):
        return None
    kept = tuple(row for row in named.rows if row not in spared.rows)
    if not (kept and named.sound) or _is_idiom(line, named, found):
        return None
    why = weigh_remark("nee", "nee", line.tokens[spared.end :], line.scope)  # it tells why those are left out
    return None if why is Remark.UNSAFE else Clause(kept, found.verb, to=found.to, spared=spared.rows)


def _spared_after(line: Line, at: int) -> Named | None:
    start = line.skip(at, frozenset({","}))
    if line.word(start) not in EXCEPT:
        return None
    return name_rows(line.tokens, line.skip(start + 1, frozenset({"voor", "pour", "for"})), line.scope)


def _is_idiom(line: Line, named: Named, found: Verb) -> bool:
    """`alles goed`, `all done`, `alles loopt`: said of the day as often as of every row."""
    is_all = named.rows == line.scope.rows and len(named.rows) > 1 and any(
        token.word in ALL for token in line.tokens[: named.end]
    )
    return is_all and (found.word in SOFT_YES or found.verb in ("klaar", "loopt"))


def _clause(
    line: Line, named: Named, found: Verb, end: int, remark: int | None = None, *, needs_stop: bool = False
) -> Clause | None:
    start = found.end if remark is None else remark
    told = line.tokens[start:end]
    if not named.sound or _is_idiom(line, named, found):
        return None
    weight = weigh_remark(found.verb, found.word, told, line.scope, needs_stop=needs_stop)
    if weight is Remark.UNSAFE:
        return None
    noted = weight is Remark.TOLD
    return Clause(named.rows, found.verb, _reason(line.text, told), found.to, named.rest, named.spared, noted)


def _reason(text: str, told: Sequence[Token]) -> str:
    kept = [token for token in told if token.word not in COURTESY or token.word in {"dag", "morgen", "heel", "erg"}]
    if not [token for token in kept if token.kind != "mark"]:
        return ""
    said = text[told[0].start : told[-1].end].strip(" ,;:.-–—!")
    return said[1:-1].strip() if said.startswith("(") and said.endswith(")") else said.strip("( )")
