"""Recurrent networks: all that was read is kept in one hidden vector, renewed at each token.

[1] Elman, Finding Structure in Time, 1990.     the plain cell
[2] Cho et al., Learning Phrase Representations using RNN Encoder–Decoder, 2014.     the GRU
"""

from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.sequence import SequenceModel
from gencourse.support.checks import at_least


def rnn_step(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor) -> Tensor:
    """One step of a recurrent network: the new hidden state tanh(W x + U h + b).

    Args:
        x: (B, I), the input. h: (B, H), the state so far. w: (H, I). u: (H, H). b: (H,).
    """
    return torch.tanh(x @ w.T + h @ u.T + b)


class SimpleRNN(nn.Module):
    """The plain recurrent network, written out; its call is that of torch's nn.GRU with batch_first."""

    def __init__(self, width: int):
        super().__init__()
        self.w, self.u = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        nn.init.orthogonal_(self.u.weight)  # so that the state neither dies nor explodes at once

    def forward(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T, H), h (B, H) -> the state after each input (B, T, H), and the last."""
        h, states = x.new_zeros(len(x), x.shape[-1]) if h is None else h, []
        for t in range(x.shape[1]):
            h = rnn_step(x[:, t], h, self.w.weight, self.u.weight, self.w.bias)
            states.append(h)
        return torch.stack(states, dim=1), h


class RNN(SequenceModel):
    """Embedding, recurrent cells, a linear answer: the past must pass through one hidden vector.

    Args:
        vocab, classes: as in `SequenceModel`.
        cell: "rnn" (written out here), "gru" or "lstm" (torch's).
        width: of the embedding and of the hidden state. layers: how many, one upon another ("rnn": one).
    """

    def __init__(self, vocab: int, *, cell: str = "gru", width: int = 128, layers: int = 1, classes: int = 0):
        super().__init__(vocab, classes)
        width, layers = at_least("width", width, 1), at_least("layers", layers, 1)
        if cell not in ("rnn", "gru", "lstm") or (cell == "rnn" and layers != 1):
            raise ValueError(f"cell={cell!r}, layers={layers!r}: allowed are 'rnn' with one layer, 'gru' and 'lstm'")
        self.config |= dict(cell=cell, width=width, layers=layers)
        self.embed = nn.Embedding(self.n_inputs, width)
        kinds = {"gru": nn.GRU, "lstm": nn.LSTM}
        self.cell = SimpleRNN(width) if cell == "rnn" else kinds[cell](width, width, layers, batch_first=True)
        self.answer = nn.Linear(width, self.vocab)

    def read(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        h, state = self.hidden(inputs, state)
        return self.answer(h), state

    def hidden(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """The hidden state after each input, (B, T) -> (B, T, width), and the state to read on from."""
        return self.cell(self.embed(inputs), state)
