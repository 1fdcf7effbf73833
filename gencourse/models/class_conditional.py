"""p(x | y) and p(y) in place of p(y | x): a density for each label, and Bayes' rule."""

from collections.abc import Sequence
from typing import Any, Self

import torch
from torch import Tensor, nn

from gencourse.models.density import Density, log_normalise
from gencourse.support.checks import at_least, indices


def bayes_posterior(log_likelihood: Tensor, log_prior: Tensor) -> Tensor:
    """log p(y | x) = log p(x | y) + log p(y) − log p(x), where p(x) is the sum over y.

    Args:
        log_likelihood: (B, K), log p(x | y). log_prior: (K,), log p(y).
    """
    return log_normalise(log_likelihood + log_prior)


class ClassConditional(Density):
    """p(x | y): a density for each label, and p(y); hence p(x) and, by Bayes' rule, a classifier.

    Args:
        models: one density a label, all of one shape.
        log_prior: (K,), log p(y) up to a constant; uniform if left out.
    """

    def __init__(self, models: Sequence[Density], log_prior: Tensor | None = None):
        if not models or any(m.shape != models[0].shape for m in models):
            raise ValueError(f"models of shapes {[m.shape for m in models]}: allowed is one or more of one shape")
        log_prior = torch.zeros(len(models)) if log_prior is None else log_prior
        if log_prior.shape != (len(models),):
            raise ValueError(f"log_prior {tuple(log_prior.shape)}: allowed is ({len(models)},), one for each model")
        super().__init__(1)
        self.shape = models[0].shape
        self.models: Sequence[Density] = nn.ModuleList(models)  # type: ignore[assignment]
        self.logits = nn.Parameter(log_prior.clone().float())

    @property
    def log_prior(self) -> Tensor:
        """log p(y), (K,)."""
        return log_normalise(self.logits)

    def log_likelihood(self, x: Tensor) -> Tensor:
        """log p(x | y) for every label, (B, K)."""
        return torch.stack([m.log_prob(x) for m in self.models], dim=-1)

    def log_joint(self, x: Tensor) -> Tensor:
        """log p(x, y) = log p(x | y) + log p(y), (B, K)."""
        return self.log_likelihood(x) + self.log_prior

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """log p(x | y), or log p(x) where no y is given: (B,) nats."""
        if y is None:
            return torch.logsumexp(self.log_joint(x), dim=-1)
        indices("y", y, len(self.models))
        return self.log_likelihood(x).gather(1, y[:, None])[:, 0]

    def posterior(self, x: Tensor) -> Tensor:
        """p(y | x) by Bayes' rule, (B, K)."""
        return bayes_posterior(self.log_likelihood(x), self.log_prior).exp()

    @torch.no_grad()
    def sample(self, n: int, y: int | None = None, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws from p(x | y), or from p(x) where no label y is given; (n, *shape)."""
        if y is not None:
            y = at_least("y", y, 0, at_most=len(self.models) - 1)
            return self.models[y].sample(n, generator=generator)
        labels = torch.multinomial(self.log_prior.exp(), n, replacement=True, generator=generator)
        return torch.cat([self.models[k].sample(1, generator=generator) for k in labels.tolist()])

    def fit_(self, x: Tensor, y: Tensor, **options: Any) -> Self:  # type: ignore[override]
        """Each label's density fitted to its own x, and p(y) to the labels' shares; options go to the densities."""
        indices("y", y, len(self.models))
        with torch.no_grad():
            self.logits.copy_(torch.log(torch.bincount(y, minlength=len(self.models)).double() / len(y)))
        for label, model in enumerate(self.models):
            model.fit_(x[y == label], **options)
        return self

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x, y) where labels are given, otherwise −log p(x); averaged over the batch."""
        if y is None:
            return {"loss": -self.log_prob(x).mean()}
        indices("y", y, len(self.models))
        return {"loss": -self.log_joint(x).gather(1, y[:, None]).mean()}
