"""How a training run is computed, kept and shown: what changes nothing in what is learned, but for rounding."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from gencourse.support.checks import at_least, between, one_of


@dataclass(frozen=True)
class How:
    """How `fit` runs and shows itself.

    Args:
        show: "curve" for a progress bar and, in a notebook, a live loss curve; "bar"; or "nothing".
        precision: "fp32", "bf16" (autocast; the losses stay in float32), or "auto": bf16 for a model with
            convolutions where the processor or the GPU computes in it, else float32 whose matrix products may
            be computed in bf16 (torch.set_float32_matmul_precision("medium"); as fast, and every sum is float32).
        log_every: how many steps lie between two entries of the History.
        checkpoint_every: how many seconds lie between two writings of the checkpoint.
        on_step: called after each step with the number of steps done.

    Raises:
        ValueError: on a value that is not allowed, naming it.
    """

    show: str = "curve"
    precision: str = "auto"
    log_every: int = 10
    checkpoint_every: float = 30.0
    on_step: Callable[[int], None] | None = None

    def __post_init__(self) -> None:
        one_of("show", self.show, ("curve", "bar", "nothing"))
        one_of("precision", self.precision, ("auto", "fp32", "bf16"))
        at_least("log_every", self.log_every, 1)
        between("checkpoint_every", self.checkpoint_every, 0, math.inf)
