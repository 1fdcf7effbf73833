"""The figures of lesson 05: likelihoods and their peaks, climbs, KL divergences, and what is held out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.style import COLOURS, DATA, FRAME, INK, MODEL, SOFT, TRUTH, figure, line, quantity
from gencourse.figures.words import end_labels, label_points, top_labels


def likelihoods(p: Tensor, likelihood: Tensor) -> Figure:
    """A likelihood (P,) and its logarithm against the parameter p (P,), each with its peak."""
    fig, axes = figure(7.5, 2.5, columns=2)
    titles = "likelihood", quantity("log-likelihood", "nats")
    for ax, heights, title in zip(axes, (likelihood, likelihood.log()), titles, strict=True):
        best = int(heights.argmax())
        ax.plot(p, heights, **MODEL)
        ax.plot(p[best], heights[best], marker="o", color=INK, linestyle="none")
        ax.set(title=title, xlabel="p, the probability of heads")
    axes[1].set_ylim(axes[1].dataLim.ymax - 25, axes[1].dataLim.ymax + 4)
    for ax in axes:
        x, y = ax.lines[1].get_data()
        label_points(ax, [(float(x[0]), float(y[0]), f"p = {float(x[0]):.3f}", INK)])
    return fig


def climbs(across: Tensor, up: Tensor, gap: Tensor, paths: Mapping[str, Tensor], gaps: Mapping[str, Tensor]) -> Figure:
    """Paths over a log-likelihood's contours, and how far below the top each is at each step.

    Args:
        across, up: (A,) and (U,), the means in pixels and the log σ of the surface.
        gap: (U, A), how many nats a point the surface lies below the top.
        paths: (steps, 2) each, mean and log σ at each step. gaps: (steps,) each, in nats a point.
    """
    fig, axes = figure(7.8, 3.2, columns=2, width_ratios=[1.25, 1])
    axes[0].contour(across, up, -gap, levels=-torch.logspace(1.3, -2, 13), colors=FRAME, linestyles="-", linewidths=0.8)
    starts = []
    for k, (name, path) in enumerate(paths.items()):
        axes[0].plot(*path.T, marker="o", markersize=2.5, **line(k))
        axes[1].plot(gaps[name][:400].clamp(min=1e-9), label=name, **line(k))
        starts.append((*path[0].tolist(), name, COLOURS[k]))
    end = next(iter(paths.values()))[-1]
    axes[0].plot(*end, marker="*", markersize=11, color=INK, linestyle="none", zorder=4)
    axes[0].set(xlabel="μ (pixels)", ylabel="log σ", title="the surface, and three climbs")
    axes[0].set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    axes[1].set(yscale="log", xlabel="step", title=quantity("below the top", "nats a point", "lower"))
    label_points(axes[0], [*starts, (*end.tolist(), "closed form", INK)])
    end_labels(axes[1])
    return fig


def twin_peaks(side: Tensor, gap: Tensor, paths: Sequence[Tensor]) -> Figure:
    """Contours over the two means of a mixture, with the climbs from several starts (dots) to their ends (stars).

    Args:
        side: (S,), the means in pixels, along both axes. gap: (S, S), in nats a point below the top, indexed [μ₁, μ₂].
        paths: (steps, 2) each.
    """
    fig, ax = figure(4.6, 3.8)
    levels = -torch.logspace(0.9, -2, 18)
    ax.contour(side, side, -gap.T, levels=levels, colors=FRAME, linestyles="-", linewidths=0.8)
    ax.plot(side, side, **TRUTH | dict(color=SOFT, linewidth=0.9))
    for k, path in enumerate(paths):
        ax.plot(*path.T, **line(k))
        ax.plot(*path[0], marker="o", markersize=5, color=COLOURS[k])
        ax.plot(*path[-1], marker="*", markersize=12, color=COLOURS[k], markeredgecolor=INK, markeredgewidth=0.5)
    ax.set(aspect="equal", xlabel="μ₁ (pixels)", ylabel="μ₂ (pixels)", title="two twin peaks, one saddle")
    low, high = float(side[0]), float(side[-1])
    ax.set(xlim=(low, high), ylim=(low, high))
    at = high - 0.12 * (high - low)
    ax.text(at, at, "μ₁ = μ₂", color=SOFT, fontsize=8.5, rotation=45, ha="right", va="bottom", rotation_mode="anchor")
    return fig


def courses(curves: Mapping[str, Sequence[float]]) -> Figure:
    """Log-likelihoods in nats against the step, each named at its end; the first one bold."""
    fig, ax = figure(6.4, 2.7)
    for k, (name, values) in enumerate(curves.items()):
        ax.plot(values, label=name, **line(k) | dict(linewidth=2.4 if k == 0 else 1.4))
    ax.set(xlabel="step", title=quantity("Σ log p(x)", "nats", "higher"))
    end_labels(ax)
    return fig


def one_minimum(theta: Tensor, cost: Tensor, kl: Tensor, empirical: Tensor, best: Tensor) -> Figure:
    """A mean −log-likelihood and a KL against θ, a constant apart; and the data beside the best model.

    Args:
        theta, cost, kl: (T,), the last two in nats a pixel. empirical, best: (L,), shares of the grey levels.
    """
    fig, axes = figure(7.8, 2.9, columns=2)
    axes[0].plot(theta, cost, label="−mean log-likelihood", **line(0))
    axes[0].plot(theta, kl, label="KL from the data", **line(1))
    low = int(kl.argmin())
    axes[0].plot([theta[low]] * 2, [cost[low], kl[low]], "o", color=INK, markersize=4)
    axes[0].set(xlabel="θ", xlim=(0, 0.7), ylim=(0, 14), title=quantity("one minimum", "nats a pixel", "lower"))
    bars(axes[1], empirical)
    axes[1].plot(best, label="the best binomial", **MODEL | dict(marker="o", markersize=3.5))
    axes[1].set(title="the best is not good")
    end_labels(axes[0])
    top_labels(axes[1])
    return fig


def bars(ax: Any, shares: Tensor) -> None:
    """Shares (L,) of the grey levels as they were observed."""
    ax.bar(range(len(shares)), shares, color=DATA["color"], alpha=0.45, width=0.85)
    ax.set(xlabel="grey level", xticks=range(0, len(shares), 4))


def two_directions(z: Tensor, target: Tensor, ends: Mapping[str, Sequence[Tensor]]) -> Figure:
    """A target density (Z,) over z (Z,), and the Gaussians (mean, log σ) at which descents of each name ended."""
    fig, ax = figure(7.0, 2.8)
    ax.fill_between(z, target, color=INK, alpha=0.13, linewidth=0)
    ax.plot(z, target, **TRUTH)
    words: Any = dict(ha="center", va="center", fontsize=8.5)
    ax.text(float(z[target.argmax()]), 0.6 * float(target.max()), "target p", color=INK, **words)
    for k, (name, found) in enumerate(ends.items()):
        for mean, log_scale in sorted({(round(float(end[0]), 2), round(float(end[1]), 2)) for end in found}):
            density = torch.distributions.Normal(mean, math.exp(log_scale)).log_prob(z).exp()
            ax.plot(z, density, **line(k))
            height = float(density.max()) + (0.03 if k else -0.035)  # the first ones' names lie under their tops
            ax.text(mean, height, f"q by {name}", color=COLOURS[k], **words)
    ax.set(xlim=(-6, 6), ylim=(0, 1.15 * ax.dataLim.ymax), yticks=[], xlabel="z")
    ax.spines["left"].set_visible(False)
    return fig


def by_heart(
    widths: Tensor, learned: Tensor, held_out: Tensor, grid: Tensor, densities: Mapping[str, Tensor], x: Tensor
) -> Figure:
    """The log-likelihood of learned and of held-out points against the width of the bumps, and densities of two widths.

    Args:
        widths: (H,), in units of the data's spread. learned, held_out: (H,), nats a point.
        grid: (G,), in pixels. densities: (G,) each. x: (N,), the points they stand on.
    """
    fig, axes = figure(8.0, 2.9, columns=2, width_ratios=[1, 1.1])
    axes[0].plot(widths, learned, **line(1))
    axes[0].plot(widths, held_out, **line(0))
    best = int(held_out.argmax())
    axes[0].set(xscale="log", ylim=(-8, 8), xlabel="σ of each bump / spread of the data")
    axes[0].set(title=quantity("learned by heart", "nats a point", "higher"))
    for k, row, (name, density) in zip((3, 2), (0.93, 0.83), densities.items(), strict=True):
        axes[1].plot(grid, density, **line(k) | dict(linestyle="-", linewidth=1.3))
        axes[1].text(0.03, row, name, color=COLOURS[k], fontsize=8.5, transform=axes[1].transAxes)
    axes[1].plot(x, torch.full_like(x, -0.35), **DATA | dict(marker="|", markersize=6, markeredgewidth=0.8))
    axes[1].set(xlabel="ink width (pixels)", ylim=(-0.8, 10), title="its density")
    marks = [(len(widths) // 5, learned, "its own data", 1), (best, held_out, "others", 0)]
    label_points(axes[0], [(float(widths[i]), float(heights[i]), name, COLOURS[k]) for i, heights, name, k in marks])
    return fig


def by_components(ks: Sequence[int], train: Sequence[float], held_out: Sequence[Any], chosen: int, name: str) -> Figure:
    """Nats an image against the number of components; held_out has `value` and `standard_error` for each."""
    fig, ax = figure(6.2, 2.9)
    ax.plot(ks, train, marker="o", markersize=4, label="training images", **line(1))
    values, errors = [b.value for b in held_out], [b.standard_error for b in held_out]
    ax.errorbar(ks, values, errors, marker="o", markersize=4, capsize=3, **line(0))
    ax.lines[1].set_label("validation images")
    ax.axvline(chosen, color=SOFT, linewidth=0.9, linestyle=(0, (1, 2)))
    ax.set(
        xscale="log", xlabel="K, number of components", title=quantity(f"{name}: log p(x)", "nats an image", "higher")
    )
    end_labels(ax, ax.lines[:2])
    label_points(ax, [(chosen, values[ks.index(chosen)], f"K = {chosen}", INK)])
    return fig


def estimates(sizes: Tensor, panels: Mapping[str, tuple[Tensor, Tensor, Tensor]]) -> Figure:
    """Estimates against the sample size (S,), a panel for each parameter.

    Args:
        panels: by name, the estimates from many data sets (S, R), their standard errors (S, R), and the truth.
    """
    fig, axes = figure(7.8, 3.0, columns=len(panels))
    for ax, (name, (values, errors, truth)) in zip(axes, panels.items(), strict=True):
        low, high = values.quantile(torch.tensor([0.025, 0.975]), dim=1)
        ax.fill_between(sizes, low, high, color=COLOURS[0], alpha=0.18, linewidth=0)
        ax.errorbar(sizes, values[:, 0], 1.96 * errors[:, 0], marker="o", markersize=4, capsize=3, **line(0))
        ax.axhline(float(truth), label="truth", **TRUTH)
        ax.set(xscale="log", title=name)
        end_labels(ax, [ax.lines[-1]])
    words = "N, points in a data set      dots: one data set as it grows, with its 95 % intervals\n"
    words += "band: where 95 % of all data sets have their estimate"
    fig.supxlabel(words, color=SOFT, fontsize=8.5)
    return fig


def two_contexts(contexts: Mapping[str, tuple[Tensor, Tensor, Tensor]]) -> Figure:
    """For each context by its name: a categorical (L,) over the grey levels, a Gaussian's masses (L,), and its mean."""
    fig, axes = figure(7.8, 2.7, columns=len(contexts))
    for ax, (name, (said, masses, mean)) in zip(axes, contexts.items(), strict=True):
        ax.bar(range(len(said)), said, color=COLOURS[1], alpha=0.55, width=0.85)
        ax.plot(masses, **MODEL | dict(marker="o", markersize=3))
        ax.axvline(float(mean), **MODEL | dict(linewidth=1, linestyle=":"))
        ax.set(xlabel="grey level", xticks=range(0, len(said), 4), ylim=(0, 1.2 * float(said.max())), title=name)
        tops = [
            (float(shares.argmax()), float(shares.max()), name, colour)
            for shares, name, colour in ((said, "categorical", COLOURS[1]), (masses, "Gaussian", MODEL["color"]))
        ]
        label_points(ax, tops)
    return fig
