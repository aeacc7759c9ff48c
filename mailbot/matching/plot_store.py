"""The picture of a simulation: how soon requests are served under each playbook, as a PNG on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailbot.matching.simulate import Figures
from mailbot.model import Permanent

LONGEST_HOURS = 120
COLOURS = ("#005a9c", "#c8102e", "#2e7d32", "#6a1b9a", "#8d6e00")


def draw(path: Path, found: Mapping[str, Figures]) -> None:
    """One line a playbook: the share of requests with a volunteer after so many hours. Raises Permanent."""
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt
    except ImportError:
        raise Permanent("the picture needs matplotlib; install it with `pip install mailbot[train]`") from None
    figure, axes = plt.subplots(figsize=(8, 4.5), dpi=120)
    for (name, figures), colour in zip(found.items(), COLOURS * len(found), strict=False):
        steps = [(hours, (n + 1) / figures.requests) for n, hours in enumerate(figures.hours)]
        axes.step([0, *(x for x, _ in steps)], [0, *(y for _, y in steps)], where="post", label=name, color=colour)
    axes.set(xlim=(0, LONGEST_HOURS), ylim=(0, 1), xlabel="hours since the request came", ylabel="has a volunteer")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower right")
    try:
        figure.savefig(path, bbox_inches="tight", format="png")
    except OSError as error:
        raise Permanent(f"{path} cannot be written ({error.strerror}); name a file in a folder of yours") from None
    finally:
        plt.close(figure)
