"""What a training run leaves: its losses, step by step."""

from dataclasses import dataclass, field


@dataclass
class History:
    """What a run left: `steps` and each list of `metrics` hold one entry for each logged step."""

    steps: list[int] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    validation: list[tuple[int, float]] = field(default_factory=list)  # (step, loss)
    seconds: float = 0.0
    interrupted: bool = False

    def log(self, step: int, values: dict[str, float]) -> None:
        self.steps.append(step)
        for name, value in values.items():
            self.metrics.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        if not self.steps:
            return "History(no steps)"
        last = ", ".join(f"{name} {values[-1]:.2f}" for name, values in self.metrics.items())
        return f"History({'interrupted' if self.interrupted else 'finished'} at step {self.steps[-1]}: {last})"
