"""Two pictures per group: all losses, and the difference of every pair on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

from numerics.traces.comparison import Pair
from numerics.traces.request import group_of
from numerics.traces.trace import Trace

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (after the choice of a back end without a display)
from matplotlib.axes import Axes  # noqa: E402

_FLOOR = 1e-8
"""Where a difference of zero is drawn; below the last place of any loss above 0.1."""


def draw(folder: Path, traces: Mapping[str, Trace], pairs: Sequence[Pair]) -> list[Path]:
    """Writes `<group>_losses.png` and `<group>_differences.png`; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for group in dict.fromkeys(group_of(pair.names[0]) for pair in pairs):
        members = {name: found for name, found in traces.items() if group_of(name) == group}
        inside = [pair for pair in pairs if group_of(pair.names[0]) == group]
        stem = (group or "traces").replace("/", "_")
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        _losses(axes, members)
        written.append(_save(figure, folder / f"{stem}_losses.png"))
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        _differences(axes, inside)
        written.append(_save(figure, folder / f"{stem}_differences.png"))
    return written


def _losses(axes: Axes, members: Mapping[str, Trace]) -> None:
    for name, found in members.items():
        axes.plot(
            [step.step for step in found.steps],
            [step.loss for step in found.steps],
            label=name,
            linewidth=1,
            alpha=0.7,
        )
    axes.set(xlabel="step", ylabel="loss of the batch", yscale="log")
    axes.legend(fontsize="small")


def _differences(axes: Axes, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        axes.plot(
            range(1, pair.steps + 1),
            [max(difference, _FLOOR) for difference in pair.differences],
            label=" and ".join(pair.names),
            linewidth=1,
            alpha=0.7,
        )
    axes.set(xlabel="step", ylabel=f"|difference of losses| (0 drawn at {_FLOOR})", yscale="log")
    axes.legend(fontsize="small")


def _save(figure: pyplot.Figure, path: Path) -> Path:
    figure.tight_layout()
    # Without the version of the program, equal pictures are equal files.
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
    return path
