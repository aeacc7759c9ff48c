"""What a written word may stand for in the library: a stem, the parts of a compound, a slip of the pen, a synonym.

Pure. A slip of the pen is found by leaving out one letter on both sides (Garbe's symmetric delete), which finds a
letter too many, too few, wrong or swapped in a dozen look-ups whatever the size of the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mailbot.answers.words import diminutives, is_small, stem, words

COMPOUND = 0.6  # how much a part of a compound counts beside the whole
HALF = 0.45  # a compound of which only one part is known
SLIP = 0.8
SYNONYM = 0.9
SHORTEST_PART = 4
SHORTEST_SLIP = 5
_COMPOUNDING = ("nl", "de")
_JOINTS = ("", "s", "en", "e", "n")
REMEMBERED = 200_000
LANGUAGES = ("nl", "fr", "en", "de", "es", "it", "pt", "ro", "pl", "tr")
Resolved = tuple[tuple[str, float], ...]
Meanings = Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language of a library: `stems` known, `parts` by surface form, `near` by a letter left out.

    `meanings` has the synonyms: by first stem, runs of stems with the names of what they mean, the same everywhere.
    """

    language: str
    stems: frozenset[str]
    parts: Mapping[str, str]
    near: Mapping[str, str]
    meanings: Meanings
    resolved: dict[str, Resolved] = field(default_factory=dict)  # a memory, never a difference


def read_synonyms(lines: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read a meaning and its words in each of `LANGUAGES`, between tabs; commas part phrases, `#` begins a remark."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) < 2 or line.startswith("#"):
            continue
        by_language = zip(LANGUAGES, cells[1:], strict=False)
        found[cells[0].strip()] = {each: tuple(_phrases(cell)) for each, cell in by_language if cell.strip()}
    return found


def _phrases(cell: str) -> Iterator[str]:
    return (phrase.strip() for phrase in cell.split(",") if phrase.strip())


def make_vocabulary(
    language: str, texts: Iterable[str], synonyms: Mapping[str, Mapping[str, Sequence[str]]]
) -> Vocabulary:
    """Know every word of some texts, and of the synonyms in that language."""
    phrases = [phrase for each in synonyms.values() for phrase in each.get(language, ())]
    surfaces = {word for text in (*texts, *phrases) for word in words(text)}
    surfaces = {word for word in surfaces if not is_small(word, language)}
    parts = {word: stem(word, language) for word in surfaces}
    stems = frozenset(parts.values())
    for each in stems:
        parts.setdefault(each, each)
    near = {short: parts[word] for word in sorted(surfaces, reverse=True) for short in _shortened(word)}
    return Vocabulary(language, stems, parts, near, _meanings(language, synonyms))


def _meanings(language: str, synonyms: Mapping[str, Mapping[str, Sequence[str]]]) -> Meanings:
    found: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
    for meaning, by_language in synonyms.items():
        for phrase in by_language.get(language, ()):
            run = tuple(stem(word, language) for word in words(phrase) if not is_small(word, language))
            if run:
                held = found.setdefault(run[0], {})
                held[run] = tuple(dict.fromkeys((*held.get(run, ()), f"={meaning}")))
    return {first: tuple(held.items()) for first, held in found.items()}


def _shortened(word: str) -> Iterator[str]:
    if len(word) >= SHORTEST_SLIP:
        yield word
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def terms(vocabulary: Vocabulary, text: str) -> dict[str, float]:
    """What a text says in the library's terms: stems and `=meanings`, each with how surely it is meant, at most 1."""
    told = [known for word in words(text) if (known := resolve(vocabulary, word))]
    found: dict[str, float] = {}
    for each in told:
        for term, weight in each:
            if weight > found.get(term, 0.0):
                found[term] = weight
    if vocabulary.meanings:
        found |= dict.fromkeys(_meant(vocabulary.meanings, told), SYNONYM)
    return found


def _meant(meanings: Meanings, told: Sequence[Resolved]) -> Iterator[str]:
    """What runs of words mean, and the parts of compounds."""
    stems = [each[0][0] for each in told]
    for start, each in enumerate(told):
        for run, names in meanings.get(stems[start], ()):
            if len(run) == 1 or run == tuple(stems[start : start + len(run)]):
                yield from names
        for term, _ in each[1:] if each[0][1] < 1 else ():  # a supermarkt is no markt, though an unknown word may be
            yield from (name for run, names in meanings.get(term, ()) if len(run) == 1 for name in names)


def resolve(vocabulary: Vocabulary, word: str) -> Resolved:
    """The terms that a folded word may stand for, the likeliest first; itself where it is not known; none if small."""
    known = vocabulary.resolved.get(word)
    if known is None:
        known = () if is_small(word, vocabulary.language) else tuple(_resolved(vocabulary, word))
        if len(vocabulary.resolved) < REMEMBERED:
            vocabulary.resolved[word] = known
    return known


def _resolved(vocabulary: Vocabulary, word: str) -> list[tuple[str, float]]:
    whole = stem(word, vocabulary.language)
    parts = _compound(vocabulary, word) if vocabulary.language in _COMPOUNDING else []
    if whole in vocabulary.stems:
        return [(whole, 1.0), *((part, weight / 2) for part, weight in parts)]
    smaller = [vocabulary.parts[each] for each in diminutives(word) if each in vocabulary.parts]
    if smaller:
        return [(smaller[0], 1.0)]
    if parts:
        return parts
    slip = _slip(vocabulary.near, word)
    return [(slip, SLIP)] if slip else [(whole, 1.0)]


def _compound(vocabulary: Vocabulary, word: str) -> list[tuple[str, float]]:
    """The parts of a compound; with one part known, that part alone and for less."""
    best: list[tuple[str, float]] = []
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        tail = vocabulary.parts.get(word[at:])
        head = _head(vocabulary.parts, word[:at])
        if head and tail:
            return [(head, COMPOUND), (tail, COMPOUND)]
        if not best and (tail or (head and at > SHORTEST_PART)):
            best = [(tail or head or "", HALF)]
    return best


def _head(parts: Mapping[str, str], written: str) -> str | None:
    for joint in _JOINTS:
        bare = written.removesuffix(joint) if joint else written
        if len(bare) >= SHORTEST_PART and bare in parts:
            return parts[bare]
    return None


def _slip(near: Mapping[str, str], word: str) -> str | None:
    return next((near[each] for each in _shortened(word) if each in near), None)


