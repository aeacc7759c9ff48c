"""What the words around a telephone number say of it: whose it is, whether to call it, whether it is one at all."""

from __future__ import annotations

import re

BEFORE = 60
AFTER = 45

_NO_PHONE = re.compile(
    r"(?:\b(?:fax|telefax|f|btw|tva|vat|mwst|kbo|bce|ondernemings\w*|iban|bic|rekening\w*|compte"
    r"|konto|account|rrn?|inss|insz|nn|"
    r"rijksregister\w*|registre national|national number|niss|ticket\w*|dossier\w*|ref|referentie"
    r"|référence|reference|order\w*|bestel\w*|"
    r"factuur\w*|facture|invoice|polis\w*|klant\w*|lidnummer|lotnummer|serie\w*|kaartnummer"
    r"|erkenning\w*|rpr|riziv|inami|case|code|isbn|ean)"
    r"[^\w\n]{0,3}(?:(?:nr|no|nummer|number|numéro|n°)\b)?[\s.:°=#-]{0,4}|[#]|\b(?:BE|NL|FR|DE"
    r"|LU)[ \t]?)(?:BE[ \t]?)?$",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?:[ ]?\d{0,4}){0,6}$")
_WRONG = re.compile(
    r"(?:\b(?:oude?|vorige|foute?|verkeerde?|ancien|old|wrong|alte[sn]?|former)\b[^.!?,;:\n]{0,24}"
    r"|\b(?:en |dus |maar )?(?:niet|pas|not|nicht)\b(?: (?:op|naar|het|au|on|at|sur|le|meer|to|the|call|bellen|bel))*"
    r"(?: (?:nummer|vast\w*|gsm|number|numéro|fixe))*[\s,:(]{0,3})$",
    re.I,
)
_WRONG_AFTER = re.compile(
    r"^[\s,;)(]{0,4}(?:(?:is|werkt|klopt|bestaat|mag)\b[^.!?\n]{0,12}(?:fout|verkeerd|niet|weg)"
    r"|(?:geeft|heeft) geen|gebruik ik niet|"
    r"n'est plus|is wrong|doesn't work|no longer|nee\b|neen\b|sorry|pardon|oeps|excuus|euh|non\b"
    r"|no wait|of nee|ik bedoel|nein\b)",
    re.I,
)
_WANTED = re.compile(
    r"\b(?:best|beste|liefst|liever|bij voorkeur|voorkeur|vooral|eerst|enkel|alleen|bereikbaar|de "
    r"préférence|préférence|plutôt|"
    r"prefer\w*|better|best to|ideally|am besten|lieber|bevorzugt|belt? (?:mij|me|ons|dus mij)"
    r"|call me|rappel\w*|appel\w* moi|"
    r"rufen sie mich|nieuwe?? (?:nummer|gsm)|nouveau numéro|new number|neue nummer|het moet|moet zijn|juiste)\b",
    re.I,
)
_UNWANTED = re.compile(
    r"\b(?:neemt niet|neem niet|niet altijd|zelden|hoort slecht|hoort niet|slecht aan de|enkel in "
    r"nood|noodgeval|als (?:ik|hij|zij|ze) niet|"
    r"indien (?:ik|geen|niet)|anders|desnoods|of eventueel|reserve|ne répond pas|sinon|ou bien"
    r"|otherwise|if (?:i|he|she) do|"
    r"not always|backup|sonst|geht nicht|liever niet|niet bellen|niet op|pas après)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:haar|zijn|hun|zijne|ses?|sa|son|leur|her|his|their|seine?|ihre?|diens) (?:\w+ "
    r")?(?:nummer|gsm|telefoon\w*|tel|numéro|téléphone|"
    r"number|phone|mobile|handy|nr)\b|\b(?:nummer|gsm|tel\w*|numéro|number|phone|nr)[. ]{1,2}(?:van|de|of|von|d') ?\w+|"
    r"\b(?:moeder|vader|mama|papa|oma|opa|buurvrouw|buurman|mère|père|voisine?|mother|father"
    r"|neighbou?r|mutter|vater|collega|planning|"
    r"dienst|huisarts|dokter|apotheek|apotheker|zorgkundige|onthaal)\b[^.!?\n0-9]{0,25}$",
    re.I,
)
_MINE = re.compile(
    r"\b(?:mijn|m'n|mn|mijne|mon|ma|my|meine?|ikzelf|mezelf|ik ben|ik zelf|moi|moi-même|myself|me"
    r"|mij|ich)\b[^.!?\n0-9]{0,30}$",
    re.I,
)
_FAX = re.compile(r"(?:\bf(?:ax)?\b|\btelefax)[\s.:/-]{0,4}$", re.I)
_NAMED = re.compile(r"(?:^|\n)[ \t]*[A-ZÀ-Þ][\w-]+[ \t]*(?:\([^)\n]{1,20}\))?[ \t]*:[ \t]*$")


def region(digits: str, before: str) -> str:
    """The region whose national plan a number without a plus is read by: BE, but NL, FR, DE, GB by its length."""
    if len(digits) == 9 or digits.startswith(("+", "04")):
        return "BE"
    if len(digits) == 10:
        return "FR" if re.search(r"\b(?:je|vous|nous|mon|au|le|la|les|tél)\b", before, re.I) else "NL"
    return "DE" if digits.startswith(("015", "016", "017")) else "GB" if digits.startswith("07") else "BE"


def weigh(text: str, start: int, end: int, starts: tuple[int, ...]) -> float | None:
    """How much speaks for calling the number at `start`:`end` first; None where it is no number to call.

    `starts` are the places of all numbers of the text, so that words belong to the nearest one.
    """
    before, after = _around(text, start, end, starts)
    if _NO_PHONE.search(before) or _IBAN.search(before) or _FAX.search(before):
        return None
    if _WRONG.search(before) or _WRONG_AFTER.match(after):
        return -9.0 if len(starts) == 1 and not _WRONG.search(before) else None
    weight = 4.0 * bool(_WANTED.search(before) or _WANTED.search(after[:25]))
    weight -= 4.0 * bool(_UNWANTED.search(after) or _UNWANTED.search(before[-25:]))
    weight -= 2.0 * bool(_OTHERS.search(before) or _NAMED.search(before))
    return weight + 1.0 * bool(_MINE.search(before))


def _around(text: str, start: int, end: int, starts: tuple[int, ...]) -> tuple[str, str]:
    floor = max((other for other in starts if other < start), default=-20) + 12
    ceiling = min((other for other in starts if other > start), default=len(text))
    return text[max(0, floor, start - BEFORE) : start], text[end : min(ceiling, end + AFTER)]
