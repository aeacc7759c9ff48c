"""The language to answer in: the one asked for, else the one most of the writer's own words are in. Pure.

Little words and scripts decide, from `language_words`; three-letter pieces of the same words decide where no word is
known. Names, addresses, quotes and the labels of a form do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from mailbot.model import Evidence
from mailbot.triage.language_wish import Wish, wish
from mailbot.triage.language_words import SCRIPT_WORDS, WORDS
from mailbot.triage.quoting import own_words

MAX_TEXT = 4_000
DEFAULT = "nl"
OURS = ("nl", "fr", "en", "de")
LEAST = 1.0  # from this score on a language of the desk is believed
LEAST_OF_OTHERS = 2.0  # and any other, so that one odd word makes nobody Polish
SURE_SCORE = 2.5
SURE_LEAD = 2.0
PIECES_BELOW = 6.0
MAX_PIECED_WORDS = 30

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S*[@/\\]\S*|\bwww\.\S+")
_LABEL = re.compile(r"^[ \t]*([^\n:]{2,60}?)[ \t]*[:?][ \t:]*([^\n]*)$", re.M)
_PARTICLES = frozenset(
    [
        "Van",
        "De",
        "Den",
        "Der",
        "Het",
        "Ter",
        "Ten",
        "Le",
        "La",
        "Du",
        "Des",
        "Von",
        "El",
        "Al",
        "Di",
        "Da",
        "Dos",
        "San",
        "Saint",
        "Sint",
        "Mc",
        "Op",
    ]
)
_OTHER_SCRIPT = re.compile(
    r"(?P<greek>[\u0370-\u03ff]+)|(?P<cyrillic>[\u0400-\u04ff]+)|(?P<hy>[\u0530-\u058f]+)|(?P<he>[\u0590-\u05ff]+)"
    r"|(?P<arabic>[\u0600-\u06ff\u0750-\u077f]+)|(?P<hi>[\u0900-\u097f]+)|(?P<bn>[\u0980-\u09ff]+)"
    r"|(?P<pa>[\u0a00-\u0a7f]+)|(?P<ta>[\u0b80-\u0bff]+)|(?P<th>[\u0e00-\u0e7f]+)|(?P<bo>[\u0f00-\u0fff]+)"
    r"|(?P<ka>[\u10a0-\u10ff]+)|(?P<ethiopic>[\u1200-\u137f]+)|(?P<kana>[\u3040-\u30ff]+)|(?P<han>[\u4e00-\u9fff]+)"
    r"|(?P<ko>[\uac00-\ud7af]+)"
)
_DENSE = {"han": 2.0, "kana": 2.0, "ko": 1.5}  # one such sign says as much as two letters
_MARKS = {
    "cyrillic": (("uk", "іїєґ"), ("sr", "ђћљњџј"), ("ru", "ыэё"), ("bg", "ъ")),
    "arabic": (("ps", "ټډړښځڅۍ"), ("ur", "ٹڈڑںھے"), ("fa", "پچژگکی")),
}
_FAMILY = {"cyrillic": ("ru", "uk", "bg", "sr"), "arabic": ("ar", "fa", "ur", "ps")}


@dataclass(frozen=True, slots=True)
class Language:
    """`code` (ISO 639-1) to answer in; `sure` is False where the desk had better answer in all its languages.

    `written` is the language of the words themselves, `wish` the one explicitly asked for; `scores` in no unit.
    """

    code: str
    sure: bool
    wish: str | None = None
    written: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    evidence: Evidence | None = None


def find(text: str, hint: str = "", *, subject: str = "") -> Language:
    """The language to answer a letter in.

    `text` is the letter's new text; `subject` is used for wishes, and for words where the text has too few.
    `hint` (an ISO 639-1 code) decides where nothing else does. Reads `MAX_TEXT` characters at most.
    """
    own = own_words(text)[:MAX_TEXT]
    scores = score(own)
    if _lead(scores) < SURE_LEAD and not subject.lower().startswith("re:"):
        scores = _added(scores, score(subject[:200]))
    fallback = hint or DEFAULT
    ranked = sorted(scores, key=lambda code: (-scores[code], code != fallback, code))
    written = ranked[0] if ranked else None
    asked = wish(f"{subject[:200]}\n{own}", written)
    if asked:
        return Language(asked.code, True, asked.code, written, scores, _asked(asked))
    least = LEAST if written in OURS else LEAST_OF_OTHERS
    code = written if written and scores[written] >= least else fallback
    sure = written == code and scores[code] >= SURE_SCORE and _lead(scores) >= SURE_LEAD
    return Language(code, sure, None, written, scores, Evidence("language", code, "the words of the letter"))


def score(text: str) -> dict[str, float]:
    """How much a text speaks for each language; empty for a text without a word that tells."""
    scores = {} if text.isascii() else _scripts(text)
    words, table = _free_words(text), _table()
    for word, times in Counter(words).items():
        for code, weight in table.get(word, ()):
            scores[code] = scores.get(code, 0.0) + times * weight
    if _lead(scores) < PIECES_BELOW:
        _add_pieces(scores, [word for word in words if word not in table])
    return scores


def _asked(asked: Wish) -> Evidence:
    return Evidence("language", asked.code, "asked for in so many words", asked.sentence)


def _lead(scores: Mapping[str, float]) -> float:
    best = sorted(scores.values(), reverse=True)[:2]
    return best[0] - (best[1] if len(best) > 1 else 0.0) if best else 0.0


def _added(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {code: one.get(code, 0.0) + other.get(code, 0.0) for code in one.keys() | other.keys()}


def _free_words(text: str) -> list[str]:
    if "@" in text or "/" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if text.count(":") >= 4:
        text = _without_labels(text)
    return " ".join([word for word in _WORD.findall(text) if word not in _PARTICLES]).lower().split(" ")


def _without_labels(text: str) -> str:
    """Of a form, the answers that are sentences; of any other text, the text."""
    fields = _LABEL.findall(text)
    if len(fields) < 4 or len(fields) * 2 < text.strip().count("\n"):
        return text
    answers = [answer for _, answer in fields]
    free = [answer for answer in answers if len(answer.split()) >= 4 and ";" not in answer]
    own = [answer for answer in free if not _is_choice(answer)]
    return "\n".join(own or answers)


def _is_choice(answer: str) -> bool:
    return "(" in answer and " / " in answer


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each known word with the languages it speaks for; a word of several languages says less of each."""
    owners: dict[str, list[str]] = {}
    for code, words in WORDS.items():
        for word in set(words.replace("'", " ").replace("-", " ").split()):
            owners.setdefault(word, []).append(code)
    return {word: tuple((code, _weight(word, len(codes))) for code in codes) for word, codes in owners.items()}


def _weight(word: str, shared: int) -> float:
    telling = 1.0 if len(word) == 1 else 2.0 if len(word) < 4 else 3.0
    return float(telling / shared**1.5)


@lru_cache(maxsize=1)
def _pieces() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each three-letter piece of the known words with the log-odds by which it speaks for a language."""
    counts = {code: Counter(piece for word in words.split() for piece in _cut(word)) for code, words in WORDS.items()}
    totals = {code: sum(count.values()) + 200.0 for code, count in counts.items()}
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for piece in set().union(*counts.values()):
        rates = {code: (counts[code][piece] + 0.1) / totals[code] for code in WORDS}
        mean = sum(rates.values()) / len(rates)
        found[piece] = tuple((code, log(rate / mean) / 4) for code, rate in rates.items() if rate > mean)
    return found


def _cut(word: str) -> Iterable[str]:
    framed = f" {word} "
    return (framed[start : start + 3] for start in range(len(framed) - 2))


def _add_pieces(scores: dict[str, float], words: list[str]) -> None:
    pieces = _pieces()
    for word in words[:MAX_PIECED_WORDS]:
        for piece in _cut(word[:20]):
            for code, weight in pieces.get(piece, ()):
                scores[code] = scores.get(code, 0.0) + weight


def _scripts(text: str) -> dict[str, float]:
    runs: dict[str, list[str]] = {}
    for match in _OTHER_SCRIPT.finditer(text):
        runs.setdefault(str(match.lastgroup), []).append(match.group())
    found = {script: sum(map(len, words)) * _DENSE.get(script, 0.5) for script, words in runs.items()}
    if "kana" in found and "han" in found:
        found["kana"] += found.pop("han")
    return {_of_script(script, runs[script]): weight for script, weight in found.items()}


def _of_script(script: str, words: list[str]) -> str:
    if script in _FAMILY:
        return _of_family(script, words)
    if script == "ethiopic":
        return "ti" if sum("ዝ" in word or "ኣ" in word for word in words) * 8 > len(words) else "am"
    return {"greek": "el", "kana": "ja", "han": "zh"}.get(script, script)


def _of_family(script: str, words: list[str]) -> str:
    low = [word.lower() for word in words]
    votes = {code: float(sum(word in _known(code) for word in low)) for code in _FAMILY[script]}
    joined = "".join(low)
    for code, marks in _MARKS[script]:
        votes[code] += sum(map(joined.count, marks))
    return max(_FAMILY[script], key=lambda code: votes[code])


@lru_cache(maxsize=16)
def _known(code: str) -> frozenset[str]:
    return frozenset(SCRIPT_WORDS[code].split())
