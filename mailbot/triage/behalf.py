"""On whose behalf somebody asks: for a person outside the household or for clients. What is asked is not read here.

Readable clues in Dutch, French, English and German, with a few words of other languages; each is worth points, and the
sentence of the strongest is the evidence.
"""

from __future__ import annotations

from mailbot.model import Evidence
from mailbot.triage.clues import clues, sentence_at
from mailbot.triage.quoting import flat, own_words

MAX_TEXT = 6_000
ENOUGH = 2.0

_RELATIVE = (
    r"(?:(?:schoon|groot)?(?:moeder|vader|ouders|mama|papa)|mams|paps|moeke|vake|ma|pa|oma|opa"
    r"|bomma|bompa|meter|peter|tante|nonkel|oom|"
    r"(?:schoon)?(?:zus|zuster|broer)|nicht|neef|(?:ge)?buurvrouw|buurman|(?:over|onder"
    r"|boven)?bu(?:ren|ur)|vriend(?:in)?|kennis|"
    r"grands?-?(?:mere|pere|parents)|(?:belle-)?(?:mere|soeur)|(?:beau-)?(?:pere|frere)|parents|oncle|voisine?s?|amie?|"
    r"maman|mamie|papy|(?:grand)?(?:mother|father|parents|ma|pa)(?:-in-law)?|mum|mom|dad|granny"
    r"|gran|aunt|uncle|sister|brother|"
    r"neighbou?rs?|friend|(?:schwieger|gros)?(?:mutter|vater|eltern)|nachbarin|nachbarn?|freundin"
    r"|freund|schwester|bruder|onkel|"
    r"mae|pai|madre|padre|vecina|matka)"
)
_MY = r"(?:mijn|m'n|mn|men|mij|ons|onze?|mon|ma|mes|notre|nos|my|our|meine[nrm]?|mein|unsere[nrm]?|minha|meu|mi|moja)"
_THE = rf"(?:{_MY}|de|la|le|the|een|une?|an?|a minha|die)"
_PEOPLE = rf"(?:{_MY} (?:[a-z-]+ )?{_RELATIVE}|annem|babam|komsum)"
_AGE = r"(?:[67-9]\d|[6-9]\d|1\d\d)"
_NEEDS = (
    r"(?:woont|wonen|durft|durven|kan (?:zelf )?niet|kunnen niet|mag (?:zelf )?niet (?:meer "
    r")?buiten|heeft (?:\w+ )?(?:hulp|nodig|nog (?:eten|genoeg)|"
    r"geen (?:internet|eten|computer|niemand))|heeft niemand|krijgt|spreekt|spreken|geraakt niet"
    r"|verstaat|is (?:blind|slecht te been|bang|alleen)|"
    r"zijn allebei|zit alleen|zitten in|vit |vivent|habite\w*|ne peut|n'ose|a besoin|ont encore"
    r"|sont rentres|lives?|needs?|can't|cannot|"
    r"doesn't|uses a|lebt|wohnt|kann nicht|braucht|lasst sich|vive|vivem|necesita|mieszka|yalniz)"
)
_ONE = r"(?:ik|j[e']|i|ich|wij|we|nous|wir)"

_CLUES = clues(
    (
        (6, "the form says for somebody else",
         r"^[ \t>]*(?:voor wie|pour qui|for whom|fur wen)[^\n:]{0,20}:[ \t]*(?:iemand anders"
         r"|(?:een |mijn )?client|familielid|buur|quelqu|someone|jemand)"),
        (-6, "the form says for oneself",
         r"^[ \t>]*(?:voor wie|pour qui|for whom|fur wen)[^\n:]{0,20}:[ \t]*(?:mezelf|mijzelf|me\b"
         r"|moi|myself|mich|zelf)"),
        (3, "asks for clients",
         r"\b(?:onze|mijn|een|\d+|nos|mes|our|my|unsere[nr]?) (?:\w+ )?(?:client(?:e|en|es|s)?"
         r"|klanten|patient(?:e|en|es|s)?|klienten|bezoekers|gezinnen|familles|"
         r"families|leerlingen|cursisten)\b|^client[e]?\b|\b(?:een|aan) (?:gezin|koppel|man|vrouw"
         r"|dame|jongen|meisje) (?:van|uit|in|met|die)\b"),
        (3, "looks after people",
         r"\b(?:wij|we|ik) (?:begeleid(?:en)?|volgen|ondersteunen|bellen elke week)\b|\bwe "
         r"(?:support|assist)\b[^.\n]{0,30}\b(?:families|people)|"
         r"\bnous accompagnons\b|\bwir (?:betreuen|begleiten)\b"),
        (3, "names the person",
         r"\b(?:voor|for|pour|fur|bij|naar|met) (?:mevr|mevrouw|dhr|mijnheer|mr|mrs|mme|madame"
         r"|monsieur|frau|herrn?)\b\.? ?[a-z]|"
         rf"\b(?:mevrouw|mevr|mijnheer|meneer|dhr|madame|monsieur|mme|m|mrs|mr)\b\.? [a-z]+[^.\n]{{0,25}}\b{_AGE}\b|"
         r"\bde (?:man|vrouw|dame|heer) (?:waarover|op|van|die)\b|\b[a-z]+ \(\d\d, [a-z-]+\)"),
        (3, "somebody else must take over",
         r"\biemand anders (?:\w+ ){0,2}(?:zoeken|vinden|sturen)\b|\bheeft (?:dan |hij |zij |ze "
         r")?niemand\b|\boverne(?:emt|men)\b|"
         r"\bpeut-il reprendre\b|\btake over\b"),
        (2, "asks for a relative or neighbour", rf"\b(?:voor|pour|for|fur|help|para|van|bel(?:len)?) {_PEOPLE}\b"),
        (2, "tells what a relative or neighbour needs",
            rf"\b{_PEOPLE}\b(?:[^.!?\n]{{0,40}}\b{_NEEDS}|[^.!?\n]{{0,25}}\b{_AGE}\b)"),
        (2, "speaks of a relative as of somebody else",
            rf"^\W*(?:hallo|dag|hi|hoi)?\W*{_RELATIVE} (?:is|woont|kan|heeft|durft)\b|\b{_PEOPLE} "
            rf"\("),
        (2, "people next door",
         r"\b(?:gezin|koppel|man|vrouw|dame|mevrouw|meneer|familie|people|family|lady|couple"
         r"|famille|gens) (?:van )?(?:hier)?naast\b|\bnext door\b|"
         r"\b(?:gezin|koppel|man|vrouw|dame|mevrouw|meneer|familie) (?:onder|boven|naast|tegenover"
         r"|rechtover) (?:ons|mij)\b|"
         r"\b(?:man|woman|lady|couple|family|people|guy) (?:downstairs|upstairs|living (?:above"
         r"|below))|\bdu (?:dessus|dessous|rez)\b|\bd'(?:a cote|en face)\b|\bnebenan\b"),
        (1, "speaks of a third person's need",
         r"\b(?:bij|voor|aan) (?:haar|hem|hen) (?:aanbellen|langs|gaan|thuis|boodschappen|bellen"
         r"|doen)|\b(?:for|with|call) (?:her|him|them)\b|"
         r"\b(?:ze|zij|hij) (?:woont|durft|kan niet|spreekt|geraakt|klaagt)\b|\b(?:she|he) (?:lives"
         r"|is \d\d|needs|can't|speaks)\b|\b(?:elle|il) (?:vit|habite|parle)\b|"
         r"\b(?:er|sie) (?:spricht|lebt|wohnt)\b|\b(?:haar|zijn|her|his|son|sa|ihre?|seine) "
         r"(?:nummer|gsm|adres|number|numero|address|adresse)\b"),
        (2, "says that it is not for the writer",
         r"\b(?:niet voor mij(?:zelf)?|zelf geen hulp nodig|pas pour moi|not for (?:me|myself)|nicht fur mich)\b"),
        (1, "the writer is far away",
         r"\bik (?:woon|zit|ben) (?:zelf |er zelf )?(?:in|op|te) [a-z-]+|\bik zelf in\b|\bmoi a "
         r"[a-z]+|\bik kan (?:er )?zelf niet (?:\w+ )?(?:komen|gaan|naartoe|langs)|"
         r"\bmag zelf niet komen|\bj'habite a [a-z]+ et\b|\bi(?:'m| am) writing from\b|\bdarf aus\b"
         r"|\bi live abroad\b|\bin het buitenland\b"),
        (-2.5, "a relative was the one who helped",
         rf"\b{_PEOPLE}\b[^.!?\n]{{0,40}}\b(?:deed|deden|doet|bracht|brengt|help(?:t|en)|hielp"
         rf"|past op|vangt|komt niet|komen niet|niet (?:meer )?komen|insprong|"
         r"zorgt|zorgde|faisait|aidait|used to|helped|is zelf|zijn dood|gestorven|overleden|in het "
         r"buitenland|zijn zelf|bezoeken|bezoek)\b"),
        (-2.5, "the writer tells his own need",
         rf"\bik ben (?:\w+ )?(?:\d\d|blind|ziek|weduwe|weduwnaar|positief|alleen|geopereerd)\b"
         rf"|\b{_ONE} (?:durf|durven|kan|mag|geraak|suis|ne peux|can't|cannot|kann|darf|lig) "
         r"(?:zelf )?(?:niet|geen|niks|pas|nicht|kein\w*|seule?|not)\b(?: (?:meer )?(?:buiten|naar"
         r"|stappen|out|sortir|raus|rijden))|\bvoor (?:mij|ons) (?:naar|boodschappen|doen|koken"
         r"|gaan)\b|"
         r"\b(?:for me|pour moi|fur mich|mij brengen|mij voeren|mij helpen|help me|aidez-moi|mir "
         r"helfen|bij mij|bij ons)\b|\bwij zijn (?:allebei )?\d\d\b|\bi (?:have no|don't have)\b|"
         r"\bik (?:heb|zit|woon|lig) (?:hier )?(?:alleen|geen|niets|niks|zonder)\b|\bwoon alleen\b"
         r"|\bje suis (?:seule?|maman)\b|\bi am (?:alone|in quarantine|sick|ill|pregnant)\b|"
         r"\b(?:mijn|onze) (?:zoon|dochter|man|vrouw|kinderen|kind|baby)\b"),
        (-1, "people for the organisation itself",
         r"\bons (?:rusthuis|woonzorgcentrum|wzc|tehuis|personeel|team)\b|\bonze (?:bewoners"
         r"|medewerkers|ploeg|zorgkundigen)\b|\bbewoners\b"),
    )
)  # fmt: skip


def weigh(text: str, *, subject: str = "", forwarded: str = "") -> tuple[float, Evidence | None]:
    """The points for asking for somebody outside the writer's household, from `ENOUGH` on telling, and the
    clue that says it loudest.

    Meaningful for letters that ask for help; `forwarded` is the letter inside a forward, whose writer is somebody else.
    """
    own = f"{subject[:200]}\n{own_words(text)}"[:MAX_TEXT]
    heard = [
        (each.clue.points, each.clue.because, sentence_at(own, each.start, each.end))
        for each in _CLUES.heard(flat(own))
    ]
    if forwarded.strip():
        heard.append((2.5, "passes on the letter of somebody else", forwarded.strip()[:200]))
    total = sum(points for points, _, _ in heard)
    if not heard:
        return 0.0, None
    _, because, sentence = max(heard, key=lambda each: each[0])
    return total, Evidence("on_behalf", "true", because, sentence, round(total, 1))
