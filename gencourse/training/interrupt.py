"""The stop button: a request to end after the step at hand."""

import signal
import threading
from types import TracebackType
from typing import Any


class StopButton:
    """Turns the first Ctrl-C, or a notebook's stop button, into `pressed`; the second interrupts at once."""

    pressed = False

    def __enter__(self) -> "StopButton":
        self.ours = threading.current_thread() is threading.main_thread()  # only there can signals be handled
        if self.ours:
            self.previous = signal.signal(signal.SIGINT, self._press)
        return self

    def _press(self, number: int, frame: Any) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.ours:
            signal.signal(signal.SIGINT, self.previous)
