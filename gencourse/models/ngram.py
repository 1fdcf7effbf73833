"""n-grams: the next token depends on the last n − 1 only, and counting is all the training there is.

[1] MacKay and Peto, A Hierarchical Dirichlet Language Model, 1995.     section 4: each order's prior is the one below
"""

import math
from typing import Any

import torch
from torch import Tensor

from gencourse.models.sequence import SequenceModel
from gencourse.support.checks import at_least, indices, positive


def back_off(counts: Tensor, shorter: Tensor, strength: float) -> Tensor:
    """(count(c, w) + strength · p(w | c')) / (count(c) + strength) for all words w [1].

    Args:
        counts: (..., V), how often each word followed the context c.
        shorter: (..., V), what the shorter context c' says of them.
        strength: how many observations that is worth.
    """
    return (counts + strength * shorter) / (counts.sum(-1, keepdim=True) + strength)


class NGram(SequenceModel):
    """Counts of what followed the last n − 1 tokens; where they are few, the shorter context's answer counts more [1].

        p_k(w | c) = (count(c, w) + strength · p_{k−1}(w | c')) / (count(c) + strength)

    c' is c without its oldest token; below the shortest context lies the uniform distribution. Nothing is trained by
    gradients: `count` does all of it.

    Args:
        vocab: how many kinds of tokens there are.
        order: n; 1 takes no notice of context, 2 is a bigram.
        strength: how many observations the shorter context's answer is worth.
    """

    def __init__(self, vocab: int, *, order: int = 3, strength: float = 5.0):
        super().__init__(vocab)
        self.order, self.strength = at_least("order", order, 1), positive("strength", strength)
        if self.vocab**self.order >= 2**62:
            raise ValueError(f"order={order!r}: allowed are at most {int(62 / math.log2(vocab))} for {vocab} tokens")
        self.config = dict(vocab=self.vocab, order=self.order, strength=self.strength)
        self.seen: list[tuple[Tensor, Tensor]] = [(torch.empty(0, dtype=torch.long), torch.empty(0))] * self.order

    def count(self, x: Tensor) -> "NGram":
        """Count one long sequence (N,); returns the model."""
        if x.dim() != 1 or len(x) < self.order:
            raise ValueError(f"x {tuple(x.shape)}: allowed is one sequence of at least order={self.order} tokens")
        indices("x", x, self.vocab)
        for k in range(1, self.order + 1):
            codes = sum(x[i : len(x) - k + 1 + i] * self.vocab ** (k - 1 - i) for i in range(k))
            self.seen[k - 1] = torch.unique(torch.as_tensor(codes), return_counts=True)
        return self

    @property
    def size(self) -> int:
        """How many counts are kept: what the model holds in place of parameters."""
        return sum(len(codes) for codes, _ in self.seen)

    def read(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """The state is the last n − 1 tokens; a start token, or anything before it, is no context at all."""
        before = inputs.new_full((len(inputs), self.order - 1), self.vocab) if state is None else state
        tape = torch.cat([before, inputs], dim=1)  # (B, n − 1 + T)
        windows = tape.unfold(1, self.order - 1, 1)[:, 1:] if self.order > 1 else tape[..., None][..., :0]
        p = torch.full((*inputs.shape, self.vocab), 1 / self.vocab, dtype=torch.float64)
        for k in range(1, self.order + 1):
            p = self._mix(windows[..., self.order - k :], p)
        return p.log().float(), tape[:, inputs.shape[1] :]

    def _mix(self, context: Tensor, shorter: Tensor) -> Tensor:
        """p_k from contexts (B, T, k − 1) and p_{k−1} (B, T, V)."""
        powers = self.vocab ** torch.arange(context.shape[-1], 0, -1)
        codes = (context * powers).sum(-1, keepdim=True) + torch.arange(self.vocab)  # (B, T, V)
        counts = self._look_up(codes, context.shape[-1])
        whole = (context < self.vocab).all(-1, keepdim=True)  # no start token in it
        return torch.where(whole, back_off(counts, shorter, self.strength), shorter)

    def _look_up(self, codes: Tensor, k: int) -> Tensor:
        known, counts = self.seen[k]
        if not len(known):
            raise ValueError("nothing has been counted yet: call count(x) first")
        place = torch.searchsorted(known, codes).clamp(max=len(known) - 1)
        return torch.where(known[place] == codes, counts[place], 0).double()
