"""The lines of a reply that need nobody: greetings, thanks, a device's own line, a name, an address. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.matching.reply_asks import is_request
from mailbot.matching.reply_lines import Line
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
    UNSETTLES,
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
_COUNTS = frozenset(["number", "ordinal", "match", "odd", "amount"])
_REACHABLE = re.compile(r"https?:|www\.|\+?\d[\d ./()-]{6,}$|\d{4}$")
_DISCLAIMER = re.compile(
    r"\bvertrouwelijk|\bconfidenti[ae]|disclaimer|\b(?:bedoelde|beoogde) (?:ontvanger|bestemmeling|geadresseerde)"
    r"|\bintended recipient|\bdestinataire pr[ée]vu|denk aan het milieu"
    r"|think (?:of|before)\b.{0,40}\b(?:print|environment)"
    r"|pensez (?:à|avant)\b.{0,40}\b(?:environnement|imprimer)",
    re.I,
)
_UNTIL = re.compile(
    r"(?:tot|à|see you) (?:(?:op |on )?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:lun|mar|mercre|jeu|vendre)di"
    r"|(?:mon|tues|wednes|thurs|fri)day)|morgen|straks|gauw|binnenkort|volgende week|demain|bientôt|tomorrow|soon)"
    r"(?: (?:op|in|bij|à|at) (?:de |het |la |the )?[a-zà-ÿ]+)?\s*[!.]*",
    re.I,
)
_THANKING = frozenset({"dank", "bedankt", "dankjewel", "dankuwel", "merci", "thanks", "thank", "danke"})
_STREET = re.compile(
    r"(?:[\w'’.-]+ ){0,5}(?:[\w'’-]*(?:straat|laan|plein|weg|dreef|markt|lei|kaai|vest|hof|park)|(?:rue|avenue|place"
    r"|boulevard|chaussée)(?: [\w'’-]+){1,5}) \d{1,4} ?[a-z]?(?: bus \d+)?(?:,? (?:b-)?\d{4} [\w-]+)?\W*",
    re.I,
)
_MORE_FOLLOWS = re.compile(
    r"(?:meer )?(?:uitleg|info|informatie|details|nieuws) volg(?:t|en)"
    r"(?: nog| later| vanavond| morgen| straks| zo){0,2}\W*",
    re.IGNORECASE,
)
_NAME_AND_FUNCTION = re.compile(r"[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)?, [a-zà-ÿ][\w'’-]{5,}(?: [\w'’-]+)?")
_WEAK = listed(
    "wel u je jullie jou jij veel heel erg zeer alvast allen allemaal iedereen you very much so beaucoup a vous toi"
    " pour tout tous"
)
_LOOKED = re.compile(
    r"(?:ik heb|we hebben|wij hebben|heb) (?:nu |net |zonet |vandaag )?(?:alles|de lijst|het lijstje|alle voorstellen)"
    r" (?:goed |eens |even )?(?:nagekeken|bekeken|gelezen|doorgenomen|overlopen|gezien|ontvangen)\W*"
    r"|je prends note\W*|bien re[çc]u\W*|goed ontvangen\W*|niets te melden\W*"
    r"|rien [àa] signaler\W*|nothing to report\W*"
    r"|j'ai tout (?:lu|vu|regard[ée]|parcouru)\W*|i(?:'ve| have) (?:read|checked|seen) (?:it all|everything)\W*",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:stay safe|take care|best wishes|all the best|warm(?:est)? wishes|blijf gezond|zorg goed voor.*"
    r"|(?:prenez|prends) soin\b.*|bien (?:à|a) (?:vous|toi)|hou(?:d|dt)? (?:het|je|jullie|u)\b.{0,20}"
    r"|(?:tot|à|see you) (?:gauw|hoors?|horens|ziens|binnenkort|straks|morgen|later|bientôt|plus|soon|kijk)"
    r"|(?:veel|bon|goede) (?:moed|courage|succes|sterkte)\b.*"
    r"|(?:(?:nog )?een )?(?:fijne|fijn|prettige|prettig|goede|mooie|bonne|bon|have a nice|enjoy your)"
    r" (?:dag|avond|middag|namiddag|voormiddag|nacht|week|weekend|zondag|paasdagen|feestdagen|verlof|journée|soirée"
    r"|après-midi|week-end|dimanche|day|evening)\b.{0,20})"
    r"(?:,? (?:everyone|all|allemaal|iedereen|allen|toch|hé|he|en|et|and|tous|à tous|vous|tot.*))*\s*[!.,)]*",
    re.IGNORECASE,
)
_HOURS = listed("afwezig maandag dinsdag woensdag donderdag vrijdag week op voor")  # `afwezig op woensdag`
LONGEST_THANKS, LONGEST_FAREWELL, LONGEST_FUNCTION = 9, 9, 8
MOST_NAMES, MOST_SIGNED = 4, 4


def closes(line: Line) -> bool:
    """Whether a signature stands after this line: `Met vriendelijke groeten, An`, or a disclaimer."""
    if is_disclaimer(line.text):
        return True
    return _is_closing(tokens_of(cleaned(line.text)))


def _is_farewell(text: str, tokens: Sequence[Token]) -> bool:
    """`Stay safe everyone,`, `tot hoors`, `Nog een fijne dag!` on a line of its own, with no command in it."""
    if len(tokens) > LONGEST_FAREWELL or any(token.kind in _COUNTS or token.word == "?" for token in tokens):
        return False
    unsettling = {token.word for token in tokens[1:]} & (CONDITION | NEGATION | CORRECTION | NEEDS_EYES)
    return bool(_FAREWELL.fullmatch(text)) and not unsettling


def signs(text: str, below: Sequence[str]) -> bool:
    """Whether a name or a farewell stands here with nothing but a name, a function and the like under it."""
    name = tokens_of(cleaned(text))
    is_name = all(token.is_name and token.word not in COURTESY | UNSETTLES for token in name) and not verb_at(name, 0)
    ends = (is_name and len(name) <= MOST_NAMES) or _is_farewell(cleaned(text), name)
    return ends and 0 < len(below) <= MOST_SIGNED and all(map(_is_function, below))


def _is_function(text: str) -> bool:
    if is_disclaimer(text):
        return True
    tokens = tokens_of(cleaned(text))
    words = {token.word for token in tokens}
    turns = words & ((UNSETTLES | CONTRAST) - _HOURS)
    has_command = any(verb_at(tokens, at) or token.kind in _COUNTS for at, token in enumerate(tokens))
    return len(tokens) <= LONGEST_FUNCTION and not turns and (not has_command or _is_contact(text, tokens))


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
        return _is_contact(text, tokens) or _is_street(text, words)
    said = {token.word for token in words}
    is_signed = _NAME_AND_FUNCTION.fullmatch(text) and _is_function(text)
    is_idle = is_signed or _LOOKED.fullmatch(text) or _MORE_FOLLOWS.fullmatch(text) or _UNTIL.fullmatch(text)
    if is_idle or _greets(words) or _thanks(words) or (words and said <= EXCLAIMS):
        return True
    is_idiom = len(words) <= 5 and bool(said & ALL - {"alle"}) and bool(said & (SOFT_YES | OK)) and "voor" not in said
    is_idiom = is_idiom or bool(said & OK and said & ALL)
    if is_idiom or (text.endswith(":") and said & _SOMEBODY_ELSES and not said & {"mijn", "my", "mes"}):
        return False
    if not words:
        return not any(token.word in {"?", "🤔", "…"} or verb_at((token,), 0) for token in tokens)
    return _is_courtesy(words, scope) or _is_contact(text, tokens)


def _is_street(text: str, words: Sequence[Token]) -> bool:
    """`Professor Van Overstraetenplein 1`: a house's number names no row."""
    strange = {token.word for token in words} & (CONDITION | DOUBT | CORRECTION | NEGATION | NEEDS_EYES)
    has_command = any(verb_at(words, at) for at in range(len(words)))
    return bool(_STREET.fullmatch(text)) and bool(words) and words[0].is_name and not strange and not has_command


def _thanks(words: Sequence[Token]) -> bool:
    """`Dank je wel voor het overzicht`: thanks, and for what."""
    said = {token.word for token in words}
    turns = said & (CONDITION | DOUBT | CORRECTION | NEGATION | NEEDS_EYES | CONTRAST - {"wel"} | ALL)
    return bool(words) and words[0].word in _THANKING and len(words) <= LONGEST_THANKS and not turns


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
    return bool(_APOLOGY.fullmatch(text)) or _is_closing(tokens) or _is_farewell(text, tokens)


def _is_courtesy(words: Sequence[Token], scope: Scope) -> bool:
    if words[0].word == "nog" and words[1:2] and words[1].word not in {"een", "fijne", "veel", "prettige", "heel"}:
        return False
    if {token.word for token in words} & ((UNSETTLES | CONTRAST) - HARMLESS):
        return False  # `Enkel Zondag` is nobody's name
    strange = [token for token in words if token.word not in HARMLESS]
    if len(strange) == len(words) and len(words) <= 3 and all(token.is_name for token in words):
        return not any(verb_at(words, at) for at in range(len(words)))
    is_named = all(token.is_name for token in strange) and len(strange) <= 3
    has_command = any(_is_command_word(words, at) for at in range(len(words)))
    has_courtesy = any(token.word in COURTESY - _WEAK for token in words)
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
