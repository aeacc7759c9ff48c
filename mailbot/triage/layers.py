"""The upper storey: small models over what a whole letter shows. Training only; `signals.weigh` applies them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailbot.triage.corpus import LabelledLetter
from mailbot.triage.heads import FLAGS, INTENT_OF_ACT, INTENTS, SHADES, flag_of, intent_label
from mailbot.triage.signals import Reading, signals

Layer = dict[str, Any]
ALONE = 0.15  # how much a sentence as a letter counts beside a real letter


def fit_layers(readings: Sequence[Reading], examples: Sequence[LabelledLetter]) -> dict[str, Layer]:
    """Every layer by name: the intent, the flags."""
    shown = [signals(reading) for reading in readings]
    layers = {"intent": fit_intent(shown, examples)}
    letters = [at for at, each in enumerate(examples) if "intent" in each.gold]
    for flag in FLAGS:
        truth = [str(flag_of(examples[at], flag)) for at in letters]
        layers[flag] = fit_layer([shown[at] for at in letters], truth, ("False", "True"), None, 0.3)
    return layers


def fit_intent(shown: Sequence[Mapping[str, float]], examples: Sequence[LabelledLetter]) -> Layer:
    """The layer that says what a letter wants."""
    truth = [label(each) for each in examples]
    counts = [1.0 if "intent" in each.gold else ALONE for each in examples]
    return fit_layer(shown, truth, INTENTS, counts, 0.03)


def label(example: LabelledLetter) -> str:
    """The intent of a letter, or of a sentence as a letter."""
    if "intent" in example.gold:
        return intent_label(example)
    act = SHADES.get((example.gold["act"], example.gold["label"]), example.gold["act"])
    return "spam" if act == "bulk" else INTENT_OF_ACT.get(act, "other")


def fit_layer(
    shown: Sequence[Mapping[str, float]],
    truth: Sequence[str],
    classes: Sequence[str],
    counts: Sequence[float] | None,
    freedom: float,
) -> Layer:
    """One multinomial model on the named numbers, brought to one scale, the scale folded into the weights."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for each in shown for name in each})
    rows = numpy.array([[each.get(name, 0.0) for name in names] for each in shown])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=freedom, solver="newton-cholesky")
    model.fit(rows / spread, list(truth), sample_weight=counts)
    coef, bias = model.coef_ / spread, model.intercept_
    if len(model.classes_) == 2:
        coef, bias = numpy.vstack([-coef[0], coef[0]]) / 2, numpy.array([-bias[0], bias[0]]) / 2
    order = [list(model.classes_).index(name) for name in classes]
    return {
        "names": names,
        "classes": list(classes),
        "coef": [[float(f"{value:.5g}") for value in coef[at]] for at in order],
        "bias": [float(f"{bias[at]:.5g}") for at in order],
    }
