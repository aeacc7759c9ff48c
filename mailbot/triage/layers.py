"""The upper storey: small models over what a whole letter shows. Training only; `signals.weigh` applies them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence

from mailbot.model import Intent
from mailbot.triage import acts, needs
from mailbot.triage.corpus import LabelledLetter, fold_of
from mailbot.triage.heads import FLAGS, INTENT_OF_ACT, INTENTS, SHADES, flag_of, intent_label
from mailbot.triage.signals import Reading, signals, softmax, weigh
from mailbot.triage.trust import opinion, trust_signals
from mailbot.triage.weights import Layer

Shown = Sequence[Mapping[str, float]]
ALONE = 0.15  # how much a sentence as a letter counts beside a real letter
PARTS = 5
CERTAIN = 2.0  # half the log-odds of an answer that was always the same
TELLING = {
    "urgent": (
        *("flag:urgent", "top:urgent", "rule:urgent:true", "most:urgency", "sum:urgency", "share:urgency"),
        *("most:ask_help", "most:offer_help", "most:ask_info", "most:solved_withdraw", "most:everyday"),
    ),
    "organisation": (
        *("flag:organisation", "top:organisation", "clue:organisation", "rule:audience:organisation"),
        *("most:press_survey_job", "odds:spam", "box:corona", "length"),
    ),
    "on_behalf": (
        *("flag:on_behalf", "top:on_behalf", "clue:on_behalf", "rule:on_behalf:true", "forward"),
        *("odds:help_request", "odds:help_offer", "odds:info", "odds:other"),
    ),
}


def fit_layers(readings: Sequence[Reading], examples: Sequence[LabelledLetter]) -> dict[str, Layer]:
    """Every layer by name, from readings of letters and of sentences as letters, in the order of `examples`."""
    shown = [signals(reading) for reading in readings]
    layers = {"intent": fit_intent(shown, examples), "trust": fit_trust(readings, shown, examples)}
    letters = [at for at, each in enumerate(examples) if "intent" in each.gold]
    people = [at for at in letters if examples[at].gold["kind"] == "human"]
    for flag in FLAGS:
        few = [{name: shown[at].get(name, 0.0) for name in TELLING[flag]} for at in letters]
        layers[flag] = fit_layer(few, [str(flag_of(examples[at], flag)) for at in letters], YES, None, 1.0)
    pairs = [(readings[at], examples[at]) for at in people]
    layers["also"] = _fit_pairs(each for one in pairs for each in _further(*one))
    for group in needs.GROUPS:
        layers[group.name] = _fit_pairs(each for one in pairs for each in _labelled(group, *one))
    return layers


YES = ("False", "True")


def fit_intent(shown: Shown, examples: Sequence[LabelledLetter]) -> Layer:
    """The layer that says what a letter wants."""
    return fit_layer(shown, [label(each) for each in examples], INTENTS, [_counts(each) for each in examples], 0.03)


def fit_trust(readings: Sequence[Reading], shown: Shown, examples: Sequence[LabelledLetter]) -> Layer:
    """The layer that says how far the intent can be trusted, from opinions of models that had not seen the letter."""
    found: list[Mapping[str, float]] = []
    right: list[str] = []
    counts: list[float] = []
    for part in range(PARTS):
        inside = [fold_of(f"trust:{each.id}", PARTS) == part for each in examples]
        kept = [at for at, is_inside in enumerate(inside) if not is_inside]
        layer = fit_intent([shown[at] for at in kept], [examples[at] for at in kept])
        for at, is_inside in enumerate(inside):
            if is_inside:
                chances = opinion(dict(zip(INTENTS, softmax(weigh(layer, shown[at])), strict=True)))
                truth = label(examples[at])
                best = max(chances, key=lambda name: chances[name])
                found.append(trust_signals(readings[at], chances))
                right.append(str(best == ("other" if truth == "spam" else truth)))
                counts.append(_counts(examples[at]))
    return fit_layer(found, right, YES, counts, 1.0)


def label(example: LabelledLetter) -> str:
    """The intent of a letter, or of a sentence as a letter."""
    if "intent" in example.gold:
        return intent_label(example)
    act = SHADES.get((example.gold["act"], example.gold["label"]), example.gold["act"])
    return "spam" if act == "bulk" else INTENT_OF_ACT.get(act, "other")


def fit_layer(
    shown: Shown, truth: Sequence[str], classes: Sequence[str], counts: Sequence[float] | None, freedom: float
) -> Layer:
    """One multinomial model on the named numbers, brought to one scale, the scale folded into the weights."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for each in shown for name in each})
    if len(set(truth)) < 2:
        return _settled(classes, truth[0])
    rows = numpy.array([[each.get(name, 0.0) for name in names] for each in shown])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=freedom, solver="newton-cholesky")
    with warnings.catch_warnings():  # where few examples make its step singular, the solver takes another by itself
        warnings.simplefilter("ignore")
        model.fit(rows / spread, list(truth), sample_weight=counts)
    coef, bias = model.coef_ / spread, model.intercept_
    if len(model.classes_) == 2:
        coef, bias = numpy.vstack([-coef[0], coef[0]]) / 2, numpy.array([-bias[0], bias[0]]) / 2
    order = [list(model.classes_).index(name) for name in classes]
    return Layer(
        names,
        list(classes),
        [[float(f"{value:.5g}") for value in coef[at]] for at in order],
        [float(f"{bias[at]:.5g}") for at in order],
    )


def _settled(classes: Sequence[str], only: str) -> Layer:
    """The layer where every example answers the same."""
    bias = [CERTAIN if name == only else -CERTAIN for name in classes]
    return Layer([], list(classes), [[] for _ in classes], bias)


def _counts(example: LabelledLetter) -> float:
    return 1.0 if "intent" in example.gold else ALONE


def _fit_pairs(pairs: Iterator[tuple[Mapping[str, float], bool]]) -> Layer:
    shown, truth = zip(*pairs, strict=True)
    return fit_layer(shown, [str(each) for each in truth], YES, None, 1.0)


def _further(reading: Reading, example: LabelledLetter) -> Iterator[tuple[Mapping[str, float], bool]]:
    primary = Intent(example.gold["intent"])
    for intent in acts.candidates(primary):
        yield acts.further_signals(reading, primary, intent), intent in example.gold["also"]


def _labelled(
    group: needs.Group, reading: Reading, example: LabelledLetter
) -> Iterator[tuple[Mapping[str, float], bool]]:
    if group.intents & {example.gold["intent"], *example.gold["also"]}:
        for name, found in needs.label_signals(reading, group).items():
            yield found, name in example.gold[group.about]
