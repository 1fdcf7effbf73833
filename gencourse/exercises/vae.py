"""Lesson 10, second part: the ELBO and its two terms.

In the mistakes, m and v are the mean and log-variance of q.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import vae as key
from gencourse.models.likelihoods import bernoulli_log_prob

# ------------------------------------------------------------------------------------------------ elbo_terms


def _images_and_code(generator: torch.Generator, B: int, H: int, D: int, scale: float = 1.0) -> dict[str, Tensor]:
    return {
        "x": torch.bernoulli(torch.full((B, 1, H, H), 0.5), generator=generator),
        "logits": scale * torch.randn(B, 1, H, H, generator=generator),
        "mean": torch.randn(B, D, generator=generator),
        "log_var": torch.randn(B, D, generator=generator),
    }


def _per_pixel(x: Tensor, logits: Tensor) -> Tensor:
    return x * logits - F.softplus(logits)


def _elbo(reconstruction: Tensor, kl: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return reconstruction - kl, reconstruction, kl


def _naive_log_prob(x: Tensor, logits: Tensor) -> Tensor:
    p = torch.sigmoid(logits)
    return (x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(1)


def _clamped_log_prob(x: Tensor, logits: Tensor) -> Tensor:
    return -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none").flatten(1).sum(1)


_rec, _kl = bernoulli_log_prob, key.gaussian_kl

elbo_terms = Exercise(
    reference=key.elbo_terms,
    helpers=(bernoulli_log_prob,),
    title="the ELBO from logits",
    difficulty=3,
    minutes=12,
    question="Write `elbo_terms(x, logits, mean, log_var)`: the ELBO of each black-and-white image, with the prior "
    "N(0, I). `x` (B, 1, H, W) is 0 or 1; `logits` has its shape and is what the decoder says for one z, "
    "hundreds among them; `mean` and `log_var` = log σ² (B, D) are what the encoder says. Return (value, "
    "reconstruction, kl), (B,) each, in nats, with value = reconstruction − kl: the logarithm of x's "
    "probability, and the KL in closed form.",
    make_inputs=_images_and_code,
    example=dict(
        x=torch.tensor([[[[1.0, 0]]], [[[0, 0]]]]),
        logits=torch.tensor([[[[3.0, 1]]], [[[3, 1]]]]).log(),
        mean=torch.tensor([[1.0, 0], [0, 0]]),
        log_var=torch.tensor([[1.0, 1], [1, 4]]).log(),
    ),
    sizes=(
        dict(B=2, H=2, D=2),
        dict(B=4, H=3, D=5),
        dict(B=1, H=3, D=2),
        dict(B=3, H=1, D=1),
        dict(B=3, H=3, D=3),
        dict(B=2, H=2, D=1, scale=200.0),
    ),
    differentiable=("logits", "mean", "log_var"),
    clauses={
        "hundreds among them": lambda x, logits, mean, log_var: (logits.abs() > 100).any(),
    },
    hints=(
        "The reconstruction term is log p(x | z): the logarithms of the pixels' probabilities, summed over "
        "all pixels of an image. The ELBO is that, minus the KL from the exercise before.",
        'From logits, `-F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)` '
        "is log p(x | z), safe for any logit. Then kl = ½ · Σ (exp(log_var) + mean² − 1 − log_var), value = "
        "reconstruction − kl.",
    ),
    mistakes=(
        Mistake(
            lambda x, s, m, v: (_rec(x, s) + _kl(m, v), _rec(x, s), _kl(m, v)),
            "You added the KL. It is what the code costs: value = reconstruction − kl.",
        ),
        Mistake(
            lambda x, s, m, v: (_kl(m, v) - _rec(x, s), _rec(x, s), _kl(m, v)),
            "Your value is −ELBO, the loss. The bound itself is reconstruction − kl; training maximises it.",
        ),
        Mistake(
            lambda x, s, m, v: (_kl(m, v) - _rec(x, s), -_rec(x, s), _kl(m, v)),
            "You return the loss: the cross-entropy plus the KL. The ELBO turns the sign of both: "
            "reconstruction is log p(x | z), minus the cross-entropy, and value = reconstruction − kl.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(-_rec(x, s), _kl(m, v)),
            "Your reconstruction has the wrong sign: it is log p(x | z), never above 0 for binary "
            "pixels. The cross-entropy is its negative.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_per_pixel(x, s).flatten(1).mean(1), _kl(m, v)),
            "You averaged over the pixels. Sum them: log-probabilities of independent pixels add up, "
            "and against a mean over H·W pixels the KL would weigh H·W times too much.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_per_pixel(x, s).mean(), _kl(m, v)),
            "Your cross-entropy averages over all pixels of all images, as it does by default. Take "
            '`reduction="none"` and sum over the pixels of each image.',
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_per_pixel(x, s).sum(), _kl(m, v)),
            'You summed the reconstruction over the batch too (`reduction="sum"` does): each image has its own.',
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_rec(x, s).sum(), _kl(m, v).sum()),
            "You summed over the batch. Sum over pixels and latents only: all three are (B,).",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_rec(x, s).mean(), _kl(m, v).mean()),
            "You averaged over the batch. Each image has its own ELBO: all three are (B,).",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_rec(x, torch.sigmoid(s)), _kl(m, v)),
            "You took the sigmoid twice: a function that asks for logits was given probabilities.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_naive_log_prob(x, s), _kl(m, v)),
            "Right for moderate logits, but for large ones the sigmoid rounds to 0 or 1 and its "
            "logarithm is −∞. Work from the logits: `F.binary_cross_entropy_with_logits`, or x·logit − "
            "softplus(logit).",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_clamped_log_prob(x, s), _kl(m, v)),
            "Right for moderate logits, but for large ones the sigmoid rounds to 0 or 1, and "
            "`F.binary_cross_entropy` then puts −100 for the logarithm. Give the logits themselves to "
            "`F.binary_cross_entropy_with_logits`.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo((x * F.logsigmoid(s)).flatten(1).sum(1), _kl(m, v)),
            "You left out the dark pixels: where x = 0 its probability is 1 − p, so (1 − x) · log(1 − p) is missing.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(-((x - torch.sigmoid(s)) ** 2).flatten(1).sum(1), _kl(m, v)),
            "That is a squared error: a Gaussian's log-density up to constants. Binary pixels are Bernoulli.",
        ),
        Mistake(
            lambda x, s, m, v: (_rec(x, s), _rec(x, s), _kl(m, v)), "You forgot to subtract the KL from the value."
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_rec(x, s), _kl(m, v) / m.shape[1]),
            "You averaged the KL over the latents: sum it over D, as the reconstruction is summed over pixels.",
        ),
        Mistake(
            lambda x, s, m, v: _elbo(_rec(x, s), _kl(m, v).sum()),
            "You summed the KL over the batch, and every image pays for all: sum over the latents only.",
        ),
        Mistake(lambda x, s, m, v: _elbo(_rec(x, s), 2 * _kl(m, v)), "Your KL lacks the factor ½."),
        Mistake(
            lambda x, s, m, v: (_rec(x, s) - _kl(m, v), _kl(m, v), _rec(x, s)),
            "All three are right, in another order: return value, reconstruction, kl.",
        ),
    ),
)
