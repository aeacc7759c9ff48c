"""How well letters are understood, as a picture: the reliability curve and the confusion matrix. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mailbot.triage.evaluate import INTENTS, Judged, confusion, figures, reliability

NAMES = {"info": "question", "help_request": "request", "help_offer": "offer", "other": "other"}
INK, WASH = "#1f4e5f", "Blues"


def draw(judged: Sequence[Judged], file: Path) -> None:
    """Write the picture; the ending of the file's name says in which format."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    FigureCanvasAgg(figure)
    curve, matrix = figure.subplots(1, 2)
    _draw_curve(curve, judged)
    _draw_matrix(matrix, judged)
    figure.savefig(file, dpi=130)


def _draw_curve(axes: Any, judged: Sequence[Judged]) -> None:
    points = reliability(judged)
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="as sure as right")
    axes.plot([said for said, _, _ in points], [right for _, right, _ in points], color=INK)
    axes.scatter(
        [said for said, _, _ in points],
        [right for _, right, _ in points],
        s=[20 + count for _, _, count in points],
        color=INK,
        alpha=0.7,
        label="letters (size: how many)",
    )
    error = figures(judged).calibration_error
    axes.set(xlim=(0.2, 1.02), ylim=(0, 1.05), xlabel="confidence", ylabel="share right")
    axes.set_title(f"Is it as right as it says? Error {error:.3f}")
    axes.legend(loc="upper left", frameon=False)


def _draw_matrix(axes: Any, judged: Sequence[Judged]) -> None:
    counts = confusion(judged)
    rows = [[counts.get((true, said), 0) for said in INTENTS] for true in INTENTS]
    shares = [[count / max(1, sum(row)) for count in row] for row in rows]
    axes.imshow(shares, cmap=WASH, vmin=0, vmax=1)
    for at, row in enumerate(rows):
        for across, count in enumerate(row):
            axes.text(across, at, count, ha="center", va="center", color="white" if shares[at][across] > 0.5 else INK)
    names = [NAMES[intent] for intent in INTENTS]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="said", ylabel="true")
    axes.set_title(f"What is taken for what; macro-F1 {figures(judged).macro_f1:.3f}")
