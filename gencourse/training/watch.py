"""What one sees while a model trains: a progress bar with a moving loss, and in a notebook a live loss curve."""

import time
from types import TracebackType
from typing import Any

from gencourse.support.remade import made
from gencourse.support.shell import shell
from gencourse.training.history import History


class Watch:
    """Shows a History as it grows. Drawing is held to a twentieth of the time, so that training stays fast.

    Args:
        show: "curve", "bar" or "nothing", as in `How`.
    """

    def __init__(self, history: History, done: int, steps: int, show: str):
        from tqdm.auto import tqdm

        self.history, self.plot = history, show == "curve" and _in_notebook()
        hidden = show == "nothing"
        self.bar = tqdm(total=steps, initial=done, unit="step", disable=hidden, mininterval=0.2, leave=True)
        if hasattr(self.bar, "container"):  # in a notebook the bar is a widget
            made(self.bar.container)
        self.smooth: float | None = None
        self.handle: Any = None
        self.seen, self.due = len(history.steps), time.monotonic() + 1.0

    def __enter__(self) -> "Watch":
        return self

    def update(self, done: int) -> None:
        """Tell that `done` steps are behind us."""
        if len(self.history.steps) > self.seen:
            self.seen = len(self.history.steps)
            loss = self.history.metrics["loss"][-1]
            self.smooth = loss if self.smooth is None else 0.9 * self.smooth + 0.1 * loss
            self.bar.set_postfix_str(f"loss {self.smooth:.2f}", refresh=False)
            if self.plot and time.monotonic() > self.due:
                self._draw()
        self.bar.update(done - self.bar.n)

    def _draw(self) -> None:
        from IPython.display import display

        from gencourse.figures import loss_curve, to_png  # matplotlib: only where a curve is drawn

        start = time.monotonic()
        picture = to_png(loss_curve(self.history), "Loss curve of the training run")
        if self.handle is None:
            self.handle = display(picture, display_id=True)
        else:
            self.handle.update(picture)
        self.due = time.monotonic() + max(1.0, 20 * (time.monotonic() - start))

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.close()
        if self.plot and self.history.steps:
            self._draw()


def _in_notebook() -> bool:
    running = shell()
    return running is not None and "IPKernelApp" in running.config
