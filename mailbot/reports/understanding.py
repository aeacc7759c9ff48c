"""How well letters are understood, as lines of text and as plain values. What is counted is in `triage.evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mailbot.triage.evaluate import INTENTS, Figures, Judged, Score, confusion, figures, reliability, worst

WORST = 12


def lines(judged: Sequence[Judged], aside: Sequence[Judged]) -> Iterator[str]:
    """The report: every figure cross-validated, beside it on the letters that were set aside; then the errors."""
    seen, unseen = figures(judged), figures(aside)
    yield f"{'':34}{'cross-validated':>17}{'set aside':>12}"
    yield f"{'letters':34}{seen.letters:>17}{unseen.letters:>12}"
    for (name, one), (_, other) in zip(_rows(seen), _rows(unseen), strict=True):
        yield f"{name:34}{one:>17}{other:>12}"
    yield ""
    yield "by language (right of letters): " + ", ".join(
        f"{code} {right:.2f} of {count}" for code, (count, right) in seen.by_language.items()
    )
    yield ""
    yield from _confusion(judged)
    yield ""
    yield "when it says so sure, it is so often right (letters):"
    yield from (f"  {said:.2f}  {right:.2f}  ({count})" for said, right, count in reliability(judged))
    yield ""
    yield "the worst mistakes:"
    yield from (line for each in worst(judged, WORST) for line in _mistake(each))


def as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every figure as plain values; scores with precision, recall and F1."""
    found = figures(judged)
    plain = {name: _plain(value) for name, value in asdict_shallow(found).items()}
    table = [{"true": true, "said": said, "letters": n} for (true, said), n in sorted(confusion(judged).items())]
    return plain | {"confusion": table, "reliability": reliability(judged)}


def asdict_shallow(found: Figures) -> dict[str, Any]:
    """The fields of the figures with their values as they are."""
    return {name: getattr(found, name) for name in Figures.__slots__}


def _plain(value: Any) -> Any:
    if isinstance(value, Score):
        shares = {"precision": value.precision, "recall": value.recall, "f1": value.f1}
        return asdict(value) | {name: round(share, 4) for name, share in shares.items()}
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def _rows(found: Figures) -> Iterator[tuple[str, str]]:
    yield "intent, macro-F1", f"{found.macro_f1:.3f}"
    yield from ((f"  {name}, F1", f"{score.f1:.3f}") for name, score in found.intent.items())
    yield "automatic, share of letters", f"{found.automatic_share:.3f}"
    yield "automatic, right", f"{found.automatic_right:.3f}"
    yield "calibration error", f"{found.calibration_error:.3f}"
    for name in ("urgent", "on_behalf", "organisation", "also"):
        score: Score = getattr(found, name)
        yield f"{name}, precision / recall", f"{score.precision:.2f} / {score.recall:.2f}"
    yield "categories, micro-F1", f"{found.categories.f1:.3f}"
    yield "topics, micro-F1", f"{found.topics.f1:.3f}"
    for name in ("kind", "language", "phone", "place"):
        yield f"{name}, right", f"{getattr(found, name):.3f}"


def _confusion(judged: Sequence[Judged]) -> Iterator[str]:
    counts = confusion(judged)
    yield f"{'true, then said':14}" + "".join(f"{said:>14}" for said in INTENTS)
    for true in INTENTS:
        yield f"{true:14}" + "".join(f"{counts.get((true, said), 0):>14}" for said in INTENTS)


def _mistake(each: Judged) -> Iterator[str]:
    gold, verdict = each.example.gold["intent"], each.verdict
    words = " ".join(each.example.letter.new_text.split())[:150]
    yield f"  {each.example.id}: {gold}, said {verdict.intent} at {verdict.confidence:.2f}"
    yield f"      {' '.join(each.example.letter.subject.split())[:60]} | {words}"
