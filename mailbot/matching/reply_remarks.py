"""Whether the words after a command leave it standing: few after a yes, many after a refusal, told where in between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum, auto

from mailbot.matching.reply_commands import SIGNS, VERBS
from mailbot.matching.reply_rows import Scope
from mailbot.matching.reply_second import OPEN, REPORTS, gives_another
from mailbot.matching.reply_tokens import Token
from mailbot.matching.reply_verbs import verb_at
from mailbot.matching.reply_words import (
    ALWAYS_UNSURE,
    BAD_NEWS,
    COURTESY,
    DELIVERED,
    DOUBT,
    EMERGENCY,
    LIMITED_VERBS,
    LIMITING,
    NEEDS_EYES,
    NEGATION,
    NEUTRAL,
    NO_REFUSAL,
    OK,
    PENDING,
    PLANS,
    REASON_STARTS,
    REST,
    SOFT_YES,
    STATES,
    STOPS_SHORT,
    UNSETTLES,
    listed,
)

_ALL_WELL = {
    ("went", "well"), ("alles", "ok"), ("alles", "oke"),
    ("allebei", "ok"), ("allebei", "akkoord"), ("allebei", "goed"), ("beiden", "ok"), ("beide", "ok"),
    ("alles", "goed"), ("alles", "prima"), ("alles", "in", "orde"), ("all", "good"),
    ("starts", "tomorrow"), ("start", "morgen"), ("begint", "morgen"), ("commence", "demain"), ("alles", "geregeld"),
    ("alles", "afgesproken"), ("tout", "va", "bien"), ("tout", "est", "ok"), ("all", "fine"),
    ("alles", "vlot", "verlopen"), ("alles", "goed", "verlopen"), ("allemaal", "in", "orde"), ("alles", "vlot"),
    ("all", "set"), ("alles", "loopt", "goed"), ("alles", "verloopt", "goed"),
    ("tout", "est", "bon"), ("both", "fine"), ("both", "ok"), ("both", "happy"),
}  # fmt: skip
_AFTER_OTHER = listed(
    "volunteer helper chauffeur driver benevole volontaire candidat dichter dichterbij met zoeken nemen voorstellen"
    " persoon kandidaat vrijwilliger iemand voorstel die deze dit hij zij ze is svp ook liefst personne candidat person"
    " candidate il elle he she this"
)
_TO_COME = listed("morgen overmorgen straks vanavond volgende weldra tomorrow tonight soon next demain bientot ce")
_AS_WELL = frozenset({"too", "ook", "aussi"})
_GO_ON = frozenset({("doe", "maar")})
_RATHER = {"toch": listed("ver wat te iets nogal een echt"), "wel": listed("ver wat heel erg")}  # `woont toch wat ver`
_AND_ABOVE_ALL = {("maar", "vooral"), ("maar", "ook"), ("mais", "surtout"), ("mais", "aussi"), ("but", "also")}
_SO_URGENT = frozenset({"is", "c'est", "da's", "dat's", "it's", "want", "zo", "heel"})
_BEFORE_OF = frozenset({"afraid", "scared", "because", "tired", "out", "full", "lot", "kind"})
_TODAY = frozenset({"vandaag", "vanavond", "vanmiddag"})
_PAUSES = frozenset({",", ".", "!", ";", "(", ")", "-", "–", "—", ":", "→"})
_OWN = {("from", "me"), ("van", "mij"), ("voor", "mij"), ("pour", "moi"), ("for", "me"), ("door", "mij")}
_DAYS = frozenset({"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"})
_LEAVES = frozenset({"stopt", "gestopt", "quit", "quits", "stopped"})  # a volunteer who is to be asked no more
_AWAY = frozenset({"ziek", "malade", "sick", "ill", "verlof", "afwezig", "vakantie", "conge", "holiday", "weg"})
_GOES_ON_WITH = {  # `mag stoppen met zagen`, `niet meer nodig om te bellen`, `zou ik aan Tine vragen`
    "stop": frozenset({"met", "om", "with", "de"}),
    "door": frozenset({"vragen", "vraag", "eens", "demander", "ask"}),
}
_SAYS = frozenset({"zegt", "zei", "zeggen", "says", "said", "dit", "beweert"})
_SEEKS = frozenset({"zoek", "cherchez", "cherche", "find"})  # who refuses, and wants another
_FIRST_PERSON = frozenset({"ik", "we", "wij", "je", "nous", "i"})
_BEGINS = frozenset({"start", "starten", "begint", "starts"})
# `dicht bij mij`, `confirmed tomorrow`, `afgelopen maandag`, `lopen met de hond`
_READ_OTHERWISE = frozenset({"dicht", "bevestigd", "confirmed", "afgelopen", "lopen"})
_HABITS = frozenset({"gaat", "komt", "keer", "week", "va", "goes", "comes", "belt"})
_NO_MORE = frozenset({"geen", "niets", "meer", "nodig"})
_SINCE = frozenset({"tot", "al", "sinds", "sedert", "nu", "depuis", "since", "deja"})
_AT_HOURS = frozenset({"om", "at", "rond", "tegen", "vers"})
_IN_PART = listed(
    "na volgens selon voorlopig voorlopige tijdelijk principe half halve deels gedeeltelijk proef risico partly partie"
)
_TROUBLE = NEGATION | BAD_NEWS | NEEDS_EYES | LIMITING | _IN_PART | PENDING - {"laat"}
_NO_ANSWER = listed(
    "voicemail antwoord antwoordapparaat repondeur message boodschap bandje ingesproken opgenomen neemt nam op pakt"
    " bereikt bereikbaar beantwoord probeer probeert opnieuw terug again back try tried rappelle repond repondu"
    " answer answered picked pick gsm tekst sms nummer twijfelt twijfel bedenktijd moment"
)
_OVER = frozenset({"verhuisd", "vertrokken", "geholpen", "afsluiten", "sluiten"})  # why a task is done
_MARKS = frozenset(",.!;:()-–—&+'_=→")
_GUESSES = listed(
    "blijkbaar half bijna liever liefst precies misschien wellicht lijkt vermoed geloof waarschijnlijk zou maybe"
    " perhaps probably think rather peut-etre pense crois plutot"
)
_WAITS = DOUBT - {"?"} | listed("until jusqu'a nog of als eerst pas wanneer zodra tot totdat wacht wachten wel maar")
_TELLS_WHY = {"nee": _GUESSES | {"haha"}, "ander": _GUESSES | {"haha"}, "later": _WAITS, "stop": listed("nog")}
SHORTEST_REASON = 4  # so many words after a refusal tell why, and what they doubt is the reason
LONGEST_REMARK, LONGEST_THANKS, LONGEST_STATEMENT = 45, 8, 14
SHORTEST_STATEMENT = 3  # so few words need no verb after a report: `klaar, brief gepost`
SMALLEST_COUNT = 12  # no number up to it is taken for an age or a date
MOST_SUBJECT = 2  # words of a subject that is no pronoun: `klaar, de brief is gepost`
_THANKS = frozenset({"dank", "bedankt", "merci", "thanks", "thank"})


class Remark(Enum):
    """What the words after a command do to it: nothing, nothing but tell a person something, or they unsettle it."""

    SAFE = auto()
    TOLD = auto()
    UNSAFE = auto()


def weigh_remark(verb: str, word: str, told: Sequence[Token], scope: Scope, *, needs_stop: bool = False) -> Remark:
    """Whether anything in `told` could take back, limit, doubt or double the command before it.

    `needs_stop`: the remark follows a row number, so that it may be counting something: `nee 3 kinderen`.
    """
    words = _without_phrases([token for token in told if not is_decoration(token)], verb)
    words = _without_then(without_praise(words, verb), verb)
    if words and not (_may_follow(verb, word, words[0]) and _stops(words[0], needs_stop=needs_stop)):
        return Remark.UNSAFE
    if len(words) > LONGEST_REMARK or any(_may_be_row(token, scope) for token in _without_hours(words, verb)):
        return Remark.UNSAFE
    if _names_somebody(words, scope) or not _is_certain(words, verb):
        return Remark.UNSAFE
    if verb in OPEN:
        is_told = any(token.word in EMERGENCY or token.kind == "other" for token in words) or _asks_more(words)
        return Remark.UNSAFE if not _fits_open(words, verb, word) else Remark.TOLD if is_told else Remark.SAFE
    if _fits_closed(words, verb, word):
        return Remark.SAFE
    tells = _only_tells(words, verb, word) or _tells_how_it_went(words, verb, word)
    return Remark.TOLD if tells else Remark.UNSAFE


def _without_hours(words: Sequence[Token], verb: str) -> list[Token]:
    """The words less the hour in `done, Jan dropped it off at 5`; after a yes a number stays what it may be."""
    hours = _AT_HOURS if verb != "ja" else frozenset()
    before = ["", *(token.word for token in words)]
    return [token for token, word in zip(words, before, strict=False) if token.kind != "number" or word not in hours]


def _may_be_row(token: Token, scope: Scope) -> bool:
    """Whether a number in a remark could be a row's: `Karel is zelf 71` and `tot de 28ste` name none of eight."""
    if token.kind in ("number", "ordinal"):
        return token.number <= max([SMALLEST_COUNT, *(2 * row for row in scope.rows)])
    return token.kind in ("match", "odd")


def _may_follow(verb: str, word: str, first: Token) -> bool:
    """`ander uur` wants another hour, `gebeld morgen` is not done yet, who `kan niet wachten` refuses nothing."""
    if verb == "nee" and word in STOPS_SHORT:
        return first.word in _PAUSES | REASON_STARTS | COURTESY
    if word in _READ_OTHERWISE:
        return first.word in _PAUSES | COURTESY - {"morgen"}
    if verb in _GOES_ON_WITH:
        return first.word not in _GOES_ON_WITH[verb]
    if verb == "ander":
        return first.kind == "mark" or first.word in _AFTER_OTHER | REASON_STARTS | COURTESY - {"dag"}
    return verb not in REPORTS or first.word not in _TO_COME


def _stops(first: Token, *, needs_stop: bool) -> bool:
    return not needs_stop or first.word in _PAUSES | REASON_STARTS | COURTESY | _TODAY


def is_decoration(token: Token) -> bool:
    """A smiling face and the like; anything that could be a sign of its own is none."""
    return (
        token.kind == "mark"
        and ord(token.raw[0]) >= 0x1F300
        and token.word not in ALWAYS_UNSURE
        and token.raw not in SIGNS
    )


def _without_phrases(tokens: list[Token], verb: str) -> list[Token]:
    """`dank u wel` and `nog een fijne dag` say nothing with their `wel` and `nog`."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1].word if at else ""
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        is_thanks = token.word == "wel" and bool({each.word for each in tokens[max(0, at - 2) : at]} & _THANKS)
        is_wish = token.word == "nog" and (after in {"een", "fijne", "veel", "prettige"} | _TODAY or before in _TODAY)
        is_own = (token.word, after) in _OWN or (before, token.word) in _OWN
        is_own = is_own or (verb == "gebeld" and token.word == "voor" and after in _DAYS)
        is_limited = token.word in LIMITING and before in LIMITED_VERBS
        is_morning = token.word == "ce" and after == "matin"
        is_still = (token.word, after) == ("nog", "steeds") or (before, token.word) == ("nog", "steeds")
        is_still = is_still or (verb == "loopt" and token.word == "nog")
        is_urgent = token.word in {"dringend", "urgent"} and before in _SO_URGENT  # as the digest itself says
        is_rather = verb in ("nee", "ander") and after in _RATHER.get(token.word, ())
        is_going_on = verb == "ja" and not _GO_ON.isdisjoint({(token.word, after), (before, token.word)})
        is_rather = is_rather or token.word == "trouwens"
        is_rather = is_rather or is_urgent or is_going_on or (token.word, after) in _AND_ABOVE_ALL
        is_english = token.word == "of" and before in _BEFORE_OF  # in Dutch it leaves a choice
        if not (is_thanks or is_wish or is_limited or is_morning or is_still or is_own or is_rather or is_english):
            kept.append(token)
    return kept


def without_praise(words: Sequence[Token], verb: str) -> list[Token]:
    """The words less `alles ok` after a report, where it praises and names no rows."""
    for start in range(len(words) if verb in REPORTS else 0):
        for length in (3, 2):
            if tuple(token.word for token in words[start : start + length]) in _ALL_WELL:
                return [*words[:start], *words[start + length :]]
    return list(words)


def _without_then(words: list[Token], verb: str) -> list[Token]:
    """`nee, Karel werkt dan`: after a refusal `dan` is a time, unless it offers a choice, as `dan wel` does."""
    if verb != "nee":
        return words
    after = [token.word for token in words[1:]] + [""]
    pairs = zip(words, after, strict=False)
    return [each for each, follows in pairs if each.word != "dan" or follows == "wel"]


def _names_somebody(words: Sequence[Token], scope: Scope) -> bool:
    return any(token.is_name and token.word in scope.people for token in words)


def _is_certain(words: Sequence[Token], verb: str) -> bool:
    mild = _TELLS_WHY.get(verb, frozenset()) if len(words) >= SHORTEST_REASON or verb == "later" else frozenset()
    if mild and words and words[-1].word == "…":
        words = words[:-1]  # a sigh after the reason
    unsure = ALWAYS_UNSURE - mild
    if any(token.word in unsure or token.raw in unsure for token in words):
        return False
    return not gives_another(words, verb)


def _fits_open(words: Sequence[Token], verb: str, word: str) -> bool:
    said = {token.word for token in words}
    if said & NO_REFUSAL or (verb == "nee" and said & _SEEKS):
        return False
    if word in {"no", "non", "door"} or verb == "door":
        return not words or word != "door" or words[0].word not in {"en", "et", "and", "&", "/", "+"}
    return verb in {"nee", "later", "stop"} or not said & (LIMITING - {"tot"})


def _fits_closed(words: Sequence[Token], verb: str, word: str) -> bool:
    plain = _before_thanks([token for token in words if token.word not in _MARKS])
    if word in SOFT_YES and verb == "ja":
        return all(token.word in COURTESY | SOFT_YES | OK | _AS_WELL for token in _without_more_yes(plain))
    known = (NEUTRAL | PLANS) if verb == "ja" else (NEUTRAL | DELIVERED) - (_BEGINS if verb == "klaar" else frozenset())
    strange = [token for token in plain if not _is_known(token, known, verb)]
    names = [token for token in strange if token.is_name and token.word not in UNSETTLES]
    return len(names) == len(strange) and (not names or len(names) * 2 <= len(plain))


def _without_more_yes(plain: Sequence[Token]) -> list[Token]:
    """`fine with me, please go ahead`: the words less a second yes."""
    for at in range(len(plain)):
        found = verb_at(plain, at)
        if found and found[0] == "ja" and found[1] == len(plain):
            return list(plain[:at])
    return list(plain)


def _asks_more(words: Sequence[Token]) -> bool:
    """`nee en zet Karel op pauze`, or `alles door An, ik ben met verlof`: somebody should do or know something."""
    said = {token.word for token in words}
    plain = [token.word for token in words if token.word not in _MARKS]
    if plain[:1] and plain[0] in {"en", "et", "and"} and set(plain[1:]) - COURTESY:
        return True
    if not said.isdisjoint(_LEAVES):
        return True
    return bool(said & _AWAY and said & {"ik", "je", "i", "suis", "ben", "i'm", "j'ai"})


def _only_tells(words: Sequence[Token], verb: str, word: str) -> bool:
    """A short statement of how things are, `ik ken haar van de kerk`: who does or is what, and nothing to come.

    Not after a report of a call, where it often tells that nobody picked up, nor after praise, which is no yes then.
    """
    plain = [token for token in words if token.word not in _MARKS]
    begun = {token.start for token, before in zip(words[1:], words, strict=False) if before.word in {".", "!"}}
    if verb == "gebeld" or word in SOFT_YES or not plain or len(plain) > LONGEST_STATEMENT:
        return False
    start = next((at for at, token in enumerate(plain) if _opens_statement(token, begun)), len(plain))
    strange = [token for token in plain[:start] if token.word not in NEUTRAL | REASON_STARTS]
    is_apart = verb in REPORTS and words[0].word in _PAUSES
    if len(strange) > (MOST_SUBJECT if is_apart else 0):
        return False
    said = [token for token in [*strange, *plain[start:]] if token.word not in _nothing_new(plain, verb)]
    is_curt = is_apart and len(plain) <= SHORTEST_STATEMENT
    unsettled = any(token.word in UNSETTLES or token.kind != "word" for token in said)
    return (start < len(plain) or is_curt) and not unsettled


def _tells_how_it_went(words: Sequence[Token], verb: str, word: str) -> bool:
    """`klaar, om 16u30 geleverd. Maria was blij`: what is told after a report, with no denial, trouble or waiting."""
    if verb not in REPORTS or word in SOFT_YES or words[0].word not in _PAUSES | REASON_STARTS | _SINCE:
        return False
    plain = [token.word for token in words if token.word not in _MARKS]
    if plain[:1] and {plain[0], plain[-1]} & _SAYS:
        return False  # `klaar, zegt Maria`
    trouble = _TROUBLE | _NO_ANSWER | REST if verb == "gebeld" else _TROUBLE - ({"tot"} if verb == "loopt" else set())
    return not any(token.word in trouble or token.kind in ("other", "mail") for token in words)


def _opens_statement(token: Token, begun: Collection[int]) -> bool:
    """Its subject or its verb; what begins a sentence, at the places in `begun`, has a capital and may name nobody."""
    return token.word in STATES or (
        token.is_name and token.start not in begun and token.word not in NEUTRAL | UNSETTLES
    )


def _nothing_new(plain: Sequence[Token], verb: str) -> frozenset[str]:
    """What leaves a report standing though it would unsettle a yes: `loopt, Karel gaat elke woensdag`."""
    over = _OVER if verb == "klaar" else frozenset()
    is_over = verb == "klaar" and [token.word for token in plain][-2:] == ["meer", "nodig"]
    habits = (NEUTRAL | DELIVERED | _HABITS) if verb in REPORTS else frozenset()
    plans = PLANS if plain[0].word in _FIRST_PERSON else frozenset()
    return habits | plans | over | (_NO_MORE if is_over else frozenset())


def _before_thanks(words: list[Token]) -> list[Token]:
    """The words before thanks for something; `merci de vérifier` is a request."""
    for at, token in enumerate(words):
        is_for = at + 1 < len(words) and words[at + 1].word in {"voor", "pour"}
        is_thanks = token.word in _THANKS and (token.word != "merci" or is_for) and len(words) - at <= LONGEST_THANKS
        if is_thanks and all(each.kind == "word" for each in words[at:]):
            return words[:at]
    return words


def _is_known(token: Token, known: frozenset[str], verb: str) -> bool:
    if token.kind == "amount":
        return True
    return token.word in known or VERBS.get((token.word,)) in {verb, "ja"} or token.raw in SIGNS
