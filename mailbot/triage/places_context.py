"""What the words around a place name say of it: where the help is, where somebody merely lives, works or studied."""

from __future__ import annotations

import re

LEAST_FOR_REQUEST = -5.5
LEAST_FOR_OFFER = -6.0
BEFORE = 70
AFTER = 40

_CLAUSE = re.compile(r"[.!?;\n:]+(?:\s|$)|\n")
_NOT_A_PLACE = re.compile(
    r"(?:(?:^|[^\w])(?:stad|ville de|city of|town of|stadt|stadsbestuur|gemeentebestuur|uz|u\.z\."
    r"|ku|kuleuven|k\.u\.|vub|"
    r"universiteit(?: van)?|universit[ée] (?:de|catholique de)|university of|universität|uni|ucll|ucl|radio|fc|oh|ohl|"
    r"racing|kv|voka|burgemeester van|dienst|lieve mensen van|people of|(?:beste|dag|hallo|dear|hi"
    r"|hey|bonjour|geachte|cher|liebes?)"
    r"(?: (?:allen|team|stad|collega'?s?|mensen|people|van|of|de|from|heren|dames|beloved|city))*)\s+)$"
    r"|[@./]$|\b(?:van|de|von|vande)\s$(?<=[A-Z][a-z]{2})",
    re.I,
)
_ORGANISATION = re.compile(
    r"(?:^|\W)(?:ocmw|cpas|politie(?:zone)?|pz|vzw|az|bib(?:liotheek)?|team|comité|zorgnet|zorgraad"
    r"|huisartsen\w*|kring|scouts|chiro|"
    r"brandweer|ziekenhuis|hospital|hôpital|rode kruis|clb|vdab|acv|cm|regio|station)\s+$",
    re.I,
)
_AFTER_NOT = re.compile(
    r"^(?:[ -](?:helpt|helps?|helpers?|helft|aide|hilft|corona|team|university|universiteit|bears|solidair)\b|"
    r"\.(?:be|example|test|org|com|eu)\b|@)",
    re.I,
)
_FIELD = re.compile(
    r"(?:^|\n)[ \t]*(?:gemeente|postcode|post code|woonplaats|adres|plaats|locatie|stad"
    r"|deelgemeente|commune|localité|code postal|adresse|"
    r"city|address|location|place|zip|ort|plz|werkingsgebied|waar|où|where)[^\n:]{0,25}:[^\n:]{0,50}$",
    re.I,
)
_PREPOSITION = re.compile(
    r"(?:^|\W)(?:in|te|uit|naar|van|nabij|omgeving|regio|rond|à|a|de|from|of|near|at|aus|nach|bei)\s+$", re.I
)
_NEGATED = re.compile(
    r"\b(?:niet|pas|not|nicht|geen)\b(?: (?:meer|voor|in|naar|te|à|for|to|at|für|nach|tot|ver|from|uit|van|de))*\s*$",
    re.I,
)
_FAMILY_AWAY = re.compile(
    r"\b(?:kinderen|dochters?|zo(?:on|ons|nen)|kleinkinderen|kleinzoon|kleindochter|familie"
    r"|schoonzoon|(?:zijn|haar|hun|his|her|their|son|sa|leur) (?:zus|broer|man|vrouw|ouders|moeder"
    r"|vader|sister|brother|soeur|frère|mari|femme)|vriendin|vriend|"
    r"enfants|petits-enfants|filles?|fils|famille|children|sons?|daughters?|family|kinder|sohn"
    r"|tochter|familie|kennis|collega|"
    r"tante|nonkel|hijo|hijos|iedereen|everyone)\b[^.!?;\n]{0,45}$",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:werk(?:te?n?|t)?|gewerkt|travaill\w*|work(?:s|ed|ing)?|arbeite\w*|gearbeitet|job"
    r"|studeer\w*|studi(?:es|ed|ying|ert|ere)|étudie\w*|gestudeerd|geboren|afkomstig|opgegroeid|"
    r"kom(?:t|en)? uit|came from|come from|née?|viens|bureau|kantoor|winkel|supermarkt|apothee?k\w*"
    r"|pharmacie|pharmacy|ziekenhuis|"
    r"hôpital|hospital|kliniek|clinique|klinik|dokter|zwemmen|markt|radio|krant|gelezen|lees"
    r"|gehoord|entendu|heard|bestaat er|vroeger|"
    r"atelier|een rusthuis|een woonzorgcentrum|streek|fabriek|nicht in|vergadering|opgenomen"
    r"|vakantie|weekend zit|eten|logeer\w*|verblijf\w*|kiné\w*|été \w+|trabalh\w*)\b"
    r"[^.!?;\n]{0,40}$",
    re.I,
)
_NEAR = re.compile(
    r"\b(?:vlakbij|bij|rond|nabij|min(?:uten)?\.? van|km van|dicht bij|buiten|près de|proche de"
    r"|near|close to|around|in der nähe von|"
    r"buurt van|net buiten|richting|naar|tot in|tot aan|vers|jusqu'à|desnoods)\s*(?:de|het)?\s*$",
    re.I,
)
_LOOSE = re.compile(r"\b(?:van|uit|from|school)\s+(?:in\s+)?$", re.I)
_STAYS_AWAY = re.compile(
    r"^\W*(?:(?:en|et|and|maar|but|mais)\s+)?(?:kom(?:en|t)|geraken|geraakt|kunnen|kan|mogen|mag"
    r"|can|peut|peuvent|viennent)\s+(?:\w+\s+){0,2}"
    r"(?:niet|niks|not|pas)\b|^\W*is zelf\b",
    re.I,
)
_WRITER = re.compile(
    r"\b(?:ik|ikzelf|zelf|wij|we|je|j'|nous|i|i'm|ich|wir|eu|yo)\b[^.!?;\n]{0,30}$|\bj'[^.!?;\n]{0,30}$", re.I
)
_DEPENDANT = (
    r"(?:moeder|mama|ma|moeke|vader|papa|pa|vake|ouders|schoonouders|schoonmoeder|schoonvader|oma"
    r"|opa|grootmoeder|grootvader|bomma|"
    r"bompa|tante|nonkel|oom|peter|meter|zus|broer|buurvrouw|buurman|buren|vriendin|dame|mevrouw"
    r"|mijnheer|meneer|man|vrouw|cliënte?|"
    r"patiënte?|mère|père|parents|grand-mère|grand-père|voisine?|soeur|sœur|frère|dame|monsieur"
    r"|madame|mother|father|mum|mom|dad|"
    r"parents|grandmother|grandfather|grandma|granny|aunt|uncle|neighbou?r|lady|mother-in-law"
    r"|sister|brother|mutter|vater|eltern|oma|"
    r"schwiegermutter|nachbarin|nachbar|tante|mãe|madre|matka|anne\w*|louisa)"
)
_THEIRS = re.compile(
    rf"(?:\b{_DEPENDANT}\b|\b(?:ze|zij|hij|elle|il|she|he|sie|er)\b(?= (?:woont|zit|verblijft"
    rf"|habite|vit|lives|is|wohnt|lebt)))[^.!?;\n]{{0,60}}$",
    re.I,
)
_OTHERS = re.compile(
    rf"\b(?:mijn|m'n|mn|onze?|ons|mon|ma|mes|notre|nos|my|our|meine?r?|unsere?|minha"
    rf"|mi)\s+(?:\w+\s+){{0,2}}{_DEPENDANT}\b",
    re.I,
)
_POSTCODE_BEFORE = re.compile(
    r"(?:^|[\n,(:;/|–-]|\b(?:in|te|uit|van|postcode|regio|b-?|à|at|code postal|plz|near|zip|omgeving|en|of))[ \t]*$",
    re.I,
)
_POSTCODE_AFTER = re.compile(r"[ \t]*(?:$|[\n,;.)(!?/|:–-]|(?:en|of|et|or|and|und)\b)|[ \t]+[A-ZÀ-Þ]")
_MEASURE_AFTER = re.compile(r"^[ \t]*(?:€|%|euro|eur\b|m²|km\b|stuks?\b|maskers|[.,:/-]\d|\d|u\b|uur\b|h\b)", re.I)
_TITLED = re.compile(r"\b(?:van|de|van de|van der)\s+$", re.I)


def is_postcode(text: str, start: int, end: int) -> bool:
    """Whether four digits that are a postcode of the map are used as one; years and amounts are not."""
    before, after = text[max(0, start - 20) : start], text[end : end + 20]
    if _MEASURE_AFTER.match(after) or (before[-1:].isdigit() or before[-1:] in {"+", "€", "/", "."}):
        return False
    if text[start] != "3" or text[start + 1] == "5":
        return bool(re.search(r"(?:postcode|code postal|plz|zip)\W{0,3}$", before, re.I)) or bool(
            re.match(r" [A-Z]\w", after)
        )
    return bool(_POSTCODE_BEFORE.search(before) or _POSTCODE_AFTER.match(after))


def may_be_name(text: str, start: int) -> bool:
    """Whether a word that looks like a misspelt name may be one: it has a capital, or "in", "te", "from" before it."""
    return text[start].isupper() or bool(_PREPOSITION.search(text[max(0, start - 12) : start]))


def about_others(text: str) -> bool:
    """Whether the letter speaks of somebody who may live elsewhere: a parent, a neighbour, a client."""
    return bool(_OTHERS.search(text))


def most(text: str, for_others: bool) -> float:
    """The most that can speak for any name of a text, by `weigh`."""
    return 4.0 * (":" in text) + 2.0 * for_others


def weigh(text: str, start: int, end: int, careful: bool, for_others: bool) -> float | None:
    """How much speaks for the name at `start`:`end` being where the help is; None where it is no place there.

    `careful`: the name is also a common word. `for_others`: help is asked for somebody else than the writer.
    """
    before = text[max(0, start - BEFORE) : start]
    after = text[end : end + AFTER]
    if _NOT_A_PLACE.search(before[-40:]) or _AFTER_NOT.match(after):
        return None
    if careful and not (text[start].isupper() and _PREPOSITION.search(before[-14:])):
        return None
    if _surname(before, text[start]):
        return None
    weight = 4.0 * bool(_FIELD.search(before)) - 4.0 * bool(_STAYS_AWAY.match(after))
    return weight + _clause_weight(_CLAUSE.split(before)[-1], for_others)


def _surname(before: str, first: str) -> bool:
    """ "Jan Van Leuven": a capital Van after another name."""
    return (
        first.isupper()
        and bool(re.search(r"[A-Z][\w-]+ (?:Van|van|De|Von|von)\s+$", before))
        and bool(re.search(r"\bVan\s+$|\n[ \t]*[A-Z]\w+ [vV]an\s+$", before))
    )


def _clause_weight(clause: str, for_others: bool) -> float:
    if _NEGATED.search(clause):
        return -7.0
    away = bool(_FAMILY_AWAY.search(clause))
    weight = 2.0 * bool(for_others and not away and _THEIRS.search(clause))
    weight -= 4.0 * away + 3.0 * bool(_ELSEWHERE.search(clause))
    weight -= 1.0 * bool(_NEAR.search(clause)) + 0.5 * bool(_LOOSE.search(clause) or _ORGANISATION.search(clause))
    return weight - 1.5 * bool(for_others and weight <= 0 and _WRITER.search(clause))
