"""What one line of a reply commands, if it has one meaning; else which rows it leaves alone. Pure, line by line.

A line is read as a whole: every word of it must have its place in the grammar, or nothing of it counts. What may
follow a refusal is open. A yes gives away an address: after it stand words of a closed list, or a short statement
of how things are without a word that unsettles it, which a person sees too.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from mailbot.matching.reply_clause import Clause, excepted, made_clause, with_spared_told
from mailbot.matching.reply_remarks import Remark, weigh_remark, without_praise
from mailbot.matching.reply_rows import Named, Scope, but_for, mentioned, name_rows
from mailbot.matching.reply_rows_first import MOST_CLAUSES, SEPARATORS, Sentence, after_rows, rows_first
from mailbot.matching.reply_runs import ENDS, is_plain, rows_and_verbs
from mailbot.matching.reply_tokens import Token, tokens_of
from mailbot.matching.reply_verbs import Line, Verb, passed_on, past_fillers, verb_after, verb_at
from mailbot.matching.reply_words import (
    ALL,
    ANNOUNCING,
    BAD_NEWS,
    BOTH,
    CHOICE,
    CONDITION,
    CORRECTION,
    COURTESY,
    DOUBT,
    EXCEPT,
    EXCLAIMS,
    LIMITING,
    NEEDS_EYES,
    NEGATION,
    OK,
    PREPOSITIONS,
    QUOTES,
    ROW_NAMES,
    listed,
)

_LEADS = frozenset({"-", "*", "•", "–", "—", "·", "►", "→", "●", "▪", "_"}) | listed(
    "dus verder en et and so ook also alors donc bref voila"
)
_PLEASE = frozenset({"please", "gelieve", "svp", "aub"})
_FOR_THE_REST = {("voor", "de", "rest"), ("pour", "le", "reste"), ("for", "the", "rest")}
_SAYING = {("ik", "zeg"), ("je", "dis"), ("i", "say")}
_FOR_MY_PART = {("voor", "mij"), ("bij", "mij"), ("pour", "moi"), ("for", "me")}
_TOLD_BY = ({"ik", "we", "wij", "i", "ich"}, {"heb", "hebben", "have", "habe"})
_DASHES = frozenset({"-", "–", "—"})
_LATELY = listed("al net zonet daarnet vandaag gisteren vanmorgen vanmiddag zopas intussen")
_WITH_PREPOSITION = frozenset({"gebeld", "later", "stop"})
_STATUS = frozenset({"gebeld", "loopt", "klaar", "later", "stop", "ander"})
_GIVES = frozenset(
    {"ga", "geef", "stuur", "speel", "schuif", "pass", "forward", "give", "passe", "transferez", "donnez"}
)
_GIVING = frozenset({"even", "maar", "graag", "gerust", "door", "on", "aub"})
_TOWARDS = frozenset({"aan", "naar", "to", "a"})
_PARTED = {
    "keur": {"goed": "ja", "af": "nee"},
    "keuren": {"goed": "ja", "af": "nee"},
    "sluit": {"af": "klaar"},
    "laat": {"doorgaan": "ja"},
    "mag": {"doorgaan": "ja"},
    "mogen": {"doorgaan": "ja"},
}
_PUTS = frozenset({"zet", "mets", "mettez", "put", "markeer", "mark"})
_UNDER = frozenset({"op", "sur", "on", "als", "as"})
_TAKES = frozenset({"neemt", "pakt", "takes", "prend"})
_STOPS = frozenset({",", ".", ";", ":", "→"})
SO = frozenset({"dus", "donc", "so", "daarom"})
_IN_SHORT = frozenset(
    {"bref", "enfin", "kortom", "kort", "short", "nagekeken", "bekeken", "doorgenomen", "overlopen", "gelezen"}
)
_NOT_ONES_OWN = (CONDITION | DOUBT | CORRECTION | CHOICE | LIMITING | QUOTES) | listed(
    "zei zegt zegde gezegd zeggen vroeg vraagt vragen antwoordde schreef schrijft stuurde mailde meldt meldde"
    " vertelde volgens liet laat weten said says told wrote asks asked according dit disait ecrit demande demandait"
    " selon voorlopig tijdelijk principe test klad"
)
_AT_END = frozenset({".", "!", "dus", "donc"}) | COURTESY | {"prima", "goed", "vlot"}
_WE = frozenset({"ik", "wij", "we", "je"})


def read_sentence(text: str, tokens: tuple[Token, ...], scope: Scope) -> Sentence | None:
    """The commands of a line that names its rows; None where it has no single meaning."""
    line = Line(text, tokens, scope)
    start = _told_from(line, line.skip(_start(line), _PLEASE))
    for order in (_parted_verb, _puts_under, _takes_over, _verbs_first, rows_and_verbs, _verbs_and_rows):
        if clauses := order(line, start):
            return Sentence(clauses)
    return rows_first(line, start) or _reason_first(line, start) or _told_at_last(line)


def _told_at_last(line: Line) -> Sentence | None:
    """`Mevrouw Rosa ken ik van de bond, dus 2 ja`, `een telefoontje later: 4 oui`: a story, and the command it ends in.

    Nobody else's words, no condition and no doubt may stand in the story; a person sees it beside what is done.
    """
    at = next((place for place in reversed(range(1, len(line.tokens) - 1)) if line.word(place) in SO | {":"}), 0)
    story, told = line.tokens[:at], line.tokens[line.skip(at, SO | _LEADS | {":", ","}) :]
    words = {token.word for token in story}
    others = [token for token in without_praise(story, "klaar") if not (token.word in ALL and words & _IN_SHORT)]
    if not at or not told or mentioned(others, line.scope) or words & _NOT_ONES_OWN:
        return None
    if line.word(at) == ":" and not words & (SO | _IN_SHORT):
        return None  # `Stand: 1 ja`, `Antwoord van Bart: 1 ja`
    rest = line.text[told[0].start :]
    found = read_sentence(rest, tokens_of(rest), line.scope)
    if found is None or found.left_alone or any(clause.rest or clause.spared for clause in found.clauses):
        return None
    bad = {token.word for token in story} & ((BAD_NEWS | NEEDS_EYES | NEGATION) - {"nog"})
    verbs = {clause.verb for clause in found.clauses}
    if "gebeld" in verbs or (bad and verbs & {"ja", "loopt", "klaar"}):
        return None
    return Sentence(tuple(replace(clause, noted=True) for clause in found.clauses))


def _reason_first(line: Line, at: int) -> Sentence | None:
    """`4 te ver. ander.`, `5 is mijn buurman, dus ja`: what is told of a row, and the command that follows from it."""
    named = name_rows(line.tokens, at, line.scope)
    last = max((place for place, token in enumerate(line.tokens[:-1]) if token.word in _STOPS), default=0)
    found = verb_after(line, line.skip(last + 1, SO)) if named and named.end < last else None
    if named is None or found is None or not named.sound or named.rest:
        return None
    if line.skip(found.end, _AT_END) < len(line.tokens):
        return None
    told = (line.tokens[last], *line.tokens[named.end : last])  # as if it stood behind the command and a pause
    weight = weigh_remark(found.verb, found.word, told, line.scope)
    if weight is Remark.UNSAFE or found.verb in ("gebeld", "stop"):
        return None
    why = line.text[line.tokens[named.end].start : line.tokens[last].start].strip(" ,:.-–—")
    return Sentence((Clause(named.rows, found.verb, why, found.to, noted=weight is Remark.TOLD),))


def read_bare(text: str, tokens: tuple[Token, ...], scope: Scope, row: int) -> Clause | None:
    """The command of a line that names no row, for the row it stands under."""
    line = Line(text, tokens, scope)
    found = verb_after(line, past_fillers(line, _start(line)))
    if found is None or mentioned(without_praise(tokens, found.verb), scope):
        return None
    return made_clause(line, Named((row,), 0), found, len(tokens))


def _start(line: Line) -> int:
    """Where the line's sense begins: after a bullet, after `Dag Tine,`."""
    at = line.skip(0, _LEADS | {"vandaag", "today"})
    at = _past_heading(line, line.skip(at, EXCLAIMS | {",", ":", "!"}) if line.word(at) in EXCLAIMS else at)
    if tuple(token.word for token in line.tokens[at : at + 2]) in _FOR_MY_PART:
        return line.skip(at + 2, _LEADS | {",", ":", "is", "zijn"})
    if tuple(token.word for token in line.tokens[at : at + 3]) in _FOR_THE_REST:
        beyond = line.skip(at + 3, frozenset({",", ":"}))
        return beyond if line.tokens[beyond : beyond + 1] and line.tokens[beyond].kind == "number" else at
    if tuple(token.word for token in line.tokens[at : at + 2]) in _SAYING:
        return line.skip(at + 2, frozenset({"dus", ":"}))
    for comma in range(at + 1, min(at + 6, len(line.tokens))):
        if line.word(comma) in {",", "!", ":", "."} and line.word(at) in COURTESY - {"graag", "allemaal"}:
            greeting = line.tokens[at:comma]
            is_greeting = all(token.word in COURTESY or token.is_name for token in greeting)
            beyond = _past_heading(line, line.skip(comma + 1, _LEADS))
            return beyond if is_greeting and comma + 1 < len(line.tokens) else at
    return at


def _past_heading(line: Line, at: int) -> int:
    """`Mijn antwoorden: 1 ja, 2 nee` begins behind the colon."""
    colon = line.skip(at, ANNOUNCING)
    return line.skip(colon + 1, _LEADS) if colon > at and line.word(colon) == ":" else at


def _told_from(line: Line, at: int) -> int:
    """`Ik heb 2 gebeld` reports on row 2; `ik heb 2 ja` counts answers, and is left as it stands."""
    at_verb = line.skip(at, _LATELY)
    said = (line.word(at_verb), line.word(at_verb + 1))
    if not any(said[first] in _TOLD_BY[0] and said[1 - first] in _TOLD_BY[1] for first in (0, 1)):
        return at
    start = line.skip(at_verb + 2, _LATELY)
    named = name_rows(line.tokens, start, line.scope)
    found = verb_at(line.tokens, after_rows(line, named)) if named else None
    return start if found and found[0] == "gebeld" else at


def _verbs_first(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`ja voor 1 en 2, nee voor 3 (te ver)`; None where the line is not wholly of that order."""
    clauses: list[Clause] = []
    if line.word(at) in {"dat", "het", "it"} and line.word(at + 1) in {"is", "wordt"}:
        at += 2
    while len(clauses) < MOST_CLAUSES:
        found = verb_after(line, at) or _all_may(line, at)
        named = _rows_after(line, found) if found else None
        if found is None or named is None or found.verb == "door" or not named.sound:
            return None
        end, after = _next_verb_first(line, named.end)
        clause = made_clause(line, named, found, end, remark=named.end, needs_stop=True)
        if clause is None:
            return (*clauses, *with_spared_told(line, named, found)) if named.spared else None
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
    if found and found.verb == "door" and line.word(found.end) in SEPARATORS:
        return _passed_further(line, named, found)
    return (excepted(line, named, found, len(line.tokens)) or None) if found else None


def _passed_further(line: Line, named: Named, found: Verb) -> tuple[Clause, ...] | None:
    """`je passe la 8 à Fatima et la 4 à Tine`: rows to one matchmaker after the other, to the end of the line."""
    first = made_clause(line, named, found, found.end)
    further = name_rows(line.tokens, line.skip(found.end, SEPARATORS), line.scope)
    if further is None:
        whole = made_clause(line, named, found, len(line.tokens))
        return (whole,) if whole else None
    to = line.skip(further.end, _GIVING)
    next_one = passed_on(line, to + 1) if line.word(to) in _TOWARDS else None
    clause = made_clause(line, further, next_one, len(line.tokens)) if next_one else None
    return (first, clause) if first and clause else None


def _puts_under(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`Zet 1 en 2 op ja, 3 op nee`: rows put under a command, to the end of the line."""
    if line.word(at) not in _PUTS:
        return None
    clauses: list[Clause] = []
    at += 1
    while at < len(line.tokens) and len(clauses) < MOST_CLAUSES:
        named = name_rows(line.tokens, at, line.scope)
        to = line.skip(named.end, _GIVING) if named else at
        found = verb_after(line, to + 1) if line.word(to) in _UNDER else None
        if named is None or found is None or found.verb in ("door", "stop") or not is_plain(named):
            return None
        clauses.append(Clause(named.rows, found.verb))
        at = line.skip(found.end, SEPARATORS | COURTESY)
    return tuple(clauses) if at >= len(line.tokens) else None


def _takes_over(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`Tine neemt 4 over`, `An neemt 1 en 3`: a matchmaker whose name is known, and nothing more."""
    found = passed_on(line, at)
    named = name_rows(line.tokens, found.end + 1, line.scope) if found and line.word(found.end) in _TAKES else None
    if found is None or named is None:
        return None
    is_over = line.word(named.end) == "over"
    end = named.end + is_over
    if not is_over and line.word(end) not in SEPARATORS | COURTESY | {""}:
        return None  # `An neemt 3 niet`
    clause = made_clause(line, named, Verb("door", end, "door", found.to), len(line.tokens))
    return (clause,) if clause else None


def _verbs_and_rows(line: Line, at: int) -> tuple[Clause, ...] | None:
    """`ja: 1, 2 nee: 3`, the same the other way round."""
    clauses: list[Clause] = []
    while at < len(line.tokens) and len(clauses) < MOST_CLAUSES:
        found = verb_after(line, at)
        named = _rows_after(line, found) if found and line.word(found.end) != "," else None
        if found is None or named is None or found.verb == "door" or not is_plain(named):
            return None
        clauses.append(Clause(named.rows, found.verb))
        at = line.skip(named.end, SEPARATORS)
    return tuple(clauses) if len(clauses) > 1 and at >= len(line.tokens) else None


def _rows_after(line: Line, found: Verb) -> Named | None:
    at = line.skip(found.end, frozenset({found.word}) & OK)  # `ok ok ok voor 1`
    at = line.skip(at, PREPOSITIONS | {":", ",", "=", "-", ".", "is", "mag", "("} | (ROW_NAMES - {"#"}))
    between = {token.word for token in line.tokens[found.end : at]}
    if found.verb == "ja" and line.word(at) in EXCEPT:  # `ok voor mij behalve 4` is yes to all others
        return but_for(line.tokens, Named(line.scope.rows, at), line.scope)
    first = next((place for place in range(found.end, at) if line.word(place) in ROW_NAMES), at)
    named = name_rows(line.tokens, first, line.scope) or name_rows(line.tokens, at, line.scope)
    if named is None:
        return None
    if found.verb == "stop" and line.word(named.end) == "maar" and line.word(named.end + 1) in ENDS | {""}:
        named = replace(named, end=named.end + 1)  # `stop 4 maar`
    is_shown = bool(between & ({":"} | ROW_NAMES)) or (found.verb == "ander" and "voor" in between)
    if found.verb in _STATUS and not is_shown and not _ends_there(line, found, named, between):
        return None
    if found.word == "no" and not between - {"."}:
        return None
    return named


def _ends_there(line: Line, found: Verb, named: Named, between: Set[str]) -> bool:
    """`later 6 8`, `stop 3, …`, `gebeld voor 2`: what counts nothing else, and ends the line or pauses.

    `klaar voor 2` may be ready for it.
    """
    if between - (PREPOSITIONS if found.verb in _WITH_PREPOSITION else frozenset()):
        return False
    last = named.end - 1 - (line.word(named.end - 1) == "maar")
    is_plain = line.word(last).isdecimal() or (found.verb == "later" and named.rest)
    return is_plain and (line.skip(named.end, ENDS | COURTESY) > named.end or named.end >= len(line.tokens))


def _next_verb_first(line: Line, at: int) -> tuple[int, int | None]:
    """Where this clause ends and where the next one of the same order starts, if any."""
    for end in range(at, len(line.tokens)):
        if line.word(end) not in SEPARATORS | _DASHES:
            continue
        start = line.skip(end, SEPARATORS | _DASHES)
        found = verb_after(line, start)
        named = _rows_after(line, found) if found else None
        if named and line.word(named.end - 1) not in ALL | BOTH:
            return end, start
    return len(line.tokens), None
