"""What models of sequences share: one token after another, each with a distribution given those before it.

    p(x) = Π p(x_t | x_1 … x_{t−1})

Every model answers one question: `read(inputs, state)`, what comes after each of these inputs, given what was
read before them? A start token stands before the first. Reading a whole sequence at once gives its exact likelihood
(training is parallel); reading one token at a time, with the state kept, samples. A recurrent network's state is its
hidden vector, a transformer's its KV cache: the keys and values of everything read so far.

[1] Holtzman et al., The Curious Case of Neural Text Degeneration, 2020.     section 3.1: the nucleus
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.pixels import draw_level, labels_for, level_log_prob
from gencourse.support.checks import as_temperature, at_least, between, indices, positive


class SequenceModel(nn.Module):
    """The frame: a subclass gives `read`; likelihood, loss and sampling follow.

    Args:
        vocab: how many kinds of tokens there are, 0 … vocab − 1.
        classes: how many classes the model is conditioned on (each has its own start token); 0 for none.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(self, vocab: int, classes: int = 0):
        super().__init__()
        self.vocab, self.classes = at_least("vocab", vocab, 2), at_least("classes", classes, 0)
        self.config: dict[str, Any] = dict(vocab=self.vocab, classes=self.classes)

    def read(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """What comes after each input: (B, T) tokens -> logits (B, T, V), and the state to read on from.

        Args:
            inputs: start tokens (vocab and above) and tokens. state: what an earlier call returned; None at the start.
        """
        raise NotImplementedError

    def logits(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """x (B, T) -> (B, T, V); token t is asked for after the true tokens before it (teacher forcing)."""
        return self.read(self.inputs(x, y))[0]

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """The exact log p(x), or log p(x | y), of sequences (B, T): (B,) nats."""
        return self.token_log_probs(x, y).sum(1)

    def token_log_probs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """log p(x_t | x_1 … x_{t−1}) of each token: (B, T) nats."""
        if x.dim() != 2:
            raise ValueError(f"x {tuple(x.shape)}: allowed are sequences (B, T)")
        return level_log_prob(x, self.logits(x, y))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: the mean of −log p of a token, in nats; also in bits."""
        nats = -self.token_log_probs(x, y).mean()
        return {"loss": nats, "bits": nats.detach() / math.log(2)}

    @torch.no_grad()
    def sample(
        self,
        n: int,
        length: int,
        *,
        generator: torch.Generator | None = None,
        prefix: Tensor | None = None,
        y: Tensor | int | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        cached: bool = True,
    ) -> Tensor:
        """n sequences of `length` tokens: (n, length), drawn one token after another.

        One uniform number for each token is drawn first; the sequence is a function of them.

        Args:
            prefix: (L,), or a batch of 1 or n of them, L ≤ length: the tokens it begins with.
            y: the class of a conditional model, one for all or (n,).
            temperature: the logits are divided by it. top_k, top_p: see `restrict`.
            cached: keep the state; False reads everything again for each token.
        """
        temperature = as_temperature("temperature", temperature)
        device = next((p.device for p in self.parameters()), torch.device("cpu"))
        y = None if y is None else labels_for(n, y, device)
        x = torch.cat([self.start(n, y, device), self._prefix(prefix, n, length).to(device)], dim=1)
        u = torch.rand(length, n, generator=generator, device=getattr(generator, "device", device)).to(device)
        state, seen = None, 0
        while x.shape[1] <= length:
            logits, state = self.read(x[:, seen:], state) if cached else self.read(x)
            logits = restrict(logits[:, -1] / temperature, top_k, top_p)
            x, seen = torch.cat([x, draw_token(logits, u[x.shape[1] - 1])[:, None]], dim=1), x.shape[1]
        return x[:, 1:]

    def inputs(self, x: Tensor, y: Tensor | None) -> Tensor:
        """What is read when the model is asked for the tokens x (B, T): a start token, then all of x but the last."""
        indices("x", x, self.vocab)
        return shift_right(x, self.start(len(x), y, x.device))

    def start(self, n: int, y: Tensor | None, device: torch.device) -> Tensor:
        """The tokens that stand before everything else, (n, 1): vocab, or vocab + the class."""
        if not self.classes:
            return torch.full((n, 1), self.vocab, device=device)
        if y is None:
            raise ValueError(f"y=None: this model is conditional; give each sequence one of its {self.classes} classes")
        indices("y", y, self.classes)
        return self.vocab + y[:, None]

    def _prefix(self, prefix: Tensor | None, n: int, length: int) -> Tensor:
        """The tokens (n, L) that n sequences begin with."""
        at_least("length", length, 1)
        if prefix is None:
            return torch.empty(n, 0, dtype=torch.long)
        if prefix.dim() not in (1, 2) or prefix.shape[-1] > length or (prefix.dim() == 2 and len(prefix) not in (1, n)):
            raise ValueError(
                f"prefix {tuple(prefix.shape)}: allowed is (L,), (1, L) or ({n}, L) with L ≤ length={length}"
            )
        indices("prefix", prefix, self.vocab)
        return prefix.expand(n, -1)

    @property
    def n_inputs(self) -> int:
        """How many kinds of inputs there are: the tokens, and a start token for each class."""
        return self.vocab + max(1, self.classes)


def shift_right(x: Tensor, start: Tensor) -> Tensor:
    """What a model reads when asked for the tokens x (B, T): start (B, 1), then all of x but the last token."""
    return torch.cat([start, x[:, :-1]], dim=1)


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Logits (n, V) in which all but the k largest are −∞; one as large as the k-th stays too, whatever its place."""
    smallest = logits.topk(min(k, logits.shape[-1])).values[:, -1:]
    return logits.masked_fill(logits < smallest, -math.inf)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """Logits (n, V) in which all but the nucleus are −∞: the fewest tokens whose probabilities together reach p [1].

    The likeliest token always stays, and with p = 1 all of them do.
    """
    ordered, order = logits.softmax(-1).sort(descending=True)
    enough = p * (1 - 1e-6) if p < 1 else math.inf  # 0.5 + 0.3 reaches 0.8, which float32 may miss by a hair
    beyond = ordered.cumsum(-1) - ordered >= enough  # what is likelier already reaches p
    return logits.masked_fill(beyond.gather(-1, order.argsort(-1)), -math.inf)


def restrict(logits: Tensor, top_k: int | None = None, top_p: float | None = None) -> Tensor:
    """Logits (n, V), first by `keep_top_k`, then by `keep_top_p`, where they are asked for."""
    if top_k is not None:
        logits = keep_top_k(logits, at_least("top_k", top_k, 1))
    if top_p is not None:
        logits = keep_top_p(logits, positive("top_p", between("top_p", top_p, 0, 1)))
    return logits


def draw_token(logits: Tensor, u: Tensor) -> Tensor:
    """The token (n,) that a uniform number u (n,) picks from logits (n, V); never one that was ruled out."""
    drawn = draw_level(logits, u)
    last = logits.isfinite().long().mul(torch.arange(logits.shape[-1], device=logits.device)).amax(-1)
    return drawn.minimum(last)  # u may round up to the sum of all probabilities
