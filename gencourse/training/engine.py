"""What is under the loop: Hugging Face Accelerate, fused Adam, the precision and the memory layout.

Accelerate places the model, and with several processes (`accelerate launch`) gathers their gradients.
"""

import atexit
import math
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.training.precision import is_convolutional, memory_format, uses_bf16


class Engine:
    """A model made ready to train: `losses` is the forward pass, `step` what follows from it.

    Args:
        model: has `loss(x, y) -> dict`. It is moved to the device, in the layout that suits it.
        precision: as in `How`.
    """

    def __init__(self, model: nn.Module, lr: float, precision: str):
        from accelerate import Accelerator

        self.accelerator = Accelerator(mixed_precision="no")  # autocast is ours: Accelerate's lasts for all later runs
        self.device: torch.device = self.accelerator.device
        self.rank, self.world = self.accelerator.process_index, self.accelerator.num_processes
        self.is_main = self.accelerator.is_main_process
        model.to(self.device)
        if is_convolutional(model):
            model.to(memory_format=torch.channels_last)
        self.memory_format = memory_format(model)
        fused = self.device.type in ("cpu", "cuda")
        self.optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr, fused=fused)
        # not the optimizer: Accelerate's wrapper only adds loss scaling, for 0.3 ms a step
        self.network = self.accelerator.prepare(_Loss(model, self.device.type, uses_bf16(model, precision)))
        if self.world > 1:
            _end_in_order()

    def losses(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """The terms of `model.loss`, of this process's share of the batch."""
        layout = self.memory_format if x.ndim == 4 else torch.contiguous_format  # pairs of images have no other
        terms: dict[str, Tensor] = self.network(x.contiguous(memory_format=layout), y)
        return terms

    def over_processes(self, terms: dict[str, Tensor], pressed: bool) -> tuple[dict[str, Tensor], bool]:
        """The terms of the whole batch, and whether any process was asked to stop: all of them then do the same."""
        if self.world == 1:
            return terms, pressed
        mine = torch.stack([value.detach().float().mean() for value in terms.values()])
        mean = self.accelerator.reduce(torch.cat([mine, mine.new_tensor([float(pressed)])]), "mean")
        return dict(zip(terms, mean[:-1], strict=True)), bool(mean[-1] > 0)

    def step(self, loss: Tensor, lr: float) -> None:
        """One step of Adam along the gradient of `loss`."""
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        self.accelerator.backward(loss)
        self.optimizer.step()
        self.optimizer.zero_grad()


@cache
def _end_in_order() -> None:
    """Have the process group taken down when this process ends: left to itself, it can abort the process."""
    from accelerate import PartialState

    atexit.register(PartialState().destroy_process_group)


class _Loss(nn.Module):
    """The model's loss as a forward pass, which is where Accelerate hooks the exchange of gradients."""

    def __init__(self, model: Any, device: str, bf16: bool):
        super().__init__()
        self.model: Any = model
        self.device, self.bf16 = device, bf16

    def forward(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
            terms: dict[str, Tensor] = self.model.loss(x, y)
        return {name: term.float() for name, term in terms.items()} if self.bf16 else terms


def rate(lr: float, schedule: str, step: int, steps: int) -> float:
    """The learning rate of a step: constant, or half a cosine from `lr` to 0 at the last step."""
    return lr if schedule == "constant" else lr * 0.5 * (1 + math.cos(math.pi * step / steps))
