"""Pictures of lesson 09: the figure eight, what an estimate costs, the gap, and what moves it.

Throughout, log p(x) and the exact posterior have the look of the truth, q and its bound that of the model, and the gap
between the two is hatched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.style import COLOURS, DATA, MODEL, SOFT, TRUTH, figure, line, points
from gencourse.figures.words import end_labels, top_labels

GAP: Any = dict(facecolor="none", edgecolor=COLOURS[1], hatch="////", linewidth=0)
LEVELS = [0, 0.1, 0.3, 0.6, 0.9, 1.2, 1.6, 2, 2.5, 3, 4, 6, 10]  # of the gap, in nats


def figure_eight(codes: Tensor, curve: Tensor, drawn: Tensor, density: Tensor) -> Figure:
    """Where each code stands among draws of x, and the density of x, over one and the same plane.

    Args:
        codes: z, (M,). curve: f(z), (M, 2). drawn: draws of x, (N, 2). density: p(x), (H, W), over [−4, 4]².
    """
    fig, axes = figure(7.5, 3.5, columns=2, sharey=True)
    axes[0].plot(*drawn.T, **DATA | dict(markersize=2.5, alpha=0.35))
    dots = axes[0].scatter(*curve.T, c=codes, cmap="viridis", s=9, zorder=3)
    fig.colorbar(dots, ax=axes[0], label="code $z$", shrink=0.8)
    image = axes[1].imshow(density, extent=(-4, 4, -4, 4), origin="lower", cmap="viridis")
    fig.colorbar(image, ax=axes[1], label="$p(x)$", shrink=0.8)
    for ax, title in zip(axes, ("$f(z)$, and draws of $x$ in grey", "the density of $x$, by the grid"), strict=True):
        ax.set(title=title, xlim=(-4, 4), ylim=(-4, 4), aspect="equal", xlabel="$x_1$")
        ax.grid(False)
    axes[0].set_ylabel("$x_2$")
    return fig


def errors(
    counts: Sequence[int],
    measured: Mapping[str, Mapping[int, Sequence[float]]],
    formula: Mapping[str, Mapping[int, Sequence[float]]],
) -> Figure:
    """The error of an estimate of log p(x) against its number of samples, a panel a source, a line a number of latents.

    Args:
        counts: K. measured: for each source, "prior" or "q", and each number of latents the error at each K, in nats,
            drawn as points.
        formula: the same by a formula, drawn as lines as far as the measured points reach.
    """
    fig, axes = figure(7.5, 3.3, columns=len(measured), sharey=True)
    every = [value for lines in measured.values() for values in lines.values() for value in values]
    for ax, (source, lines) in zip(axes, measured.items(), strict=True):
        for k, (latents, values) in enumerate(lines.items()):
            ax.plot(counts, values, label=f"{latents} latent{'s' * (latents > 1)}", **points(k) | dict(markersize=5))
            ax.plot(counts, formula[source][latents], **line(k) | dict(linewidth=1))
        ax.axhline(0.1, color=SOFT, linewidth=0.8)
        title = "codes from the prior" if source == "prior" else "codes from a good $q$"
        ax.set(xscale="log", yscale="log", xlabel="samples $K$", title=title, ylim=(min(every) / 2, max(every) * 2))
    axes[0].annotate("a tenth of a nat", (counts[0], 0.1), (0, -10), textcoords="offset points", color=SOFT, fontsize=8)
    axes[0].set_ylabel("error (nats) ↓")
    for ax in axes:
        end_labels(ax)
    return fig


def guess_for_the_posterior(codes: Tensor, ratio: Tensor, log_p: float, q: Tensor) -> Figure:
    """log p(x, z) − log q(z) against z, the flat line that the exact posterior gives, and where q looks.

    Args:
        codes: z, (M,). ratio: (M,) nats. log_p: log p(x). q: q's density at the codes, (M,).
    """
    fig, ax = figure(7.5, 2.9)
    low, high = float(ratio.max()) - 6, float(ratio.max()) + 1
    ax.fill_between(codes, low, low + 1.6 * q, color=COLOURS[0], alpha=0.18, linewidth=0)
    (guess,) = ax.plot(codes, ratio, label="with a guess $q(z)$", **MODEL)
    (flat,) = ax.plot(codes, 0 * codes + log_p, label="with the posterior:\n$\\log p(x)$", **TRUTH)
    ax.set(xlabel="$z$", ylabel="nats", xlim=(codes[0], codes[-1]), ylim=(low, high))
    ax.annotate("where $q$ looks", (codes[int(q.argmax())], low + 0.35), ha="center", color=COLOURS[0], fontsize=8.5)
    end_labels(ax, [flat])
    top_labels(ax, [guess])
    return fig


def gap_surfaces(means: Tensor, spreads: Tensor, surfaces: Mapping[str, Tensor]) -> Figure:
    """The gap over every mean and spread of q, a panel an x, and in each a cross where it is least.

    Args:
        means: (M,). spreads: (S,). surfaces: the gap for each x, (S, M) nats.
    """
    fig, axes = figure(7.5, 3.1, columns=len(surfaces), sharey=True)
    even = BoundaryNorm(LEVELS, 256, extend="max")  # as many colours between 0 and 0.1 as between 6 and 10
    for ax, (name, surface) in zip(axes, surfaces.items(), strict=True):
        filled = ax.contourf(means, spreads, surface, levels=LEVELS, norm=even, cmap="viridis", extend="max")
        row, column = divmod(int(surface.argmin()), len(means))
        ax.plot(means[column], spreads[row], marker="X", color="white", markeredgecolor="black", markersize=9)
        ax.set(title=name, xlabel="mean of $q$")
        ax.grid(False)
    axes[0].set_ylabel("spread of $q$")
    bar = fig.colorbar(filled, ax=axes, label="gap (nats)", ticks=[0, 0.3, 0.9, 1.6, 2.5, 4, 10])
    bar.ax.minorticks_off()
    return fig


def posteriors(codes: Tensor, panels: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """The exact posterior over z and the best Gaussian for it, a panel an x, two in a row.

    Args:
        codes: z, (M,). panels: for each x the posterior's density and q's, (M,) each.
    """
    rows = (len(panels) + 1) // 2
    fig, axes = figure(7.5, 1.75 * rows, rows=rows, columns=2, sharex=True, squeeze=False)
    for ax, (name, (posterior, q)) in zip(axes.flat, panels.items(), strict=False):
        ax.plot(codes, posterior, label="$p(z\\mid x)$", **TRUTH)
        ax.plot(codes, q, label="$q(z)$", **MODEL)
        ax.set(title=name, yticks=[], xlim=(-2.6, 2.6), ylim=(0, 1.15 * float(max(posterior.max(), q.max()))))
        ax.grid(False)
        ax.spines["left"].set_visible(False)
    for ax in axes[-1]:
        ax.set_xlabel("code $z$")
    top_labels(axes.flat[-1])
    return fig


def moving_the_decoder(sigmas: Tensor, bound: Tensor, log_p: Tensor, moves: Sequence[float]) -> Figure:
    """The ELBO of one q that is held, and log p(x), against the decoder's σ, with the gap between them hatched.

    Args:
        sigmas: σ, (M,). bound: the ELBO, log_p: log p(x), (M,) nats. moves: σ before and after the ELBO was raised.
    """
    fig, ax = figure(7.5, 3.2)
    low = float(bound.max()) - 2.5
    ax.fill_between(sigmas, bound.clamp(min=low), log_p, **GAP | dict(alpha=0.35))
    ax.plot(sigmas, bound, label="ELBO, $q$ held", **MODEL)
    ax.plot(sigmas, log_p, label="$\\log p(x)$", **TRUTH)
    for sigma, word in zip(moves, ("before", "after"), strict=True):
        ax.axvline(sigma, color=SOFT, linewidth=1)
        ax.text(sigma, low + 0.1, f" {word}", color=SOFT, fontsize=8.5)
    ax.set(xlabel="noise of the decoder, σ", ylabel="nats", xlim=(sigmas[0], sigmas[-1]))
    ax.set_ylim(low, float(log_p.max()) + 0.3)
    end_labels(ax)
    return fig


def on_the_plane(x: Tensor, values: Mapping[str, Tensor]) -> Figure:
    """Points x (N, 2) coloured by a gap of each, (N,) nats, a panel a gap."""
    fig, axes = figure(7.5, 3.0, columns=len(values), sharey=True)
    for ax, (name, gaps) in zip(axes, values.items(), strict=True):
        dots = ax.scatter(*x.T, c=gaps, s=12, cmap="viridis", vmin=0, vmax=1.5, linewidths=0)
        ax.set(title=name, xlabel="$x_1$", aspect="equal")
    axes[0].set_ylabel("$x_2$")
    fig.colorbar(dots, ax=axes, label="nats", extend="max")
    return fig


def bounds_by_samples(counts: Sequence[int], groups: Mapping[str, Sequence[Tensor]]) -> Figure:
    """How far IWAE-K lies below log p(x) against K, a line a group of points, with bars of two standard errors.

    Args:
        counts: K. groups: for each the gap at each K, measured several times, (repeats,) nats.
    """
    fig, ax = figure(7.5, 3.0)
    ax.axhline(0, label="$\\log p(x)$", **TRUTH)
    for k, (name, values) in enumerate(groups.items()):
        height = [float(repeats.mean()) for repeats in values]
        error = [float(repeats.std() / len(repeats) ** 0.5) for repeats in values]
        ax.plot(counts, height, label=name, marker="o", markersize=4, **line(k))
        ax.errorbar(counts, height, yerr=[2 * e for e in error], linestyle="none", capsize=3, color=line(k)["color"])
    ax.set(xscale="log", xlabel="samples $K$", ylabel="$\\log p(x)$ − IWAE-$K$ (nats) ↓")
    end_labels(ax)
    return fig


def signal_to_noise(counts: Sequence[int], ratios: Mapping[str, Sequence[float]]) -> Figure:
    """The signal-to-noise ratio of gradients against the number of samples K, a line a gradient."""
    fig, ax = figure(7.5, 2.9)
    for k, (name, values) in enumerate(ratios.items()):
        ax.plot(counts, values, label=name, marker="o", markersize=4, **line(k))
    ax.set(xscale="log", yscale="log", xlabel="samples $K$", ylabel="signal / noise ↑")
    end_labels(ax)
    return fig


def two_readings(spreads: Tensor, bound: Tensor, readings: Sequence[Mapping[str, Tensor]]) -> Figure:
    """The ELBO against the spread of q, and the two terms that add up to it, a panel a reading; a ring at each's top.

    Args:
        spreads: (M,). bound: the ELBO, (M,) nats. readings: the two terms of each by name, (M,) nats.
    """
    fig, axes = figure(7.5, 3.2, columns=len(readings), sharey=True)
    for ax, terms in zip(axes, readings, strict=True):
        for k, (name, values) in enumerate({"the ELBO": bound, **terms}.items()):
            look = line(k) if k else MODEL
            ax.plot(spreads, values, label=name, **look)
            top = int(values.argmax())
            ax.plot(spreads[top], values[top], "o", color=look["color"], markerfacecolor="none", clip_on=False)
        ax.set(xlabel="spread of $q$", xlim=(0, spreads[-1]), ylim=(-9, 2.2))
    axes[0].set_ylabel("nats")
    for ax in axes:
        end_labels(ax)
    return fig


def posteriors_on_the_plane(axis: Tensor, panels: Mapping[str, tuple[Tensor, Tensor, Tensor]]) -> Figure:
    """Exact posteriors over two latents as heat maps, and over each the encoder's q at two standard deviations.

    Args:
        axis: the grid's places in both latents, (G,). panels: the density (G, G), and q's mean and standard deviation,
            (2,) each.
    """
    fig, axes = figure(7.5, 3.2, columns=len(panels))
    turn = np.linspace(0, 2 * np.pi, 100)
    for ax, (name, (density, mean, std)) in zip(axes, panels.items(), strict=True):
        ends = float(axis[0]), float(axis[-1])
        ax.imshow(density, extent=(*ends, *ends), origin="lower", cmap="viridis")
        ellipse = mean[:, None].numpy() + 2 * std[:, None].numpy() * np.stack([np.cos(turn), np.sin(turn)])
        ax.plot(*ellipse, color="white", linewidth=2.6)
        ax.plot(*ellipse, color=COLOURS[1], linewidth=1.4, linestyle="--")
        reach = max(0.6, float(4 * std.max()))
        limits = [(float(m) - reach, float(m) + reach) for m in mean]
        ax.set(title=name, xlabel="$z_1$", xlim=limits[0], ylim=limits[1])
        ax.grid(False)
    axes[0].set_ylabel("$z_2$")
    return fig
