"""A causal transformer: every token looks straight at all tokens before it.

[1] Vaswani et al., Attention Is All You Need, 2017.     eq. 1, section 3.2
[2] Radford et al., Language Models are Unsupervised Multitask Learners, 2019.     normalisation before each part
[3] Press, Smith and Lewis, Train Short, Test Long, 2022.     section 3: scores that fall with the distance (ALiBi)
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.sequence import SequenceModel
from gencourse.support.checks import at_least


def causal_attention(q: Tensor, k: Tensor, v: Tensor, slopes: Tensor | None = None) -> Tensor:
    """softmax(q kᵀ / √d) v, in which a query sees only the keys up to its own place [1, eq. 1].

    Args:
        q: (..., T, d), the last T of S places. k, v: (..., S, d). slopes: as in `attention_weights`.
    """
    n_queries, n_keys = q.shape[-2], k.shape[-2]
    if (
        slopes is not None or 1 < n_queries <= n_keys <= 256
    ):  # there torch's own kernel is slower, where bf16 is at work
        return attention_weights(q, k, slopes) @ v
    if n_queries in (1, n_keys):  # one query sees all keys; a square is what is_causal means
        return F.scaled_dot_product_attention(q, k, v, is_causal=n_queries > 1)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=_may_see(n_queries, n_keys, q.device))


def attention_weights(q: Tensor, k: Tensor, slopes: Tensor | None = None) -> Tensor:
    """The softmax of `causal_attention` by itself: (..., T, S), rows sum to 1.

    Args:
        slopes: (heads,), by how much each head's scores fall with each place further back [3]; None for not at all.
    """
    seen = _may_see(q.shape[-2], k.shape[-2], q.device)
    bias = torch.zeros_like(seen, dtype=q.dtype).masked_fill(~seen, -math.inf)
    if slopes is not None:
        places = torch.arange(k.shape[-2], device=q.device)
        back = (places[-q.shape[-2] :, None] - places).to(q.dtype)
        bias = bias - slopes.to(q.dtype)[:, None, None] * back
    return (q @ k.mT * q.shape[-1] ** -0.5 + bias).softmax(-1)


def _may_see(n_queries: int, n_keys: int, device: torch.device) -> Tensor:
    return torch.ones(n_queries, n_keys, dtype=torch.bool, device=device).tril(n_keys - n_queries)


class Block(nn.Module):
    """One layer of a transformer: attention, then an MLP, each added to what it was given [1, 2]."""

    slopes: Tensor | None

    def __init__(self, width: int, heads: int, recent: bool = False):
        super().__init__()
        self.heads = heads
        slopes = 2.0 ** (-8 * torch.arange(heads) / heads) if recent else None
        self.register_buffer("slopes", slopes, persistent=False)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, h: Tensor, cache: "Cache | None" = None) -> Tensor:
        """h (B, T, width) -> the same shape; with a cache, what was read before is seen too, and h is added to it."""
        q, k, v = self.queries_keys_values(h)
        if cache is not None:
            k, v = cache.append(k, v)
        attended = (
            causal_attention(q, k, v, self.slopes).transpose(1, 2).flatten(2)
        )  # (B, heads, T, d) -> (B, T, width)
        h = h + self.out(attended)
        return h + self.mlp(self.norm2(h))

    def queries_keys_values(self, h: Tensor) -> tuple[Tensor, ...]:
        """(B, T, width) -> three times (B, heads, T, d)."""
        return self.qkv(self.norm1(h)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4).unbind()


class Cache:
    """The keys and values one layer has computed so far, in a buffer with room for `length` of them."""

    def __init__(self, length: int):
        self.length, self.filled = length, 0

    def append(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """New keys and values (B, heads, T, d) -> all so far, (B, heads, S, d)."""
        if not self.filled:
            self.k, self.v = (t.new_empty(*t.shape[:2], self.length, t.shape[-1]) for t in (k, v))
        end = self.filled + k.shape[2]
        self.k[:, :, self.filled : end], self.v[:, :, self.filled : end] = k, v
        self.filled = end
        return self.k[:, :, :end], self.v[:, :, :end]


class Transformer(SequenceModel):
    """A causal transformer with learned positions: every earlier token can be looked at directly [1].

    Args:
        vocab, classes: as in `SequenceModel`.
        length: the longest sequence.
        width: of the residual stream, a multiple of heads. layers, heads: how many.
        grid: for sequences that are rows of columns, such as images, the number of columns: a position is then the
            sum of a row's vector and a column's.
        recent: whether scores fall with the distance, each head at its own rate [3], as suits text.
    """

    def __init__(
        self,
        vocab: int,
        *,
        length: int,
        width: int = 128,
        layers: int = 4,
        heads: int = 4,
        classes: int = 0,
        grid: int | None = None,
        recent: bool = False,
    ):
        super().__init__(vocab, classes)
        length, width = at_least("length", length, 1), at_least("width", width, 1)
        layers, heads = at_least("layers", layers, 1), at_least("heads", heads, 1)
        grid = None if grid is None else at_least("grid", grid, 1)
        if width % heads:
            raise ValueError(f"width={width!r}: allowed is a multiple of heads={heads!r}")
        self.config |= dict(length=length, width=width, layers=layers, heads=heads, grid=grid, recent=bool(recent))
        self.length, columns = length, grid or length
        self.embed = nn.Embedding(self.n_inputs, width)
        self.row, self.column = nn.Embedding(-(-length // columns), width), nn.Embedding(columns, width)
        self.blocks: Any = nn.ModuleList(Block(width, heads, recent) for _ in range(layers))
        self.norm, self.answer = nn.LayerNorm(width), nn.Linear(width, self.vocab)
        for table in (self.embed, self.row, self.column):
            nn.init.normal_(table.weight, std=0.02)

    def read(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        state = [Cache(self.length) for _ in self.blocks] if state is None else state
        h = self._embed(inputs, state[0].filled)
        for block, cache in zip(self.blocks, state, strict=True):
            h = block(h, cache)
        return self.answer(self.norm(h)), state

    def logits(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        h = self._embed(self.inputs(x, y), 0)
        for block in self.blocks:
            h = block(h)
        return self.answer(self.norm(h))

    @torch.no_grad()
    def attention(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Who looks at whom: (layers, B, heads, T, T); row t is the question for token t, column 0 the start token."""
        h, maps = self._embed(self.inputs(x, y), 0), []
        for block in self.blocks:
            q, k, _ = block.queries_keys_values(h)
            maps.append(attention_weights(q, k, block.slopes))
            h = block(h)
        return torch.stack(maps)

    def _embed(self, inputs: Tensor, first: int) -> Tensor:
        """Inputs (B, T) that stand at the places first, first + 1, … -> (B, T, width)."""
        last = first + inputs.shape[1]
        if last > self.length:
            raise ValueError(f"the sequence has {last} tokens: allowed are at most length={self.length}")
        place, columns = torch.arange(first, last, device=inputs.device), self.column.num_embeddings
        return self.embed(inputs) + self.row(place // columns) + self.column(place % columns)
