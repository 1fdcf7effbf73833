"""Points in the plane to learn from, the same in the page (points.js beside this)."""

import numpy as np

from gencourse.support.checks import at_least, between, one_of
from gencourse.widgets.shared.learn.random import Random

SHAPES = ("moons", "gaussians", "ring", "checkerboard", "spiral")


def draw_points(name: str, n: int, noise: float, seed: int) -> np.ndarray:
    """n points of a shape, (n, 2) float32; all shapes reach to about 2 from the origin.

    Args:
        name: "moons", "gaussians" (eight on a circle), "ring", "checkerboard" or "spiral".
        noise: the standard deviation of what is added to each coordinate.

    Raises:
        ValueError: on another name, or a negative noise.
    """
    one_of("name", name, SHAPES)
    n, noise = at_least("n", n, 1), between("noise", noise, 0, 2)
    random = Random(seed)
    u, v = random.uniform(2 * n).reshape(n, 2).T
    x, y = _on(name, u, v)
    return (np.stack([x, y], axis=1) + noise * random.normal(2 * n).reshape(n, 2)).astype(np.float32)


def _on(name: str, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place on the shape that two uniform numbers mean."""
    if name == "moons":
        side = np.where(u < 0.5, 1.0, -1.0)
        return side * (1.4 * np.cos(np.pi * v) - 0.7), side * (1.4 * np.sin(np.pi * v) - 0.4)
    if name == "gaussians":
        angle = np.pi / 4 * np.floor(8 * u)
        return 1.8 * np.cos(angle), 1.8 * np.sin(angle)
    if name == "ring":
        return 1.6 * np.cos(2 * np.pi * u), 1.6 * np.sin(2 * np.pi * u)
    if name == "checkerboard":
        column, half = np.floor(4 * u), np.floor(2 * v)
        row = 2 * half + column % 2
        return column + 4 * u % 1 - 2, row + 2 * v % 1 - 2
    turn = 3.5 * np.pi * np.sqrt(u)
    return 0.18 * turn * np.cos(turn), 0.18 * turn * np.sin(turn)
