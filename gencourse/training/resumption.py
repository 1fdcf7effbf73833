"""Where a run is: the steps done, its History, and the checkpoint that holds both."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gencourse.training.checkpoint import read_checkpoint, restore, save_checkpoint
from gencourse.training.history import History
from gencourse.training.settings import differences


class Run:
    """A run that began now, or goes on from `path` if there is a checkpoint of the same settings.

    Args:
        settings: what makes it this run and no other, as `settings_of` gives it.
        every: seconds between two writings of the checkpoint.

    Raises:
        ValueError: on a checkpoint that is damaged, or of other settings, which are named.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        path: Path | None,
        settings: dict[str, Any],
        every: float,
    ):
        self.model, self.optimizer, self.path, self.settings, self.every = model, optimizer, path, settings, every
        self.done, self.history = 0, History()
        if path and path.is_dir():
            raise ValueError(f"checkpoint={str(path)!r} is a folder: allowed is a file, which may be in it")
        if path and path.exists():
            self._resume(path)
        self.before, self.started, self.saved = self.history.seconds, time.monotonic(), time.monotonic()

    def seconds(self) -> float:
        """How long it has run, the part before a resumption included."""
        return self.before + time.monotonic() - self.started

    def save_if_due(self, last: bool) -> None:
        """Write the checkpoint if `every` seconds are over or this is the last step."""
        if self.path and (last or time.monotonic() - self.saved >= self.every):
            self.history.seconds = self.seconds()
            progress = {"done": self.done, "settings": self.settings, "history": asdict(self.history)}
            save_checkpoint(self.path, self.model, self.optimizer, progress)
            self.saved = time.monotonic()

    def _resume(self, path: Path) -> None:
        tensors, progress = read_checkpoint(path)
        if "model" not in progress["settings"]:
            raise ValueError(
                f"checkpoint {path} is of an older gencourse, which did not note the model's settings and the data: "
                "whether it is of this run cannot be known. Give another path to begin anew"
            )
        if differ := differences(progress["settings"], self.settings):
            raise ValueError(
                f"checkpoint {path} is of another run: {differ}. "
                "Give the same settings to go on, or another path to begin anew"
            )
        restore(path, tensors, self.model, self.optimizer)
        self.done, self.history = progress["done"], History(**progress["history"])
