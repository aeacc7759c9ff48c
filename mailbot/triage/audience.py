"""In which capacity somebody writes: as a private person, or for an organisation, a profession or a business. Pure.

A signature alone or a group of friends is not enough; what the letter says of "our residents", "my shop",
"on behalf of" is. The same kind of readable clues as in `behalf`.
"""

from __future__ import annotations

from mailbot.model import Audience, Evidence
from mailbot.triage.clues import clues, sentence_at
from mailbot.triage.quoting import flat, own_words

MAX_TEXT = 8_000
ENOUGH = 2.0

_HOUSE = (
    r"(?:woonzorgcentrum|wzc|rusthuis|rustoord|tehuis|ziekenhuis|dagcentrum|dienstencentrum|ldc"
    r"|ocmw|cpas|caw|huisartsen(?:praktijk|kring)?|praktijk|apotheek|"
    r"thuiszorg(?:dienst)?|gezinszorg|school|basisschool|scholengroep|creche|kinderdagverblijf"
    r"|kinderopvang|jeugdhuis|scouts|chiro|klj|ksa|parochie|kerk|moskee|"
    r"vereniging|vzw|asbl|npo|ngo|club|sportclub|fanfare|koor|buurtwerking|buurtcomite|wijkcomite"
    r"|bedrijf|firma|zaak|winkel|restaurant|brasserie|bistro|cafe|hotel|"
    r"kapsalon|bakkerij|slagerij|brouwerij|boerderij|studio|atelier|makerslab|labo?|kantoor"
    r"|onderneming|cooperatie|kmo|studentenkoepel|volkskeuken|sociale kruidenier|"
    r"voedselbank|speelotheek|fitness|yogastudio|dansschool|rijschool|theater|maison (?:de repos"
    r"|medicale)|entreprise|magasin|boutique|ecole|association|societe|"
    r"nursing home|care home|company|shop|business|association|practice|pharmacy|church|firm"
    r"|pflegeheim|unternehmen|geschaft|verein|praxis|laden|kita)"
)
_MY_OWN = (
    r"(?:bedrijf|firma|zaakje|restaurant|brasserie|bistro|cafe|hotel|kapsalon|bakkerij|slagerij"
    r"|brouwerij|boerderij|atelier|eenmanszaak|onderneming|foodtruck|"
    r"handelszaak|barbershop|barber shop|salon|takeaway|frituur|boekhandel|kledingwinkel"
    r"|bloemenwinkel|speelgoedwinkel|fietsenwinkel|fietsenzaak|"
    r"entreprise|magasin|boutique|company|business|restaurant|firma|unternehmen|geschaft|laden)"
)

_CLUES = clues(
    (
        (3, "speaks for a house or a firm",
         rf"\b(?:(?:ons|onze|notre|our|unsere?) (?:[a-z-]+ ){{0,2}}{_HOUSE}|(?:mijn|m'n|mon|ma|my"
         rf"|mein|meine) (?:[a-z-]+ )?{_MY_OWN})\b"),
        (2, "keeps a shop",
            rf"\b(?:ik (?:run|baat|heb|hou)|i (?:run|own|have)|we (?:run|own)|j'ai|je tiens|ich "
            rf"habe|ich fuhre) (?:sinds \d+ )?(?:een|a|an|un|une|eine?n?) (?:[a-z-]+ )?{_MY_OWN}\b"),
        (3, "says what they are", rf"\b(?:wij zijn|we zijn|nous sommes|we are|we run|wir sind) "
         rf"(?:een |une? |a |an |eine? |the |de )?(?:[a-z-]+ ){{0,3}}{_HOUSE}\b"),
        (3, "on behalf of an organisation",
         rf"\b(?:namens|in naam van|au nom d[eu]|on behalf of|im namen) (?:[a-z']+ ){{0,"
         rf"3}}(?:{_HOUSE}|vzw|sc|fc|kv|de (?:raad|leiding|directie|vereniging))"),
        (3, "their residents, clients, staff",
         r"\b(?:onze|nos|our|unsere[nr]?) (?:\w+ )?(?:bewoners|clienten|klanten|patienten|leden"
         r"|medewerkers|personeel|personeelsleden|zorgkundigen|verpleegkundigen|bezoekers|gasten|"
         r"leerlingen|vrijwilligers|chauffeurs|artsen|koks|horecaklanten|deelnemers|speeltijd"
         r"|residents?|patients?|clients?|members|staff|employees|customers|eleves|membres|"
         r"beneficiaires|collaborateurs|bewohner|mitarbeiter|kunden|mitglieder|kindergroep"
         r"|bewoonsters|animatoren|trainers|parochianen|gelovigen|sociaal assistenten)\b"
         r"|\bbewoners\b[^.\n]{0,60}\bwij\b"),
        (1, "residents are spoken of", r"\bbewoners?\b"),
        (1.5, "what a firm does",
         r"\b(?:wij|we) (?:geven|leveren|herstellen|verhuren|snijden|maken|verkopen|organiseren"
         r"|overwegen|draaien|vervangen|verzorgen|werken met)\b|\bgratis voor (?:zorg|ziekenhuizen)"),
        (2, "a business's worries",
         r"\b(?:mijn|onze|mes|my|our|meine) (?:klanten|clients|customers|kunden|personeel|terras"
         r"|salon|praktijk|cafe|handelaars)\b|\b(?:zelfstandig(?:e)?|independante?|self-employed"
         r"|freelancer|bijberoep|eenmanszaak|"
         r"selbststandig\w*|zaakvoerder|uitbater|gerante?)\b|\b(?:hinderpremie|handelspand|vaste "
         r"klanten|afhaal)\b|\bdukkan|\bbakkal|\bkafem\b|\bfirm[ae] (?:budowl|in)|\bmam firm"),
        (2, "colleagues among organisations",
            r"^\W*(?:beste|dag|geachte|lieve|hallo)? ?(?:collega'?s?|chers collegues|dear "
            r"colleagues|liebe kolleg\w+)\b"),
        (2, "a function in the signature",
         r"^[^\n]{0,60}\b(?:directeur|directrice|director|zaakvoerder|diensthoofd|afdelingshoofd"
         r"|coordinator|coordinatrice|hoofdverpleegkundige|maatschappelijk werk(?:er|ster)"
         r"|groepsleid(?:er|ster)|"
         r"praeses|voorzitter|secretaris|secretariaat|penningmeester|opbouwwerk(?:er|ster)|facility"
         r"|hr|founder|manager|redact(?:ie|eur)|journaliste?|pastoor|manager|kinesist|huisarts|"
         r"verantwoordelijke|teamleid(?:er|ster)|jeugdcoordinator|responsable|gerante?|presidente?"
         r"|leiding|leidingsploeg|kernlid|campusleider|zorgcoordinator)\b[^\n.]{0,40}$"),
        (2, "a firm's name or number",
            r"\b(?:bvba|nv|cvba|vzw|vof|sprl|srl|asbl|gmbh|ltd)\b|[a-z] bv$|\b(?:btw|tva|kbo|vat) "
            r"(?:be|nr|nummer|\d)|^organisatie *:|\(organisatie"),
        (2, "a care worker at work",
         r"\b(?:wij|we|ik) (?:begeleid(?:en)?|coordineer|coordineren|verzorg(?:en)? (?:als"
         r"|thuis))\b|^client(?:e|en)?\b|\b(?:mijn|onze|voor een|een van onze) client(?:e|en)?\b"
         r"|\bdhr\.|\bnous accompagnons\b|\bje coordonne\b"),
        (2, "my class", r"\b(?:mijn|onze) (?:leerlingen|klas|kleuters|studenten)\b|^(?:juf|meester) [a-z]+"),
        (1.5, "many hands asked or offered at once",
         r"\b(?:wij zoeken|gezocht|wij stellen|stellen wij|wij leveren|wij bieden|wij schenken"
         r"|nous offrons|nous cherchons|nous disposons|we offer|we are looking for|wir bieten|wir "
         r"suchen)\b"),
        (-2, "a private group",
         r"\b(?:met (?:drie |vier |enkele |een paar |mijn )?vriend(?:en|innen)|groep(?:je)? "
         r"vrienden|mijn gezin|mijn (?:man|vrouw) en ik|group of (?:friends|students|chinese)"
         r"|groupe d'amis|mijn kinderen|ons kot|"
         r"wij zijn (?:een )?(?:koppel|gezin)|ik ben (?:een )?(?:student|gepensioneerd|op pensioen|\d\d))"),
        (-1, "speaks of home",
            r"\b(?:mijn (?:moeder|vader|mama|papa|oma|opa|zoon|dochter|buurvrouw|buurman)|bij "
            r"(?:mij|ons) thuis|ma mere|mon pere|my (?:mother|father|neighbour))\b"),
    )
)  # fmt: skip


def weigh(text: str, *, subject: str = "", name: str = "") -> tuple[float, Evidence | None]:
    """The points for writing as an organisation, from `ENOUGH` on telling, and the clue that says it loudest.

    `name` is the sender's name as the From header shows it: "Woonzorgcentrum X" speaks for itself.
    """
    own = f"{name[:80]}\n{subject[:200]}\n{own_words(text)}"[:MAX_TEXT]
    heard = [
        (each.clue.points, each.clue.because, sentence_at(own, each.start, each.end))
        for each in _CLUES.heard(flat(own))
    ]
    if _NAMES.heard(flat(name[:80])):
        heard.append((2.5, "the sender's name is an organisation's", name))
    total = sum(points for points, _, _ in heard)
    if not heard:
        return 0.0, None
    _, because, sentence = max(heard, key=lambda each: each[0])
    return total, Evidence("audience", Audience.ORGANISATION, because, sentence, round(total, 1))


_NAMES = clues(
    (
        (
            2.5,
            "an organisation's name",
            rf"\b(?:{_HOUSE}|dienst|redactie|directie|team|bv|nv|vzw|abdij|juf|dr|hr|comite"
            rf"|collectief|software|radio)\b",
        ),
    )
)
