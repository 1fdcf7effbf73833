"""Side-by-side timing: what is compared takes turns, so that a busy moment hits all alike."""

import statistics
import time
from collections.abc import Callable


def compare(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Seconds of each way: the median over `repeats` rounds, in each of which every way runs once."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # once, to warm up
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def show(title: str, values: dict[str, float], unit: str, scale: float = 1.0) -> None:
    """Print values with their ratio to the first."""
    first = next(iter(values.values()))
    print(f"\n{title}")
    for name, value in values.items():
        print(f"  {name:<52}{value * scale:>10.2f} {unit:<8}{value / first:>9.3g} ×")
