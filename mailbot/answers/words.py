"""Words as the library compares them: folded, stemmed, without the small words that are in every question. Pure.

Stems are those of Snowball (M. Porter, snowballstem.org). What a word means beside its stem (compounds, slips of the
pen, synonyms) is in `vocabulary`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import snowballstemmer

MAX_WORD = 30
_WORD = re.compile(r"[^\W_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_STEMMERS = {
    "nl": "dutch_porter", "fr": "french", "en": "english", "de": "german", "es": "spanish", "it": "italian",
    "pt": "portuguese", "ro": "romanian", "pl": "polish", "tr": "turkish",
}  # fmt: skip

# In every question, so that they tell nothing apart; with the forms of the spoken language of Flanders.
SMALL = {
    "nl": """
        de het een en of in op te van voor met aan is zijn was ik je jij u uw we wij ze zij hij haar hem ons onze mijn
        me mij dat die dit deze er ook nog al maar als dan om bij naar uit tot over door er daar hier wat wie hoe
        welke kan kunnen kunt mag mogen moet moeten zou zouden wil willen heb hebben heeft had ben bent word wordt
        worden werd gaan gaat ga zal zullen graag alvast bedankt dank groeten groet beste geachte goeiedag goedemorgen
        goedemiddag hallo dag mvg vraag vraagje weten iemand iets wel niet geen meer heel erg zo toch eens even want
        omdat dus waar mevrouw meneer heer vriendelijke hartelijke ge gij uwen ne nen ma da dak ik't 't nie ni efkes
        moogt moogde kunde zijt hebt hebben waren kon alleen gewoon nu vandaag ofzo enzo aub svp ik'm mn m'n z'n tis
        zelf elk elke alle alles men ander andere anders veel echt laten laat doen doe doet komen komt kom zeggen zegt
        zei gezegd horen lezen las gelezen staat staan
    """,
    "fr": """
        le la les un une des du de d l et ou en au aux a dans sur pour par avec sans est sont etre ete suis es sommes
        etes c ce cet cette ces qui que qu quoi quel quelle quels quelles ne pas plus je j tu il elle on nous vous ils
        elles me m te se s mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs y si mais donc car comme
        peut peux peuvent puis pouvez pouvons pourrait dois doit doivent devons ai as avons avez ont bonjour bonsoir
        madame monsieur merci cordialement salutations question savoir voudrais voulais encore tres bien tout tous
        toute toutes fait faire aussi deja ici la meme
    """,
    "en": """
        the a an and or in on at to of for with from by is are am be been was were do does did i you he she it we they
        me my your his her its our their us them this that these those there here what which who how can could may
        might must should would will shall have has had not no if so but as about also just any some please thanks
        thank hello hi dear regards kind best question know wondering like want get go going one still yet more very
        m s t re ve ll d
    """,
    "de": """
        der die das den dem des ein eine einen einem einer und oder in im an am auf zu zum zur von vom fur mit bei aus
        nach ist sind war sein bin ich du er sie es wir ihr mich mir dich dir uns euch ihnen mein meine meinen unser
        unsere ihre dass wenn ob wie was wer wo welche kann konnen darf durfen muss mussen soll sollen will mochte
        habe haben hat wird werden nicht kein keine mehr noch auch nur schon aber hallo guten tag danke frage
        freundliche grusse bitte man sehr
    """,
}
_SMALL = {language: frozenset(written.split()) for language, written in SMALL.items()}
_ANY = frozenset[str]().union(*_SMALL.values())
_SMALL_ONES = ("ekes", "skes", "kes", "eke", "ske", "ke")


def fold(text: str) -> str:
    """Lower case without accents; other scripts stay as they are."""
    low = text.lower()
    return low if low.isascii() else _NOT_ASCII.sub(lambda sign: _bare(sign[0]), low)


@lru_cache(maxsize=1 << 12)
def _bare(sign: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return bare.replace("ß", "ss").replace("’", "'")


def words(text: str) -> list[str]:
    """The folded words of a text, in order, the small ones too."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


def is_small(word: str, language: str) -> bool:
    """Whether a folded word tells nothing in that language; in an unknown language, in any of ours."""
    return len(word) < 2 or word in _SMALL.get(language, _ANY)


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; in a language without a stemmer, the word itself."""
    name = _STEMMERS.get(language)
    return _stemmer(name).stemWord(word) if name and not word.isdigit() else word


@lru_cache(maxsize=8)
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name)


def diminutives(word: str) -> list[str]:
    """What a Flemish diminutive may be the small one of: `terraske`, `maskerkes`, `vraagske`."""
    return [word[: -len(end)] for end in _SMALL_ONES if word.endswith(end) and len(word) - len(end) >= 4]


def phrase_key(phrasing: str, language: str) -> str:
    """What two phrasings have in common that ask the same in other inflections or another order of small words."""
    return " ".join(stem(word, language) for word in words(phrasing) if not is_small(word, language))
