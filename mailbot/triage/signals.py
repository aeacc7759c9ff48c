"""What a letter shows, as numbers with names: the acts of its sentences, where they stand, rules, envelope.

The layers that weigh these numbers are trained; nothing here knows what they will say.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log1p
from operator import itemgetter

from mailbot.model import Evidence, Letter
from mailbot.triage import audience, behalf
from mailbot.triage.heads import COLUMNS
from mailbot.triage.lookup import make_tables, score
from mailbot.triage.rules import Hit, TriageRules, hits_in
from mailbot.triage.text import Sentence, quoted, sentences
from mailbot.triage.weights import Layer, tells

RULE_CAP = 6.0
MEMBERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    name: tuple((column, column[len(name) + 1 :]) for column in COLUMNS if column.startswith(name + ":"))
    for name in ("act", "intent", "flag", "category", "topic")
}
_PICKED = {
    name: (tuple(short for _, short in members), itemgetter(*(key for key, _ in members)))
    for name, members in MEMBERS.items()
}
QUIET = 0.6  # from this share of "no act" a sentence counts as saying nothing


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence as heard: probability of each act, log-odds per column, the rules that fired."""

    sentence: Sentence
    acts: Mapping[str, float]
    columns: Mapping[str, float]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter as read: its sentences, its log-odds as a whole by column, the rules on its sender.

    `standing` has the points and the loudest clue for `organisation` and `on_behalf`; `known` is the share of its
    words that training met; `quoted` has the rules that fire on what it answers.
    """

    letter: Letter
    heard: tuple[Heard, ...]
    whole: Mapping[str, float]
    hits: tuple[Hit, ...]
    standing: Mapping[str, tuple[float, Evidence | None]]
    known: float = 1.0
    quoted: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of a letter before any weights: sentences, standing, the rules on each, on sender and quotes."""

    sentences: tuple[Sentence, ...]
    hits: tuple[tuple[Hit, ...], ...]
    sender: tuple[Hit, ...]
    standing: Mapping[str, tuple[float, Evidence | None]]
    quoted: tuple[Hit, ...] = ()


def note(letter: Letter, rules: TriageRules) -> Noted:
    """Cut a letter into sentences and look for the town's rules and the clues of capacity."""
    found = sentences(letter)
    hits = tuple(hits_in(rules, each.text, each.where) for each in found)
    quotes = hits_in(rules, quoted(letter), "quote")
    return Noted(found, hits, sender_hits(letter, rules), standing(letter), quotes)


def read(letter: Letter, rules: TriageRules) -> Reading:
    """Read every sentence once and add them up. Needs trained weights in `rules`."""
    weights = rules.weights
    if weights is None:
        raise ValueError("no weights loaded")
    noted = note(letter, rules)
    spoken, extra = [each.tokens for each in noted.sentences], envelope(letter, noted.sentences)
    odds, odds_of_all, known = score(make_tables(weights), spoken, extra)
    told = [dict(zip(weights.columns, each, strict=True)) for each in odds]
    whole = dict(zip(weights.columns, odds_of_all, strict=True))
    return Reading(letter, _heard(noted, told), whole, noted.sender, noted.standing, known, noted.quoted)


def reading_of(
    letter: Letter,
    noted: Noted,
    whole: Mapping[str, float],
    told: Sequence[Mapping[str, float]],
    vocabulary: Container[str],
) -> Reading:
    """A reading from what was noted and the log-odds of the letter and of each of its sentences."""
    words = {word for each in noted.sentences for word in each.tokens if tells(word)}
    known = sum("=" + word in vocabulary for word in words) / len(words) if words else 0.0
    return Reading(letter, _heard(noted, told), whole, noted.sender, noted.standing, known, noted.quoted)


def _heard(noted: Noted, told: Sequence[Mapping[str, float]]) -> tuple[Heard, ...]:
    return tuple(
        Heard(one, shares(columns, "act"), columns, hits)
        for one, columns, hits in zip(noted.sentences, told, noted.hits, strict=True)
    )


def standing(letter: Letter) -> dict[str, tuple[float, Evidence | None]]:
    """In which capacity the writer writes and for whom, as points and clues."""
    name = letter.sender.name if letter.sender else ""
    forwarded = letter.forward.text if letter.forward else ""
    return {
        "organisation": audience.weigh(letter.new_text, subject=letter.subject, name=name),
        "on_behalf": behalf.weigh(letter.new_text, subject=letter.subject, forwarded=forwarded),
    }


def envelope(letter: Letter, found: Sequence[Sentence]) -> list[str]:
    """Features of the letter that are in no sentence: the mailbox, and the words of the subject once more."""
    subject = found[0].tokens if found and found[0].where == "subject" else ()
    return [f"@{letter.mailbox}", *(f"@{word}" for word in subject)]


def softmax(values: Sequence[float]) -> list[float]:
    """Probabilities from log-odds; sums to one."""
    top = max(values)
    powers = [exp(value - top) for value in values]
    whole = sum(powers)
    return [power / whole for power in powers]


def sigmoid(value: float) -> float:
    """Probability from log-odds, safe at both ends."""
    return 1 / (1 + exp(-max(-60.0, min(60.0, value))))


def group(columns: Mapping[str, float], name: str) -> dict[str, float]:
    """The columns of one group, such as every `act:`, without the prefix."""
    short, pick = _PICKED[name]
    return dict(zip(short, pick(columns), strict=True))


def shares(columns: Mapping[str, float], name: str) -> dict[str, float]:
    """The columns of one group as probabilities that add up to one."""
    short, pick = _PICKED[name]
    return dict(zip(short, softmax(pick(columns)), strict=True))


def signals(reading: Reading) -> dict[str, float]:
    """The numbers by name; a name that is missing means nought."""
    found: dict[str, float] = {f"whole:{name}": value for name, value in shares(reading.whole, "intent").items()}
    found |= {f"odds:{name}": value / 4 for name, value in group(reading.whole, "intent").items()}
    found |= {f"flag:{name}": value / 4 for name, value in group(reading.whole, "flag").items()}
    found |= {f"top:{name}": value / 4 for name, value in _loudest(reading, "flag").items()}
    found |= _acts(reading)
    found |= _rules(reading)
    found |= {f"clue:{name}": points / 3 for name, (points, _) in reading.standing.items()}
    found |= _shape(reading)
    return found


def _loudest(reading: Reading, name: str) -> dict[str, float]:
    """The highest log-odds that any sentence has in each column of a group."""
    return highest([group(each.columns, name) for each in reading.heard])


def highest(told: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The highest value of each name, of mappings that all have the same names in the same order."""
    columns = zip(*(each.values() for each in told), strict=True)
    return dict(zip(told[0], map(max, columns), strict=True)) if told else {}


def share(each: Heard, acts: Iterable[str]) -> float:
    """The chance that a sentence is any of some acts."""
    return sum(map(each.acts.__getitem__, acts))


def _acts(reading: Reading) -> dict[str, float]:
    subject = [each.acts for each in reading.heard if each.sentence.where == "subject"]
    body = [each.acts for each in reading.heard if each.sentence.where != "subject"] or subject
    telling = [acts for acts in body if acts.get("no_act", 0.0) < QUIET]
    found: dict[str, float] = {}
    for name, said in zip(body[0] if body else (), zip(*(acts.values() for acts in body), strict=True), strict=True):
        whole = sum(said)
        found[f"most:{name}"] = max(said)
        found[f"sum:{name}"] = log1p(whole)
        found[f"share:{name}"] = whole / len(body)
        found[f"subject:{name}"] = subject[0][name] if subject else 0.0
        found[f"first:{name}"] = telling[0][name] if telling else 0.0
        found[f"last:{name}"] = telling[-1][name] if telling else 0.0
    return found


def _rules(reading: Reading) -> dict[str, float]:
    best: dict[str, Hit] = {hit.rule: hit for hit in all_hits(reading)}
    found: dict[str, float] = {}
    for hit in best.values():
        name = f"rule:{hit.about}:{hit.value}"
        found[name] = max(-RULE_CAP, min(RULE_CAP, found.get(name, 0.0) + hit.weight))
    return found


def all_hits(reading: Reading) -> Iterable[Hit]:
    """Every rule that fired, on a sentence or on the sender."""
    yield from reading.hits
    for each in reading.heard:
        yield from each.hits


def _shape(reading: Reading) -> dict[str, float]:
    letter = reading.letter
    headers = letter.headers
    asks = sum("?" in each.sentence.tokens for each in reading.heard)
    return {
        "box:corona": float(letter.mailbox == "corona"),
        "box:none": float(letter.mailbox not in ("corona", "leuven_helpt")),
        "asks": log1p(asks),
        "length": log1p(len(reading.heard)),
        "short": float(len(reading.heard) <= 2),
        "forward": float(letter.forward is not None),
        "quotes": float(len(letter.text) > len(letter.new_text) + 40),
        "list": float("list-unsubscribe" in headers or "list-id" in headers),
        "bulk": float(any("bulk" in value.lower() for value in headers.get("precedence", ()))),
        "x-spam": float(_says_spam(headers)),
    }


def chance(layer: Layer, found: Mapping[str, float]) -> float:
    """The probability of yes by a layer of two classes."""
    return sigmoid(odds_of_yes(layer, found))


def odds_of_yes(layer: Layer, found: Mapping[str, float]) -> float:
    """Log-odds of yes by a layer of two classes; signals that it does not know count nothing."""
    lean = layer.lean.get
    return layer.bias[1] - layer.bias[0] + sum([lean(name, 0.0) * value for name, value in found.items()])


def _says_spam(headers: Mapping[str, tuple[str, ...]]) -> bool:
    flags = (*headers.get("x-spam-flag", ()), *headers.get("x-spam-status", ()), *headers.get("x-spam", ()))
    return any(value.strip().lower().startswith(("yes", "true")) for value in flags)


def weigh(layer: Layer, found: Mapping[str, float]) -> list[float]:
    """Log-odds per class of one layer: a sum over the named signals."""
    values = [found.get(name, 0.0) for name in layer.names]
    rows = zip(layer.coef, layer.bias, strict=True)
    return [sum(map(float.__mul__, row, values)) + bias for row, bias in rows]


def sender_hits(letter: Letter, rules: TriageRules) -> tuple[Hit, ...]:
    """The rules that fire on the sender's name and address."""
    return hits_in(rules, f"{letter.sender.name} <{letter.sender.email}>", "sender") if letter.sender else ()
