"""Switch off what keeps DINO from collapsing, and watch which way it falls."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import traitlets

from gencourse.figures import COLOURS, INK, TRUTH, figure, line
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget, floats

NAMES = ("centering and sharpening", "no centering", "no sharpening", "neither")
MOST_OUTPUTS, MOST_MOMENTS = 64, 300


class CollapsePlayer(Widget):
    """Four trainings of DINO, recorded: two switches choose one, play or the slider moves through it.

    The curves are the entropy of the teacher's output and its Kullback-Leibler divergence from the student's, both the
    mean over images, in nats; the bars are the teacher's output averaged over images. Entropy at log K: every image
    gets the uniform output. Entropy near 0 with one high bar: every image gets the same output. Neither tells images
    apart.

    Args:
        histories: a dict with the four names of `NAMES`, each with a dict of "step" (S,), "entropy" (S,), "kl" (S,) and
            "probs" (S, K), the teacher's mean output; S up to 300 and K from 2 to 64, alike in all four.

    Attributes:
        centering, sharpening: the switches. moment: from 0 to S − 1.

    Raises:
        ValueError: on a missing history, sizes that do not fit each other, or outputs that do not sum to 1.
    """

    _esm = bundle("collapse_player")
    link = ("centering", "sharpening", "moment")

    names = traitlets.List(traitlets.Unicode(), default_value=list(NAMES)).tag(sync=True)
    step = traitlets.List(traitlets.Int()).tag(sync=True)
    entropy = traitlets.Bytes().tag(sync=True)
    kl = traitlets.Bytes().tag(sync=True)
    probs = traitlets.Bytes().tag(sync=True)
    outputs = traitlets.Int().tag(sync=True)
    centering = traitlets.Bool(True).tag(sync=True)
    sharpening = traitlets.Bool(True).tag(sync=True)
    moment = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, histories: Mapping[str, Mapping[str, Any]]):
        if set(histories) != set(NAMES):
            raise ValueError(f"histories={list(histories)}: allowed are exactly {', '.join(map(repr, NAMES))}")
        runs = [
            {key: _array(name, key, histories[name]) for key in ("step", "entropy", "kl", "probs")} for name in NAMES
        ]
        for name, run in zip(NAMES, runs, strict=True):
            _check(name, run, runs[0])
        self._runs = dict(zip(NAMES, runs, strict=True))
        stacked = {key: torch.as_tensor(np.stack([run[key] for run in runs])) for key in ("entropy", "kl", "probs")}
        super().__init__(
            step=[int(value) for value in runs[0]["step"]],
            outputs=stacked["probs"].shape[-1],
            moment=len(runs[0]["step"]) - 1,
            **{key: floats(values) for key, values in stacked.items()},
        )

    def name(self) -> str:
        """Of the history that the switches choose."""
        return NAMES[(0 if self.centering else 1) + (0 if self.sharpening else 2)]

    def label(self) -> str:
        run = self._runs[self.name()]
        entropy, kl, probs = (run[key][self.moment] for key in ("entropy", "kl", "probs"))
        return (
            f"DINO with {self.name()}, step {self.step[self.moment]}: teacher's entropy {entropy:.2f} of "
            f"{np.log(self.outputs):.2f} nats, KL {kl:.2f}, highest output {probs.max():.2f}"
        )

    @traitlets.validate("moment")
    def _exists(self, proposal: Any) -> int:
        if not 0 <= proposal["value"] < len(self.step):
            raise traitlets.TraitError(f"moment={proposal['value']}: allowed are 0 to {len(self.step) - 1}")
        return int(proposal["value"])

    def _figure(self) -> Any:
        fig, axes = figure(8.0, 3.8, rows=2, columns=4, sharey="row", height_ratios=[1.3, 1])
        for (curves, bars), (name, run) in zip(axes.T, self._runs.items(), strict=True):
            curves.plot(run["step"], run["entropy"], label="entropy", **line(0))
            curves.plot(run["step"], run["kl"], label="KL", **line(1))
            curves.axhline(np.log(self.outputs), label="log K, the most", **TRUTH)
            if name == self.name():
                curves.axvline(self.step[self.moment], color=INK, linewidth=1)
            curves.set_title(name, fontsize=8)
            curves.set_xlabel("step")
            bars.bar(range(self.outputs), run["probs"][self.moment], color=COLOURS[0], width=0.8)
            bars.set_xlabel("output")
        axes[0, 0].set_ylabel("nats")
        fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=3)
        axes[1, 0].set_ylabel("teacher's mean")
        return fig


def _array(name: str, key: str, history: Mapping[str, Any]) -> np.ndarray:
    if key not in history:
        raise ValueError(f"histories[{name!r}] has no {key!r}: allowed are step, entropy, kl and probs")
    values = history[key]
    return np.asarray(values.detach().cpu() if isinstance(values, torch.Tensor) else values, dtype=np.float64)


def _check(name: str, run: dict[str, np.ndarray], first: dict[str, np.ndarray]) -> None:
    """Raise a ValueError unless this history has the first one's steps and sizes, and possible values."""
    moments, where = len(first["step"]), f"histories[{name!r}]"
    shapes = {key: values.shape for key, values in run.items()}
    expected = {key: (moments,) for key in ("step", "entropy", "kl")} | {"probs": first["probs"].shape}
    if shapes != expected or first["probs"].ndim != 2 or len(first["probs"]) != moments:
        raise ValueError(
            f"{where} has the shapes {shapes}: allowed are (S,) for step, entropy and kl, and (S, K) for "
            "probs, alike in all histories"
        )
    if not (1 <= moments <= MOST_MOMENTS and 2 <= run["probs"].shape[1] <= MOST_OUTPUTS):
        raise ValueError(
            f"{where}['probs']={run['probs'].shape}: allowed are up to {MOST_MOMENTS} steps and 2 to "
            f"{MOST_OUTPUTS} outputs"
        )
    if not (np.array_equal(run["step"], first["step"]) and (np.diff(run["step"]) > 0).all()):
        raise ValueError(f"{where}['step']: allowed are rising steps, the same in all histories")
    if not (np.abs(run["probs"].sum(1) - 1) < 1e-3).all() or run["probs"].min() < 0:
        raise ValueError(f"{where}['probs']: allowed are rows of probabilities that sum to 1")
    if not np.isfinite(run["entropy"] + run["kl"]).all():
        raise ValueError(f"{where}: entropy and kl must be finite")
