"""Random numbers from a seed, the same in the page (random.js beside this).

They are a Weyl sequence, its bits mixed as in mulberry32.
"""

import numpy as np


class Random:
    """A stream of random numbers; `seed` is a whole number below 2³²."""

    def __init__(self, seed: int):
        self._state = seed & 0xFFFFFFFF

    def uniform(self, n: int) -> np.ndarray:
        """n numbers in (0, 1), (n,) float64."""
        steps = np.arange(1, n + 1, dtype=np.uint64)
        state = ((self._state + 0x6D2B79F5 * steps) & 0xFFFFFFFF).astype(np.uint32)
        self._state = int(self._state + 0x6D2B79F5 * n) & 0xFFFFFFFF
        t = (state ^ (state >> 15)) * (1 | state)
        t = (t + (t ^ (t >> 7)) * (61 | t)) ^ t
        return ((t ^ (t >> 14)) + 0.5) / 4294967296

    def normal(self, n: int) -> np.ndarray:
        """n numbers from a standard normal distribution, (n,) float32, by Box and Muller's transform."""
        first, second = self.uniform(2 * ((n + 1) // 2)).reshape(-1, 2).T
        radius, angle = np.sqrt(-2 * np.log(first)), 2 * np.pi * second
        both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return both.flatten()[:n].astype(np.float32)
