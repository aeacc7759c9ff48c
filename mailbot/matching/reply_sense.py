"""What one own line of a reply is: commands, courtesy that needs nobody, or something for a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailbot.matching.reply_asks import asked_about, is_request, requests_in
from mailbot.matching.reply_doubt import corrects_vaguely, introduces, may_limit, takes_back
from mailbot.matching.reply_grammar import Clause, read_bare, read_sentence
from mailbot.matching.reply_lines import Line, Place
from mailbot.matching.reply_rows import Scope, mentioned
from mailbot.matching.reply_tokens import Token, cleaned, tokens_of
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import (
    ALL,
    ANNOUNCING,
    CHOICE,
    CLOSINGS,
    CONDITION,
    CONTRAST,
    CORRECTION,
    COURTESY,
    DOUBT,
    EXCLAIMS,
    HARMLESS,
    NEEDS_EYES,
    NEGATION,
    OK,
    SOFT_YES,
    listed,
)

_DEVICE = (
    "verzonden vanaf", "verstuurd vanaf", "verzonden met", "verstuurd met", "verzonden vanuit", "verstuurd vanuit",
    "verzonden via", "verstuurd via", "verzonden door mijn", "sent from", "sent with", "sent via", "get outlook",
    "outlook voor", "download outlook", "envoyé de", "envoyé depuis", "envoyé avec", "envoyé à partir", "gesendet von",
    "virusvrij", "virus-free", "sans virus", "télécharger outlook", "obtenez outlook", "yahoo mail",
)  # fmt: skip
_OFFERS = (
    "als er vragen", "als er nog vragen", "als je vragen", "als u vragen", "als jullie vragen", "als je nog vragen",
    "als u nog vragen", "als jullie nog vragen", "als er iets is", "als er nog iets is", "bij vragen",
        "mocht er nog iets",
    "mochten er vragen", "if you have any questions", "si vous avez des questions", "si tu as des questions",
)  # fmt: skip
_GREETINGS = frozenset(["hi", "hello", "hey", "dag", "hallo", "beste", "dear", "bonjour", "goedemorgen", "goeiemorgen"])
_APOLOGY = re.compile(
    r"\W*(?:sorry|excuses|desole|désolé|pardon)\W*(?:voor|for|pour|de|dat ik|que je)?\W*"
    r"(?:(?:het|mijn|de|le|la|the|my|ma)\W+)?"
    r"(?:(?:late|laattijdige|trage|snelle|vertraging|retard|delay|reponse|réponse|antwoord|reactie|reply|answer|tardive"
    r"|zo laat|storing|reageer|antwoord)\W*){0,3}",
    re.IGNORECASE,
)
_SOMEBODY_ELSES = listed(
    "zijn haar hun jouw je uw van de son sa ses leur leurs votre vos his her their your the"
)
_NOTE = re.compile(r"^\W*(?:opgelet|let op|p\.?s\.?|nota|opmerking|attention|remarque|note)\W*:\W*", re.I)
_HOW_ARE_YOU = re.compile(
    r"\W*(?:alles (?:goed|ok|oké|wel)|hoe gaat het|hoe is het|hoe is 't|(?:comment )?ça va|how are you)"
    r"(?: (?:met|bij|chez|with|nog)(?: \w+){1,2}| daar| hier| thuis)?\s*\?+\W*",
    re.I,
)
_UNTIL = re.compile(
    r"(?:tot|à|see you) (?:(?:op |on )?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:lun|mar|mercre|jeu|vendre)di"
    r"|(?:mon|tues|wednes|thurs|fri)day)|morgen|straks|gauw|binnenkort|volgende week|demain|bientôt|tomorrow|soon)"
    r"(?: (?:op|in|bij|à|at) (?:de |het |la |the )?[a-zà-ÿ]+)?\s*[!.]*",
    re.I,
)
_SENTENCES = re.compile(r"(?<=[^\W\d_]{2})[.!]+\s+(?=[^\W_])|(?<=\d)\.\s+(?=[^\W\d_])|(?<=\w\?)\s+(?=[^\W_])")
MOST_SENTENCES = 12
_COUNTS = frozenset(["number", "ordinal", "match", "odd", "amount"])
_REACHABLE = re.compile(r"https?:|www\.|\+?\d[\d ./()-]{6,}$|\d{4}$")
_DISCLAIMER = re.compile(
    r"\bvertrouwelijk|\bconfidenti[ae]|disclaimer|\b(?:bedoelde|beoogde) (?:ontvanger|bestemmeling|geadresseerde)"
    r"|\bintended recipient|\bdestinataire pr[ée]vu|denk aan het milieu"
    r"|think (?:of|before)\b.{0,40}\b(?:print|environment)"
    r"|pensez (?:à|avant)\b.{0,40}\b(?:environnement|imprimer)",
    re.I,
)
_INLINE_WORDS = frozenset(
    {"hieronder", "tussenin", "ertussen", "tussen", "below", "inline", "ci-dessous", "rood", "blauw"}
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One line judged.

    `unclear`: a person must see it. `left_alone`: rows it leaves as they are. `shakes`: it may take back or limit
    what other lines say, so that no command beside it counts. `asks`: the requests about which it has volunteers
    asked; `names`: those that it speaks of otherwise.
    """

    line: Line
    clauses: tuple[Clause, ...] = ()
    left_alone: frozenset[int] = frozenset()
    unclear: bool = False
    shakes: bool = False
    bare: bool = False
    introduces: bool = False
    asks: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()


def hear(line: Line, scope: Scope) -> Heard:
    """Judge one line; the same line always means the same."""
    text = cleaned(line.text)
    tokens = tokens_of(text)
    if line.place is Place.ORIGINAL:
        return Heard(line, unclear=_seems_an_answer(text, tokens, scope))
    if line.place is Place.SIGNATURE:
        return _in_signature(line, text, tokens, scope)
    asks = asked_about(tokens, scope.missing) if line.sure else frozenset()
    if asks:
        return Heard(line, asks=asks)
    row = line.row
    heard = _by_itself(line, text, tokens, scope) if row is None else _under_row(line, text, tokens, scope, row)
    return replace(heard, names=requests_in(tokens))


def closes(line: Line) -> bool:
    """Whether a signature stands after this line: `Met vriendelijke groeten, An`, or a disclaimer."""
    if is_disclaimer(line.text):
        return True
    return _is_closing(tokens_of(cleaned(line.text)))


def _is_closing(tokens: Sequence[Token]) -> bool:
    words = [token for token in tokens if token.kind == "word"]
    if not words or len(words) > 8 or any(token.kind in ("number", "match") for token in tokens):
        return False
    has_closing = any(token.word in CLOSINGS for token in words)
    polite = COURTESY | CLOSINGS | {"met", "en", "van", "with", "a", "de"}
    strange = [token for token in words if token.word not in polite and not token.is_name]
    is_signed = strange == words[-1:] and len(words) <= 3 and verb_at(strange, 0) is None  # `gr jan`
    return has_closing and (not strange or is_signed)


def is_disclaimer(text: str) -> bool:
    """A footer that an organisation puts under every letter; it says nothing of rows."""
    return len(text) >= 40 and bool(_DISCLAIMER.search(text)) and not re.match(r"\W*(?:rij |nr )?\d", text)


def _under_row(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope, row: int) -> Heard:
    spoken = read_sentence(text, tokens, scope)
    if spoken and line.sure and {each for clause in spoken.clauses for each in clause.rows} == {row}:
        return Heard(line, spoken.clauses, unclear=_notes(spoken.clauses))
    clause = read_bare(text, tokens, scope, row)
    if clause and line.sure:
        return Heard(line, (clause,), unclear=clause.noted, bare=True)
    if clause is None and spoken is None and is_harmless(text, tokens, scope):
        return Heard(line)
    return Heard(line, left_alone=mentioned(tokens, scope) | {row}, unclear=True, bare=clause is not None)


def _by_itself(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    spoken = read_sentence(text, tokens, scope)
    if spoken and not line.sure:
        return Heard(
            line, left_alone=mentioned(tokens, scope), unclear=True, shakes=any(c.rest for c in spoken.clauses)
        )
    if spoken:
        spared = frozenset(row for clause in spoken.clauses for row in clause.spared)
        is_told = bool(spoken.left_alone | spared) or _notes(spoken.clauses)
        return Heard(line, spoken.clauses, spoken.left_alone | spared, unclear=is_told)
    parted = _by_sentences(line, text, scope)
    if parted is not None:
        return parted
    alone = _for_the_only_row(line, text, tokens, scope)
    if alone is not None:
        return alone
    return Heard(line) if is_harmless(text, tokens, scope) else _strange(line, text, tokens, scope)


def _strange(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    """A line for a person, and what it could do to the commands beside it."""
    if _HOW_ARE_YOU.fullmatch(text):
        return Heard(line, unclear=True)
    named = mentioned(tokens, scope)
    shakes = corrects_vaguely(tokens, named) if named else takes_back(text, tokens)
    return Heard(
        line,
        left_alone=named,
        unclear=True,
        shakes=shakes,
        bare=verb_at(tokens, 0) is not None,
        introduces=introduces(text),
    )


def _by_sentences(line: Line, text: str, scope: Scope) -> Heard | None:
    """`Akkoord met 1 en 2. Rij 4 weiger ik.`: sentences of one line, each with its own rows.

    None where one of them could limit or take back another. What names no row is left to a person, beside them.
    """
    parts = _SENTENCES.split(text)
    if not 1 < len(parts) <= MOST_SENTENCES:
        return None
    heard = [_by_itself(line, part, tokens_of(part), scope) for part in parts]
    strange = [(part, each.left_alone) for part, each in zip(parts, heard, strict=True) if each.unclear]
    if not any(each.clauses for each in heard) or any(each.shakes for each in heard):
        return None
    if any(_turns_on(part, named) for part, named in strange):
        return None
    return Heard(
        line,
        tuple(clause for each in heard for clause in each.clauses),
        frozenset(row for each in heard for row in each.left_alone),
        unclear=bool(strange),
    )


def _turns_on(sentence: str, named: frozenset[int]) -> bool:
    """Whether a sentence without a command could say something of the others on its line."""
    bare = _NOTE.sub("", sentence)
    tokens = tokens_of(bare)
    return bool(tokens) and may_limit(bare, tokens, named)


def _for_the_only_row(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard | None:
    """A digest of one row needs no number; a bare `stop` may mean the matchmaker himself, so it goes to a person."""
    if scope.only is None or line.early:
        return None
    clause = read_bare(text, tokens, scope, scope.only)
    if clause is None:
        return None
    is_thanks = tokens[0].word in SOFT_YES | OK and any(token.word in COURTESY for token in tokens[1:])
    if clause.verb == "stop" or is_thanks or not line.sure or (line.place is Place.BETWEEN and not line.apart):
        return Heard(line, left_alone=frozenset({scope.only}), unclear=True)
    return Heard(line, (clause,), unclear=clause.noted)


def _notes(clauses: Sequence[Clause]) -> bool:
    return any(clause.noted for clause in clauses)


def _in_signature(line: Line, text: str, tokens: tuple[Token, ...], scope: Scope) -> Heard:
    """A signature says nothing; what looks like a command in it is shown, and its rows stay as they are."""
    spoken = read_sentence(text, tokens, scope)
    if spoken:
        return Heard(line, left_alone=mentioned(tokens, scope), unclear=True)
    words = {token.word for token in tokens}
    takes_back = (
        bool(words & (CORRECTION - {"test"})) and len(tokens) <= 12 and bool(words & (NEGATION | NEEDS_EYES | {"toch"}))
    )
    return Heard(line, unclear=bool(words & NEEDS_EYES) or takes_back, left_alone=frozenset(), shakes=takes_back)


def _seems_an_answer(text: str, tokens: tuple[Token, ...], scope: Scope) -> bool:
    """A line after the heading of an unmarked original that reads as somebody's answer between its lines."""
    if len(tokens) > 30 or not tokens or text.startswith("["):
        return False
    return (
        read_sentence(text, tokens, scope) is not None
        or read_bare(text, tokens, scope, scope.rows[0] if scope.rows else 0) is not None
    )


def is_harmless(text: str, tokens: Sequence[Token], scope: Scope) -> bool:
    """Greetings, thanks, a device's own line, a name, a telephone number: nobody need see them."""
    if any(map(is_request, tokens)):
        return False
    return _says_nothing(text, tokens, scope)


def _says_nothing(text: str, tokens: Sequence[Token], scope: Scope) -> bool:
    low = text.casefold()
    is_offer = low.startswith(_OFFERS) and len(tokens) <= 20 and not mentioned(tokens, scope)
    if low.startswith(_DEVICE) or is_disclaimer(text) or is_offer or _is_apology(text, tokens):
        return True
    words = [token for token in tokens if token.kind == "word"]
    if any(token.word == "?" or token.kind in _COUNTS for token in tokens):
        return _is_contact(text, tokens)
    if _greets(words) or _UNTIL.fullmatch(text) or (words and {token.word for token in words} <= EXCLAIMS):
        return True
    said = {token.word for token in words}
    is_idiom = len(words) <= 5 and bool(said & ALL - {"alle"}) and bool(said & (SOFT_YES | OK)) and "voor" not in said
    is_idiom = is_idiom or bool(said & OK and said & ALL)
    if is_idiom or (text.endswith(":") and said & _SOMEBODY_ELSES and not said & {"mijn", "my", "mes"}):
        return False
    if not words:
        return not any(token.word in {"?", "🤔", "…"} or verb_at((token,), 0) for token in tokens)
    return _is_courtesy(words, scope) or _is_contact(text, tokens)


def _greets(words: Sequence[Token]) -> bool:
    """`Hi all`, `Beste coördinator`, `hallo hier jan`, or `Mijn antwoorden:` above the answers."""
    said = {token.word for token in words}
    if said and said <= ANNOUNCING:
        return True
    if not words or words[0].word not in _GREETINGS:
        return False
    is_plain = len(words) <= 4 and not said & (CORRECTION | DOUBT | NEGATION | CONDITION | NEEDS_EYES | CONTRAST)
    is_plain = is_plain and not any(verb_at(words, at) for at in range(len(words)))
    return is_plain or all(each.word in COURTESY | ALL for each in words)


def _is_apology(text: str, tokens: Sequence[Token]) -> bool:
    """`Sorry voor het late antwoord`, or the closing greeting itself."""
    if any(token.kind not in ("word", "mark") or token.word == "?" for token in tokens):
        return False
    return bool(_APOLOGY.fullmatch(text)) or _is_closing(tokens)


def _is_courtesy(words: Sequence[Token], scope: Scope) -> bool:
    strange = [token for token in words if token.word not in HARMLESS]
    if len(strange) == len(words) and len(words) <= 3 and all(token.is_name for token in words):
        return not any(verb_at(words, at) for at in range(len(words)))
    is_named = all(token.is_name for token in strange) and len(strange) <= 3
    has_command = any(_is_command_word(words, at) for at in range(len(words)))
    has_courtesy = any(token.word in COURTESY for token in words)
    is_only_yes = not [token for token in words if token.word not in SOFT_YES | OK]
    is_polite = has_courtesy or (len(words) > 1 and not strange)
    is_yes_to_all = scope.only is not None and any(token.word in SOFT_YES | OK for token in words[:1])
    return is_named and not has_command and not is_only_yes and not is_yes_to_all and is_polite


def _is_command_word(words: Sequence[Token], at: int) -> bool:
    told = words[at].word
    if told in SOFT_YES | OK or (told == "gedaan" and at and words[at - 1].word == "graag"):
        return False
    return verb_at(words, at) is not None and told not in {"later", "in"}


def _is_contact(text: str, tokens: Sequence[Token]) -> bool:
    """A line of a signature without its delimiter: an address, a telephone number, a place on the web."""
    if any(verb_at(tokens, at) for at in range(len(tokens))) or len(tokens) > 20 or text.endswith("?"):
        return False
    words = {token.word for token in tokens}
    if words & (
        CONDITION | DOUBT | CORRECTION | NEGATION | NEEDS_EYES | CHOICE | {"ik", "je", "we", "kan", "bel", "rij"}
    ):
        return False
    has_contact = any(
        token.kind == "mail" or (token.kind == "amount" and _REACHABLE.match(token.raw)) for token in tokens
    )
    return has_contact and tokens[0].kind in ("word", "mail", "amount", "mark")
