"""Whether a writer asks to be answered in a certain language, in Dutch, French, English, German and a few others."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = {
    "nl": "nederlands nederlandse vlaams néerlandais neerlandais dutch niederländisch "
    "niederlaendisch holandés olandese flemish hollandaca",
    "fr": "frans franse français francais french französisch franzoesisch francés francese fransızca",
    "en": "engels engelse english anglais englisch inglés ingles inglês inglese ingilizce angielsku",
    "de": "duits duitse german allemand deutsch deutscher alemán tedesco almanca",
    "es": "spaans spanish espagnol spanisch español espanol castellano",
    "it": "italiaans italian italien italienisch italiano",
    "pt": "portugees portuguese portugais portugiesisch português",
    "tr": "turks turkish turc türkisch türkçe",
    "ar": "arabisch arabic arabe العربية",
    "pl": "pools polish polonais polnisch polsku",
    "ru": "russisch russian russe",
    "uk": "oekraïens oekraiens ukrainian ukrainien ukrainisch",
    "ro": "roemeens romanian roumain rumänisch",
    "fa": "farsi perzisch persian persan dari",
    "zh": "chinees chinese chinois mandarijn mandarin",
}
_SPELT = {name: code for code, names in _NAMES.items() for name in names.split()}
_CODES = {name.replace("ı", "i"): code for name, code in _SPELT.items()} | _SPELT  # a capital I loses its dotless kin
_WORD = re.compile(r"\w+")
_BEFORE = re.compile(r"(?:\b(?:in|en|auf|em|po|het|the|eenvoudig|simple|plain)\s+){1,3}$", re.I)
_ASKS = re.compile(
    r"(?:antwoord\w*|reageren|reactie|reageer|terugschrijven|terugmailen|terug te (?:mailen"
    r"|schrijven)|mailt? (?:me|mij|ons)|"
    r"schrijf (?:me|mij|ons)|liefst|liever|bij voorkeur|best|graag|gelieve|aub|a\.u\.b\.?|alsjeblieft|alstublieft|svp|"
    r"communiceer\w*|communicatie|contacteren|contacteer|uitleg|"
    r"s'il (?:vous|te) pla[iî]t|répon\w*|repon\w*|réponse|écri(?:re|vez)|préf[eé]r\w*|de préférence|merci de|plutôt|"
    r"please|pls|plz|reply|replies|answer\w*|respon\w*|write (?:to )?(?:me|us|back)|prefer\w*"
    r"|easier|if possible|contact me|"
    r"could you .{0,20}|get (?:it|this|the information) |bitte|antwort\w*|lieber|schreiben sie"
    r"|wenn möglich|falls möglich|"
    r"por favor|responder|respuesta|contestar|risposta|rispondere|resposta|lütfen|cevap)",
    re.I,
)
_NOT_THE_REPLY = re.compile(
    r"(?:spreek\w*|spreken|praat|parl(?:e|er|ent|ant|ons)|speak\w*|spricht|sprech\w*|spreche"
    r"|vertal\w+|tradui\w+|translat\w+|übersetz\w+|"
    r"les(?:sen)?|bijles|cours|lessons?|teach\w*|unterricht\w*|uitleggen|iemand|someone|somebody"
    r"|quelqu'un|jemand\w*|niet|"
    r"not|pas|nicht|huiswerk|homework|excuse\w*|sorry|desolé|désolé|verstaan|begrijp\w*|understand"
    r"|versteh\w*|comprend\w*)",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?\n;]")
_WINDOW = 70


@dataclass(frozen=True, slots=True)
class Wish:
    """The language asked for, and the words that ask."""

    code: str
    sentence: str


def wish(text: str, written: str | None) -> Wish | None:
    """The language a writer asks to be answered in, or None.

    Of several languages offered in one breath the one the letter is written in, else the first.
    """
    if _CODES.keys().isdisjoint(_WORD.findall(text.lower())):
        return None
    names = [match for match in _WORD.finditer(text) if match.group().lower() in _CODES]
    asked = [found for match in names if (found := _asked(text, match))]
    if not asked:
        return None
    same = [each for each in asked if each.sentence == asked[-1].sentence]
    return next((each for each in same if each.code == written), same[0])


def _asked(text: str, name: re.Match[str]) -> Wish | None:
    before, after = _around(text, name)
    leading = _BEFORE.search(before)
    sentence = f"{before}{name.group()}{after}".strip()
    if not (leading or _listed(before)) or not _ASKS.search(sentence):
        return None
    if _NOT_THE_REPLY.search(before[-35:]) and not re.search(
        r"antwoord|répon|repl|answer|respon|antwort", sentence, re.I
    ):
        return None
    return Wish(_CODES[name.group().lower()], sentence)


def _around(text: str, name: re.Match[str]) -> tuple[str, str]:
    before = text[max(0, name.start() - _WINDOW) : name.start()]
    after = text[name.end() : name.end() + _WINDOW]
    return _SENTENCE_END.split(before)[-1], _SENTENCE_END.split(after)[0]


def _listed(before: str) -> bool:
    """Whether another language asked for stands just before: "in French or English"."""
    tail = before[-30:].lower()
    return (
        any(name in tail for name in _CODES) and re.search(r"\b(?:of|or|ou|oder|en|and|et|und|o)\s*$", tail) is not None
    )
