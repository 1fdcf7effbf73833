"""fit(): the one training loop of the course.

Every step draws its batch and its noise from (seed, step) alone. A run can therefore stop anywhere and go on,
and its weights come out the same to the last bit.
"""

import math
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gencourse.data.images import Images
from gencourse.support.checks import at_least, one_of, positive
from gencourse.support.places import expanded
from gencourse.training.engine import Engine, rate
from gencourse.training.history import History
from gencourse.training.how import How
from gencourse.training.interrupt import StopButton
from gencourse.training.precision import matrix_products
from gencourse.training.resumption import Run
from gencourse.training.seeding import batch_index, own_randomness, seed_noise, seed_of
from gencourse.training.settings import settings_of
from gencourse.training.watch import Watch


class NotFinite(FloatingPointError):
    """The loss became NaN or infinite; the message says where, and what to try."""


def fit(
    model: nn.Module,
    images: Images,
    *,
    steps: int,
    batch_size: int = 128,
    lr: float = 1e-3,
    schedule: str = "constant",
    seed: int = 0,
    validation: Images | None = None,
    checkpoint: str | Path | None = None,
    how: How = How(),  # noqa: B008  it is frozen
) -> History:
    """Train `model` on `images` by Adam: `steps` steps of batch_size images.

    The model ends on the device it was trained on, in evaluation mode. The stop button or Ctrl-C ends the run
    after the step at hand and keeps what was learned.

    Args:
        model: a module with `loss(x, y) -> dict`, whose entry "loss" is minimised and whose others are logged.
        images: the training set; `images.batch` makes each batch anew, dynamic binarisation included.
        batch_size: images a step, over all processes together.
        lr: the learning rate; 1e-3 is a good start for Adam.
        schedule: of the learning rate: "constant", or "cosine", falling to zero at the last step.
        seed: of the order of the images and of all noise; the initial weights are the caller's.
        validation: images whose loss is measured about twenty times along the way.
        checkpoint: a file to go on from if it is there, written now and then and at the end. It goes on with the same
            model, arguments and images alone; of the images it notes a fingerprint.
        how: precision, logging, and what is shown.

    Returns:
        The History of the run, including the part before a resumption. Of a run that was stopped the last step is in
        it, wherever it lies.

    Raises:
        ValueError: on an argument out of range, or a checkpoint that is damaged or of another run, saying what differs.
        NotFinite: on a NaN or infinite loss, before the step that would have spoilt the weights.
    """
    steps, batch_size = at_least("steps", steps, 1), at_least("batch_size", batch_size, 1)
    lr, seed = positive("lr", lr), at_least("seed", seed, 0)
    one_of("schedule", schedule, ("constant", "cosine"))
    _check(model, images, validation, batch_size)
    engine = Engine(model, lr, how.precision)
    if batch_size % engine.world:
        raise ValueError(f"batch_size={batch_size}: allowed is a multiple of the number of processes, {engine.world}")
    arguments = dict(batch_size=batch_size, lr=lr, seed=seed, schedule=schedule)
    arguments |= {"steps": steps} if schedule == "cosine" else {}
    settings = settings_of(model, images, arguments) if checkpoint else {}
    run = Run(model, engine.optimizer, expanded(checkpoint) if checkpoint else None, settings, how.checkpoint_every)
    images, history = images.to(engine.device), run.history
    watch = Watch(history, run.done, steps, how.show if engine.is_main else "nothing")
    model.train()
    stopping = False
    with own_randomness(engine.device), matrix_products(how.precision), StopButton() as stop, watch:
        while run.done < steps and not stopping:
            index = batch_index(len(images), batch_size, run.done, seed)[engine.rank :: engine.world]
            seed_noise(engine.device, seed_of(seed, run.done, engine.rank))  # this step's, wherever the run began
            terms = engine.losses(images.batch(index), images.y[index])
            joint, agreed = engine.over_processes(terms, stop.pressed)
            if not math.isfinite(joint["loss"].item()):
                raise NotFinite(_advice(run.done + 1, joint["loss"].item(), history, lr))
            engine.step(terms["loss"], rate(lr, schedule, run.done, steps))
            run.done += 1
            if run.done % how.log_every == 0 or run.done == steps:
                history.log(run.done, {name: value.item() for name, value in joint.items()})
            if validation is not None and (run.done % max(1, steps // 20) == 0 or run.done == steps):
                history.validation.append((run.done, mean_loss(model, validation, engine.device, seed)))
            watch.update(run.done)
            if how.on_step:
                how.on_step(run.done)
            stopping = stop.pressed if engine.world == 1 else agreed  # none may leave the others waiting
            if engine.is_main:
                run.save_if_due(last=run.done == steps or stopping)
        if stopping and run.done not in history.steps[-1:]:
            # not in the checkpoint: a run that goes on from there logs what one that was never stopped does
            history.log(run.done, {name: value.item() for name, value in joint.items()})
        history.interrupted, history.seconds = stopping, run.seconds()
    model.eval()
    return history


@torch.no_grad()
def mean_loss(model: Any, images: Images, device: torch.device, seed: int, batch_size: int = 500) -> float:
    """The mean loss over `images`, with the same noise each time, in evaluation mode and float32."""
    model.eval()
    images, total = images.to(device), 0.0
    with own_randomness(device):
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
    return (
        f"the loss is {loss} at step {step}; {good}. The weights are those of step {step - 1}. "
        f"Try a smaller learning rate (lr={lr / 10:g} instead of {lr:g}), how=How(precision='fp32'), "
        "or look for NaN and values outside [0, 1] in the images"
    )


def _check(model: nn.Module, images: Images, validation: Images | None, batch_size: int) -> None:
    _check_images(model, "images", images)
    if batch_size > len(images):
        raise ValueError(f"batch_size={batch_size}: allowed is at most the number of images, {len(images)}")
    if validation is not None:
        _check_images(model, "validation", validation)
        if not len(validation):
            raise ValueError("validation has 0 images: allowed are 1 or more, or None to measure nothing on the way")


def _check_images(model: Any, name: str, images: Any) -> None:
    """Images, or the windows of a text, that have the model's shape, where both have one."""
    if not (hasattr(images, "batch") and hasattr(images, "card")):
        raise ValueError(
            f"{name} is a {type(images).__name__}: allowed are Images, as data.load and data.folder give them, and the "
            "windows of a text; Images of a tensor are data.Images(x, y, card)"
        )
    made_for, shape = getattr(model, "shape", None), getattr(images, "shape", None)
    if made_for is not None and shape is not None and tuple(made_for) != tuple(shape):
        raise ValueError(
            f"{name} are {tuple(shape)}, and the model is made for {tuple(made_for)}: make it with the shape of the "
            f"images, {type(model).__name__}({name}.shape, …), or load images of its shape"
        )
