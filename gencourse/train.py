"""fit(): the one training loop of the course, on Hugging Face Accelerate.

Accelerate places the model, splits batches over processes and gathers gradients; the rest is a loop to be read.
Every step draws its batch and its noise from (seed, step) alone. A run can therefore stop anywhere and go on,
and its weights come out the same to the last bit.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.checkpoint import load_checkpoint, save_checkpoint
from gencourse.data.images import Images


class NotFinite(FloatingPointError):
    """The loss became NaN or infinite; the message says where, and what to try."""


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


def fit(
    model: nn.Module,
    images: Images,
    *,
    steps: int,
    batch_size: int = 128,
    lr: float = 1e-3,
    seed: int = 0,
    schedule: str = "constant",
    validation: Images | None = None,
    precision: str = "auto",
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 30.0,
    log_every: int = 10,
    progress: bool = True,
    plot: bool = True,
    on_step: Callable[[int], None] | None = None,
) -> History:
    """Train `model` on `images` by Adam: `steps` steps of batch_size images.

    The model ends on the device it was trained on, in evaluation mode. The stop button or Ctrl-C ends the run
    after the step at hand and keeps what was learned.

    Args:
        model: a module with `loss(x, y) -> dict`, whose entry "loss" is minimised and whose others are logged.
        images: the training set; `images.batch` makes each batch anew, dynamic binarisation included.
        batch_size: images a step, over all processes together.
        lr: the learning rate. schedule: "constant", or "cosine", falling to zero at the last step.
        seed: of the order of the images and of all noise; the initial weights are the caller's.
        validation: images whose loss is measured about twenty times along the way.
        precision: "fp32", "bf16" (autocast; the losses stay in float32), or "auto": bf16 for a model with
            convolutions where the processor or the GPU computes in it, else float32 whose matrix products may
            be computed in bf16 (torch.set_float32_matmul_precision("medium"); as fast, and every sum is float32).
        checkpoint: a file to go on from if it is there, written every `checkpoint_every` seconds and at the end.
        log_every: how many steps lie between two entries of the History.
        progress, plot: show a progress bar; in a notebook, a live loss curve.
        on_step: called after each step with the number of steps done.

    Returns:
        The History of the run, including the part before a resumption.

    Raises:
        ValueError: on an argument out of range, or a checkpoint that is damaged or of another run.
        NotFinite: on a NaN or infinite loss, before the step that would have spoilt the weights.
    """
    _check(images, steps, batch_size, lr, schedule, precision, log_every)
    accelerator, network, optimizer, memory_format = _prepare(model, lr, precision)
    rank, world = accelerator.process_index, accelerator.num_processes
    if batch_size % world:
        raise ValueError(f"batch_size={batch_size}: allowed is a multiple of the number of processes, {world}")
    settings = dict(batch_size=batch_size, lr=lr, seed=seed, schedule=schedule, data=str(images.card), n=len(images))
    settings |= {"steps": steps} if schedule == "cosine" else {}
    run = _Run(model, optimizer, Path(checkpoint) if checkpoint else None, settings, checkpoint_every)
    images = images.to(accelerator.device)
    watch = _watch(run.history, run.done, steps, (progress, plot), accelerator.is_main_process)
    devices = [accelerator.device] if accelerator.device.type == "cuda" else []
    agreed = False  # between several processes: one that is asked to stop must not leave the others waiting for it

    def stopping() -> bool:
        return agreed if world > 1 else stop.pressed

    model.train()
    with torch.random.fork_rng(devices), _matrix_products(precision), _StopButton() as stop, watch:
        while run.done < steps and not stopping():
            index = _batch_index(len(images), batch_size, run.done, seed)[rank::world]
            _seed(accelerator.device, _mix(seed, run.done, rank))  # this step's noise, wherever the run began
            for group in optimizer.param_groups:
                group["lr"] = _rate(lr, schedule, run.done, steps)
            x = images.batch(index).contiguous(memory_format=memory_format)
            terms = network(x, images.y[index])
            joint, agreed = _over_processes(accelerator, terms, stop.pressed)
            if not math.isfinite(joint["loss"].item()):
                raise NotFinite(_advice(run.done + 1, joint["loss"].item(), run.history, lr))
            accelerator.backward(terms["loss"])
            optimizer.step()
            optimizer.zero_grad()
            run.done += 1
            if run.done % log_every == 0 or run.done == steps:
                run.history.log(run.done, {name: value.item() for name, value in joint.items()})
            if validation is not None and (run.done % max(1, steps // 20) == 0 or run.done == steps):
                run.history.validation.append((run.done, _mean_loss(model, validation, accelerator.device, seed)))
            watch.update(run.done)
            if accelerator.is_main_process:
                run.save_if_due(last=run.done == steps or stopping())
            if on_step:
                on_step(run.done)
        run.history.interrupted = stopping()
        run.history.seconds = run.seconds()
    model.eval()
    return run.history


class _Loss(nn.Module):
    """The model's loss as a forward pass, which is where Accelerate hooks autocast and the gradient exchange."""

    def __init__(self, model: Any):
        super().__init__()
        self.model: Any = model

    def forward(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        terms: dict[str, Tensor] = self.model.loss(x, y)
        return terms


class _Run:
    """Where a run is: the steps done, its History, and the checkpoint that holds both."""

    def __init__(self, model: nn.Module, optimizer: Any, path: Path | None, settings: dict[str, Any], every: float):
        self.model, self.optimizer, self.path, self.settings, self.every = model, optimizer, path, settings, every
        self.done, self.history = 0, History()
        if path and path.exists():
            self._resume(path)
        self.before, self.started, self.saved = self.history.seconds, time.monotonic(), time.monotonic()

    def seconds(self) -> float:
        return self.before + time.monotonic() - self.started

    def save_if_due(self, last: bool) -> None:
        if self.path and (last or time.monotonic() - self.saved >= self.every):
            self.history.seconds = self.seconds()
            progress = {"done": self.done, "settings": self.settings, "history": asdict(self.history)}
            save_checkpoint(self.path, self.model, self.optimizer, progress)
            self.saved = time.monotonic()

    def _resume(self, path: Path) -> None:
        progress = load_checkpoint(path, self.model, self.optimizer)
        then, now = progress["settings"], self.settings
        other = [
            f"{k} was {then.get(k)!r} and is now {now.get(k)!r}" for k in {**then, **now} if then.get(k) != now.get(k)
        ]
        if other:
            raise ValueError(f"checkpoint {path} is of another run: {'; '.join(other)}. "
                             "Give the same settings to go on, or another path to begin anew")  # fmt: skip
        self.done, self.history = progress["done"], History(**progress["history"])


class _StopButton:
    """Turns the first Ctrl-C, or a notebook's stop button, into a request to end after the step at hand."""

    pressed = False

    def __enter__(self) -> "_StopButton":
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


def _prepare(model: nn.Module, lr: float, precision: str) -> tuple[Any, nn.Module, Any, torch.memory_format]:
    """The engine, the model under it, fused Adam, and the memory layout that suits the model."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    convolutional = any(isinstance(module, nn.Conv2d) for module in model.modules())
    bf16 = precision == "bf16" or (precision == "auto" and convolutional and _has_bf16())
    AcceleratorState._reset_state()  # Accelerate otherwise keeps a process to the precision of its first run
    accelerator = Accelerator(mixed_precision="bf16" if bf16 else "no")
    model.to(accelerator.device)
    memory_format = torch.channels_last if convolutional else torch.contiguous_format
    if convolutional:
        model.to(memory_format=torch.channels_last)
    fused = accelerator.device.type in ("cpu", "cuda")
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr, fused=fused)
    network = accelerator.prepare(
        _Loss(model)
    )  # not the optimizer: its wrapper only adds loss scaling, for 0.3 ms a step
    return accelerator, network, optimizer, memory_format


@contextmanager
def _matrix_products(precision: str) -> Iterator[None]:
    """Let float32 matrix products run in bf16, if the precision is left to us; the caller's setting comes back."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if precision == "auto" else before)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _has_bf16() -> bool:
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()


def _over_processes(accelerator: Any, terms: dict[str, Tensor], pressed: bool) -> tuple[dict[str, Tensor], bool]:
    """The terms of the whole batch, and whether any process was asked to stop: all of them then do the same."""
    if accelerator.num_processes == 1:
        return terms, pressed
    mine = torch.stack([value.detach().float().mean() for value in terms.values()])
    mean = accelerator.reduce(torch.cat([mine, mine.new_tensor([float(pressed)])]), "mean")
    return dict(zip(terms, mean[:-1], strict=True)), bool(mean[-1] > 0)


def _seed(device: torch.device, number: int) -> None:
    """As torch.manual_seed, for one device: without CUDA that one formats a stack trace at each call, in 1 ms."""
    torch.default_generator.manual_seed(number)
    if device.type == "cuda":
        torch.cuda.manual_seed(number)
    elif device.type == "mps":
        torch.mps.manual_seed(number)


def _mix(seed: int, step: int, rank: int) -> int:
    """One 63-bit seed for each (seed, step, rank)."""
    return (seed * 0x9E3779B97F4A7C15 + step * 0xBF58476D1CE4E5B9 + rank * 0x94D049BB133111EB) % 2**63


@lru_cache(maxsize=2)
def _shuffled(n: int, seed: int, epoch: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(_mix(seed, epoch, -1)))


def _batch_index(n: int, batch_size: int, step: int, seed: int) -> Tensor:
    """The images of a step: the seed shuffles each epoch anew, and a last incomplete batch is left out."""
    epoch, position = divmod(step, n // batch_size)
    return _shuffled(n, seed, epoch)[position * batch_size : (position + 1) * batch_size]


def _rate(lr: float, schedule: str, step: int, steps: int) -> float:
    return lr if schedule == "constant" else lr * 0.5 * (1 + math.cos(math.pi * step / steps))


@torch.no_grad()
def _mean_loss(model: Any, images: Images, device: torch.device, seed: int, batch_size: int = 500) -> float:
    """The mean loss over `images`, with the same noise each time, in evaluation mode and float32."""
    model.eval()
    images, total = images.to(device), 0.0
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        for i in range(0, len(images), batch_size):
            part = slice(i, min(i + batch_size, len(images)))
            total += model.loss(images.batch(part), images.y[part])["loss"].item() * (part.stop - part.start)
    model.train()
    return total / len(images)


def _advice(step: int, loss: float, history: History, lr: float) -> str:
    good = "no step before it was logged"
    if history.steps:
        good = f"the last logged loss was {history.metrics['loss'][-1]:.4g} at step {history.steps[-1]}"
    return (f"the loss is {loss} at step {step}; {good}. The weights are those of step {step - 1}. "
            f"Try a smaller learning rate (lr={lr / 10:g} instead of {lr:g}), precision='fp32', "
            "or look for NaN and values outside [0, 1] in the images")  # fmt: skip


def _check(
    images: Images, steps: int, batch_size: int, lr: float, schedule: str, precision: str, log_every: int
) -> None:
    for name, value in (("steps", steps), ("batch_size", batch_size), ("log_every", log_every)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name}={value!r}: allowed is a whole number from 1 up")
    if batch_size > len(images):
        raise ValueError(f"batch_size={batch_size}: allowed is at most the number of images, {len(images)}")
    if not (math.isfinite(lr) and lr > 0):
        raise ValueError(f"lr={lr!r}: allowed is a finite number above 0; 1e-3 is a good start for Adam")
    if schedule not in ("constant", "cosine"):
        raise ValueError(f"schedule={schedule!r}: allowed are 'constant' and 'cosine'")
    if precision not in ("auto", "fp32", "bf16"):
        raise ValueError(f"precision={precision!r}: allowed are 'auto', 'fp32' and 'bf16'")


def _watch(history: History, done: int, steps: int, show: tuple[bool, bool], is_main: bool) -> Any:
    from gencourse.progress import Watch

    return Watch(history, done, steps, progress=show[0] and is_main, plot=show[1] and is_main)
