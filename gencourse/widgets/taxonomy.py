"""The tree of generative models, to walk through: what each leaf can compute, and its samples."""

from collections.abc import Mapping
from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.families import BRANCHES, FAMILIES, METHODS
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.widget import Widget, floats

MOST_POINTS = 700


class Taxonomy(Widget):
    """The tree of `gencourse.models.families`, with samples of the leaves on data in the plane.

    Args:
        data: points (N, 2) that the leaves were fitted to; the first 700 are drawn behind the samples.
        samples: for some or all of the leaves, by name, points (N, 2).
        chosen: the name of the node that is shown first; the tree's root if left out.

    Attributes:
        chosen: the number of the node shown, from 0, in the order of the tree read downwards.

    Raises:
        ValueError: on points of another shape than (N, 2), or a name that is not in the tree.
    """

    _esm = bundle("taxonomy")
    link = ("chosen",)
    _css = Widget._css + style("taxonomy")

    nodes = traitlets.List(traitlets.Dict()).tag(sync=True)
    methods = traitlets.List(traitlets.Unicode()).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    samples = traitlets.Bytes().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, data: Tensor, samples: Mapping[str, Tensor], chosen: str | None = None):
        nodes = tree()
        names = [node["name"] for node in nodes]
        leaves = [node["name"] for node in nodes if node["abilities"] is not None]
        if strangers := [name for name in samples if name not in leaves]:
            raise ValueError(f"samples[{strangers[0]!r}]: allowed are {', '.join(map(repr, leaves))}")
        if chosen is not None and chosen not in names:
            raise ValueError(f"chosen={chosen!r}: allowed are {', '.join(map(repr, names))}")
        for name, points in {"data": data, **samples}.items():
            if points.dim() != 2 or points.shape[1] != 2:
                raise ValueError(f"{name} {tuple(points.shape)}: allowed are points (N, 2)")
        self._data = data[:MOST_POINTS]
        self._samples = {name: points[:MOST_POINTS] for name, points in samples.items()}
        for node in nodes:
            node["points"] = len(self._samples.get(node["name"], ()))
        drawn = [torch.zeros(0, 2), *(self._samples[node["name"]] for node in nodes if node["points"])]
        super().__init__(
            nodes=nodes,
            methods=list(METHODS),
            data=floats(self._data),
            colours=COLOURS,
            samples=floats(torch.cat(drawn)),
            chosen=names.index(chosen) if chosen else 0,
        )

    def label(self) -> str:
        leaves = [f"{n['name']} has {' and '.join(n['abilities'])}" for n in self.nodes if n["abilities"] is not None]
        return "the families of generative models: " + "; ".join(leaves)

    @traitlets.validate("chosen")
    def _is_a_node(self, proposal: Any) -> int:
        value: int = proposal["value"]
        if value not in range(len(self.nodes)):
            raise traitlets.TraitError(f"chosen={value!r}: allowed are 0 to {len(self.nodes) - 1}")
        return value

    def _figure(self) -> Any:
        leaves = [node for node in self.nodes if node["abilities"] is not None]
        fig, axes = figure(8.4, 2.7, columns=len(leaves), squeeze=False)
        for ax, leaf, colour in zip(axes[0], leaves, COLOURS, strict=False):
            ax.scatter(*self._data.T, s=2, linewidths=0, color=INK, alpha=0.5)
            if leaf["points"]:
                ax.scatter(*self._samples[leaf["name"]].T, s=3, linewidths=0, color=colour)
            ax.set(aspect="equal", xticks=[], yticks=[], xlabel=" · ".join(leaf["abilities"]))
            ax.set_title(f"{leaf['name']}\n{leaf['path']}", fontsize=9)
            ax.grid(False)
        return fig


def tree() -> list[dict[str, Any]]:
    """The nodes of the tree read downwards: name, level from 0, words, path, and for a leaf what its class has."""
    root = "Every one of them learns, from examples x, to make new ones. They differ in what else they can say about x."
    nodes = [dict(name="generative model", level=0, words=root, path="", abilities=None)]
    seen: set[tuple[str, ...]] = set()
    for family in sorted(FAMILIES, key=_place):
        for path in ((family.kind,), (family.kind, family.way)):
            if path not in seen:
                words = BRANCHES[path[-1]]
                nodes.append(dict(name=path[-1], level=len(path), words=words, path=", ".join(path), abilities=None))
                seen.add(path)
        path_words = f"{family.kind}, {family.way}"
        nodes.append(
            dict(name=family.name, level=3, words=family.words, path=path_words, abilities=list(family.abilities))
        )
    return nodes


def _place(family: Any) -> tuple[int, int]:
    order = list(BRANCHES)
    return order.index(family.kind), order.index(family.way)
