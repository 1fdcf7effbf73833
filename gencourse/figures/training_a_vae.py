"""Lesson 10's drawings: gradients that scatter, codes and the prior, the two terms that fight, factors and latents."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.charts import matrix
from gencourse.figures.style import INK, MODEL, TRUTH, figure, line, points, quantity
from gencourse.figures.words import end_labels, label_points

DOTS = 300  # single estimates of each estimator
MARKED: Any = dict(marker="o", markersize=4)


def gradient_estimates(estimates: Mapping[str, Tensor]) -> Figure:
    """One-sample estimates of a gradient as dots, a row for each estimator, and how their running averages settle.

    Args:
        estimates: by the estimator's name, (n, D) each; the first of the D latents is shown.
    """
    fig, (dots, settles) = figure(8.4, 2.7, columns=2, width_ratios=[1.2, 1])
    first = {name: g[:, 0] for name, g in estimates.items()}
    for k, (name, g) in enumerate(first.items()):
        jitter = k + 0.5 * (torch.rand(DOTS, generator=torch.Generator().manual_seed(k)) - 0.5)
        dots.plot(g[:DOTS], jitter[: len(g)], **points(k) | dict(markersize=2.5, alpha=0.5))
        settles.plot(torch.arange(1, len(g) + 1), g.cumsum(0) / torch.arange(1, len(g) + 1), label=name, **line(k))
    wide = float(max(g.abs().max() for g in first.values()))
    narrow = float(min(g.std() for g in first.values()))
    dots.set_xscale("symlog", linthresh=narrow)
    tens = 10.0 ** np.arange(np.floor(np.log10(wide)), np.log10(narrow), -2)  # every other power: room for the words
    dots.set_xticks([*-tens, 0, *tens], [f"{tick:g}".replace("-", "−") for tick in (*-tens, 0, *tens)])
    dots.set(title="one estimate at a time …", xlabel="∂/∂μ₁ (nats)", xlim=(-2 * wide, 2 * wide))
    dots.set_yticks(range(len(first)), list(first))
    dots.invert_yaxis()
    settled = float(max(g.std() / len(g) ** 0.5 for g in first.values()))
    settles.set(title="… and averaged", xscale="log", xlabel="estimates averaged", ylim=(-12 * settled, 12 * settled))
    end_labels(settles)
    return fig


def aggregate_posterior(axis: Tensor, log_q: Tensor) -> Figure:
    """The density of all images' clouds together beside the prior's, on one scale, with the prior's circles.

    Args:
        axis: (P,), of the plane in both directions.
        log_q: (P, P), the logarithm of the clouds' common density at its points; rows are z₂.
    """
    fig, axes = figure(7.0, 3.5, columns=2, sharey=True)
    q, p = log_q.exp(), torch.exp(-0.5 * (axis[:, None] ** 2 + axis**2)) / (2 * torch.pi)
    highest = float(torch.maximum(q, p).max())
    angle = torch.linspace(0, 2 * torch.pi, 200)
    for ax, density, title in zip(axes, (q, p), ("all clouds together, q(z)", "the prior, p(z)"), strict=True):
        ax.pcolormesh(axis, axis, density, cmap="magma", vmin=0, vmax=highest, rasterized=True)
        for radius in (1, 2):
            ax.plot(radius * angle.cos(), radius * angle.sin(), **TRUTH | dict(linewidth=0.9, color="white"))
        ax.set(title=title, aspect="equal", xlabel="$z_1$")
        ax.grid(False)
    axes[0].set(ylabel="$z_2$")
    return fig


def beta_sweep(betas: Sequence[float], reconstruction: np.ndarray, kl: np.ndarray) -> Figure:
    """What β does to the two terms of the bound: both against β, and one against the other.

    Args:
        reconstruction, kl: of each β, in nats.
    """
    fig, (nats, plane) = figure(8.0, 3.0, columns=2)
    for k, (name, values) in enumerate(
        {"−reconstruction": -reconstruction, "KL": kl, "−ELBO": kl - reconstruction}.items()
    ):
        nats.plot(betas, values, label=name, **line(k) | MARKED)
    nats.set(xscale="log", xlabel="β", title=quantity("both terms, and their sum", "nats"))
    plane.plot(kl, -reconstruction, **MODEL | MARKED)
    plane.set(xlabel=quantity("KL", "nats"), ylabel=quantity("−reconstruction", "nats"))
    plane.set(title="the exchange rate is β")
    plane.margins(0.15)
    end_labels(nats)
    label_points(plane, [(x, -y, name, INK) for x, y, name in _named_once(betas, kl, reconstruction)])
    return fig


def _named_once(betas: Sequence[float], kl: np.ndarray, reconstruction: np.ndarray) -> list[tuple[float, float, str]]:
    """Each point with its β, and points that lie on each other with all of theirs."""
    found: list[tuple[float, float, str]] = []
    for beta, x, y in zip(betas, kl.tolist(), reconstruction.tolist(), strict=True):
        if found and abs(found[-1][0] - x) < 0.03 * kl.max():
            found[-1] = (*found[-1][:2], f"{found[-1][2]}, {beta:g}")
        else:
            found.append((x, y, f"β = {beta:g}"))
    return found


def kl_of_latents(by_beta: Mapping[float, Tensor]) -> Figure:
    """The KL of each latent in nats, sorted, (D,) for each β."""
    fig, ax = figure(5.2, 2.6)
    for k, (beta, kl) in enumerate(by_beta.items()):
        ax.plot(range(1, len(kl) + 1), kl, label=f"β = {beta:g}", **line(k) | MARKED)
    ax.set(xlabel="latent, most used first", ylabel=quantity("its KL", "nats"), title="who still speaks")
    end_labels(ax)
    return fig


def bound_against_samples(ks: Sequence[int], values: Sequence[float], errors: Sequence[float], data: str) -> Figure:
    """IWAE-K in nats, with its standard errors over images, against K."""
    fig, ax = figure(5.2, 2.6)
    ax.errorbar(ks, values, errors, capsize=3, **MODEL | MARKED)
    ax.set(xscale="log", xlabel="K, codes drawn for each image", title=quantity(f"IWAE-K, {data}", "nats", "higher"))
    return fig


def information(matrices: Mapping[Any, Tensor], gaps: Mapping[Any, float], factors: Sequence[str]) -> Figure:
    """The mutual information of latents and factors, a matrix (D, F) in nats for each β, under its gap."""
    fig, axes = figure(4.1 * len(matrices), 3.3, columns=len(matrices), sharey=True, squeeze=False)
    highest = max(float(values.max()) for values in matrices.values())
    for ax, (beta, values) in zip(axes[0], matrices.items(), strict=True):
        matrix(ax, values, [f"$z_{{{j + 1}}}$" for j in range(len(values))], factors, decimals=1, highest=highest)
        ax.set_title(f"β = {beta:g}: gap {gaps[beta]:.2f}")
    return fig
