"""Text written character by character, with the distribution of the next one in view, and the reader's hand on it."""

from typing import Any

import torch
import traitlets

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.rnn import RNN
from gencourse.models.sequence import restrict
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

SHOWN = 12  # of the next characters, the likeliest


class TextPlayer(Widget):
    """A recurrent network that writes in the page: play, step, choose the next character oneself, edit what is there.

    Args:
        model: an `RNN` with one layer of "gru" cells and no classes; its weights are copied as float16.
        vocabulary: the character of each token.
        text: what is there at the start; the network goes on from it.
        temperature, top_k, top_p: how the next character is drawn; top_k = 0 leaves all.

    Raises:
        ValueError: on another model, or on a character that the vocabulary lacks.
    """

    _esm = bundle("text_player")
    link = ("text", "temperature", "top_k", "top_p")

    vocabulary = traitlets.List(traitlets.Unicode()).tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=2.0).tag(sync=True)
    top_k = traitlets.Int(0, min=0).tag(sync=True)
    top_p = traitlets.Float(1.0, min=0.05, max=1.0).tag(sync=True)

    def __init__(self, model: RNN, vocabulary: tuple[str, ...], text: str = "", **traits: Any):
        if not isinstance(model, RNN) or model.config["cell"] != "gru" or model.config["layers"] != 1 or model.classes:
            raise ValueError("model: allowed is an RNN(cell='gru', layers=1, classes=0), which the page can run")
        if unknown := sorted(set(text) - set(vocabulary)):
            raise ValueError(f"text has {unknown!r}; allowed are the {len(vocabulary)} characters of the vocabulary")
        tensors = _tensors(model)
        halves = [tensor.half() for tensor in tensors]
        self._tensors = [half.float() for half in halves]
        super().__init__(
            vocabulary=list(vocabulary),
            width=model.config["width"],
            text=text,
            weights=b"".join(half.numpy().astype("<f2").tobytes() for half in halves),
            **traits,
        )

    @torch.no_grad()
    def probabilities(self) -> torch.Tensor:
        """(V,): of each next character after `text`, by torch and with the weights the page has."""
        into, again, bias, out, out_bias = self._tensors
        index = {character: i for i, character in enumerate(self.vocabulary)}
        h = torch.zeros(self.width)
        for token in [len(self.vocabulary), *(index[character] for character in self.text)]:
            x, past = into[token].chunk(3), (again @ h + bias).chunk(3)
            reset, keep = torch.sigmoid(x[0] + past[0]), torch.sigmoid(x[1] + past[1])
            h = (1 - keep) * torch.tanh(x[2] + reset * past[2]) + keep * h
        logits = (out @ h + out_bias)[None] / self.temperature
        return restrict(logits, self.top_k or None, self.top_p).softmax(-1)[0]

    def label(self) -> str:
        p = self.probabilities()
        best = int(p.argmax())
        return f"Text written by a recurrent network; likeliest next: {_name(self.vocabulary[best])}, {p[best]:.0%}"

    def _figure(self) -> Any:
        fig, (left, right) = figure(7.6, 2.8, columns=2, width_ratios=[1.5, 1])
        lines = [line[i : i + 44] for line in self.text.split("\n") for i in range(0, max(1, len(line)), 44)]
        shown = "\n".join(lines[-12:]).replace("$", r"\$")
        left.text(0, 1, shown + "▏", family="monospace", fontsize=8, va="top", color=INK, parse_math=False)
        left.set_axis_off()
        p, order = self.probabilities().sort(descending=True)
        names = [_name(self.vocabulary[i]) for i in order[:SHOWN].tolist()]
        right.barh(range(len(names)), p[:SHOWN], color=COLOURS[0])
        right.set_yticks(range(len(names)), names, fontsize=8, family="monospace", parse_math=False)
        right.invert_yaxis()
        right.set(xlabel="probability of the next character", xlim=(0, 1))
        return fig


def _tensors(model: RNN) -> list[torch.Tensor]:
    """What the page computes with: each token's share of the gates (V + 1, 3·H), and then as torch's GRU has them."""
    cell: Any = model.cell
    into = model.embed.weight @ cell.weight_ih_l0.T + cell.bias_ih_l0
    found = [into, cell.weight_hh_l0, cell.bias_hh_l0, model.answer.weight, model.answer.bias]
    return [tensor.detach().cpu().float().contiguous() for tensor in found]


def _name(character: str) -> str:
    return {" ": "space", "\n": "new line", "\t": "tab"}.get(character, character)
