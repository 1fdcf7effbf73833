"""fit: it learns, repeats, resumes to the last bit after a kill, stops on request and explains a NaN."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from gencourse import data
from gencourse.figures import loss_curve
from gencourse.models.autoencoder import Autoencoder
from gencourse.models.contrastive import SimCLR
from gencourse.models.vae import VAE
from gencourse.training.checkpoint import read_safetensors, write_safetensors
from gencourse.training.fit import NotFinite, fit
from gencourse.training.how import How

NOTHING = How(show="nothing")
QUIET = dict(how=NOTHING, batch_size=64)


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", binarise="dynamic")


def small_vae(**options):
    torch.manual_seed(0)
    return VAE((1, 8, 8), 2, hidden=(16,), **options)


def equal(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_it_learns_and_logs(digits):
    model = small_vae()
    history = fit(model, digits, steps=200, validation=data.load("digits", "validation", binarise="dynamic"), **QUIET)
    assert history.steps == list(range(10, 201, 10))
    assert set(history.metrics) == {"loss", "reconstruction", "kl"}
    assert history.metrics["loss"][-1] < history.metrics["loss"][0] - 5
    assert history.validation[-1][0] == 200 and history.validation[-1][1] < history.validation[0][1]
    assert not model.training and history.seconds > 0 and "finished at step 200" in repr(history)


def test_same_seed_same_weights_and_the_caller_s_random_state_stays(digits):
    first, second, other = small_vae(), small_vae(), small_vae()
    torch.manual_seed(7)
    before = torch.get_rng_state()
    fit(first, digits, steps=30, **QUIET)
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(8)
    fit(second, digits, steps=30, **QUIET)
    fit(other, digits, steps=30, seed=1, **QUIET)
    assert equal(first, second) and not equal(first, other)


def test_each_epoch_sees_each_image_once(digits):
    class Witness(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight, self.seen = nn.Parameter(torch.zeros(())), []

        def loss(self, x, y):
            self.seen += y.tolist()
            return {"loss": self.weight**2}

    images = replace(digits[:128], y=torch.arange(128))
    witness = Witness()
    fit(witness, images, steps=4, **QUIET)
    assert sorted(witness.seen[:128]) == sorted(witness.seen[128:]) == list(range(128))
    assert witness.seen[:128] != witness.seen[128:]


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_resumed_run_equals_the_unbroken_one(digits, tmp_path, schedule):
    whole, broken = small_vae(), small_vae()
    expected = fit(whole, digits, steps=40, schedule=schedule, **QUIET)

    def stop_at_23(step):
        if step == 23:
            signal.raise_signal(signal.SIGINT)

    path = tmp_path / "run.safetensors"
    first = fit(
        broken,
        digits,
        steps=40,
        schedule=schedule,
        checkpoint=path,
        **QUIET | dict(how=replace(NOTHING, on_step=stop_at_23)),
    )
    assert first.interrupted and not equal(whole, broken)
    resumed = small_vae()
    second = fit(resumed, digits, steps=40, schedule=schedule, checkpoint=path, **QUIET)
    assert equal(whole, resumed) and second.metrics == expected.metrics and not second.interrupted


def test_a_resumed_run_of_convolutions_equals_the_unbroken_one(tmp_path):
    """Their weights are laid out channels last, and Adam's averages must be so too after they were read."""
    images, path = data.load("sprites", n=64), tmp_path / "run.safetensors"

    def trained(steps, **options):
        torch.manual_seed(0)
        model = SimCLR()
        fit(model, images, steps=steps, **QUIET, **options)
        return model

    whole, broken = trained(3), trained(2, checkpoint=path)
    assert equal(whole, trained(3, checkpoint=path)) and not equal(whole, broken)


KILLED = """
import sys, torch
from gencourse import data
from gencourse.models.vae import VAE
from gencourse.training.fit import fit
from gencourse.training.how import How
torch.set_num_threads(1)
torch.manual_seed(0)
fit(VAE((1, 8, 8), 2, hidden=(16,)), data.load("digits", binarise="dynamic"), steps=2000, batch_size=64,
    checkpoint=sys.argv[1],
    how=How("nothing", checkpoint_every=0.0, on_step=lambda step: print(step, flush=True)))
"""


@pytest.mark.kernel
def test_run_killed_at_any_moment_resumes_to_the_same_bits(digits, tmp_path):
    path = tmp_path / "run.safetensors"
    for lines in (3, 50, 17):  # killed three times, each time a while after the first steps were done
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(lines):
            process.stdout.readline()
        time.sleep(0.003 * lines)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    tensors, metadata = read_safetensors(path)  # whole, whenever it was killed
    done = int(metadata["progress"].split('"done": ')[1].split(",")[0])
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    whole, resumed = small_vae(), small_vae()
    fit(whole, digits, steps=done + 20, **QUIET)
    fit(resumed, digits, steps=done + 20, checkpoint=path, **QUIET)
    torch.set_num_threads(threads)
    assert 0 < done < 2000 and equal(whole, resumed)


class Squares(nn.Module):
    """A model that is not the course's, and says nothing of what it is made of."""

    def __init__(self, activation):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), activation, nn.Linear(8, 64))

    def loss(self, x, y):
        return {"loss": (self.layers(x) - x.flatten(1)).square().sum(1).mean()}


def refused(model, images, path, **options):
    """What is said to a model that shall go on from `path`; it is left as it was."""
    before = [tensor.clone() for tensor in model.state_dict().values()]
    with pytest.raises(ValueError, match="checkpoint") as caught:
        fit(model, images, checkpoint=path, **{"steps": 9, **QUIET, **options})
    assert all(map(torch.equal, before, model.state_dict().values()))
    return str(caught.value)


def test_a_checkpoint_of_other_settings_is_refused_and_what_differs_is_said(digits, tmp_path):
    path = tmp_path / "run.safetensors"
    fit(small_vae(), digits, steps=5, checkpoint=path, **QUIET)
    other = {
        "lr was 0.001 and is now 0.01": refused(small_vae(), digits, path, lr=0.01),
        "seed was 0 and is now 1": refused(small_vae(), digits, path, seed=1),
        "model.beta was 1.0 and is now 50.0": refused(small_vae(beta=50), digits, path),
        "model.free_bits was 0.0 and is now 0.1": refused(small_vae(free_bits=0.1), digits, path),
        "model.activation was 'relu' and is now 'tanh'": refused(small_vae(activation="tanh"), digits, path),
        "model.latent was 2 and is now 3": refused(VAE((1, 8, 8), 3, hidden=(16,)), digits, path),
        'data was "digits train: 1×8×8, dynamic': refused(small_vae(), digits.binarised("fixed"), path),
        "n was 1297 and is now 1296": refused(small_vae(), digits[:1296], path),
        "fingerprint of the data was": refused(small_vae(), replace(digits, x=digits.x.flip(0)), path),
        "and is now": refused(small_vae(), replace(digits, y=digits.y.flip(0)), path),
    }
    assert all(words in said and "another run" in said and ";" not in said for words, said in list(other.items())[:6])
    assert all(words in said for words, said in other.items())
    said = refused(Autoencoder((1, 8, 8), 2, hidden=(16,)), digits, path)
    assert "model was 'gencourse.models.vae.VAE' and is now 'gencourse.models.autoencoder.Autoencoder'. Give" in said
    fit(small_vae(), digits, steps=9, checkpoint=path, **QUIET)  # and the same one goes on


def test_the_contrastive_losses_settings_are_the_model_s_too(tmp_path):
    path, images = tmp_path / "run.safetensors", data.load("sprites", n=64)
    fit(SimCLR(temperature=0.5), images, steps=1, checkpoint=path, **QUIET)
    assert "model.temperature was 0.5 and is now 0.1" in refused(SimCLR(temperature=0.1), images, path)
    assert "model.augment was None and is now {'blur': 0.5}" in refused(SimCLR(augment={"blur": 0.5}), images, path)


def test_of_a_model_without_a_configuration_the_layers_are_compared(digits, tmp_path):
    path = tmp_path / "run.safetensors"
    fit(Squares(nn.ReLU()), digits, steps=5, checkpoint=path, **QUIET)
    assert "model.layers was 'Squares(" in refused(Squares(nn.Tanh()), digits, path)
    fit(Squares(nn.ReLU()), digits, steps=9, checkpoint=path, **QUIET)


def test_numpy_s_numbers_are_the_same_settings(digits, tmp_path):
    path, numpy = tmp_path / "run.safetensors", dict(batch_size=np.int64(64), lr=np.float64(1e-3), seed=np.int32(0))
    fit(small_vae(), digits, steps=np.int64(5), checkpoint=path, **QUIET | numpy)
    assert fit(small_vae(), digits, steps=9, checkpoint=path, **QUIET).steps == [5, 9]


def test_a_checkpoint_that_notes_too_little_is_refused(digits, tmp_path):
    path = tmp_path / "run.safetensors"
    fit(small_vae(), digits, steps=5, checkpoint=path, **QUIET)
    tensors, metadata = read_safetensors(path)
    progress = json.loads(metadata["progress"])
    old = {name: progress["settings"][name] for name in ("batch_size", "lr", "seed", "schedule", "data", "n")}
    write_safetensors(path, tensors, {"progress": json.dumps(progress | {"settings": old})})
    assert "is of an older gencourse, which did not note" in refused(small_vae(), digits, path)
    write_safetensors(path, tensors, {})
    assert "holds weights and no run of fit" in refused(small_vae(), digits, path)


def test_a_damaged_checkpoint_is_refused_and_so_is_a_folder(digits, tmp_path):
    path = tmp_path / "run.safetensors"
    fit(small_vae(), digits, steps=5, checkpoint=path, **QUIET)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        fit(small_vae(), digits, steps=9, checkpoint=path, **QUIET)
    assert "is a folder: allowed is a file" in refused(small_vae(), digits, tmp_path)


@pytest.mark.parametrize("stop", [1, 7, 10, 13])
def test_stopped_at_any_step_the_history_has_a_last_entry(digits, tmp_path, stop):
    def press(step):
        if step == stop:
            signal.raise_signal(signal.SIGINT)

    path, how = tmp_path / "run.safetensors", replace(NOTHING, on_step=press)
    history = fit(small_vae(), digits, steps=40, checkpoint=path, **QUIET | dict(how=how))
    assert history.interrupted and history.steps == sorted({*range(10, stop, 10), stop})
    assert {len(values) for values in history.metrics.values()} == {len(history.steps)}
    assert loss_curve(history) and f"interrupted at step {stop}: loss" in repr(history)
    unbroken = fit(small_vae(), digits, steps=40, **QUIET)
    assert history.metrics["loss"][: stop // 10] == unbroken.metrics["loss"][: stop // 10]
    resumed = fit(small_vae(), digits, steps=40, checkpoint=path, **QUIET)
    assert resumed.steps == unbroken.steps and resumed.metrics == unbroken.metrics


def test_nan_stops_before_the_weights_are_spoilt(digits):
    model = small_vae()
    loss, calls = model.loss, []

    def breaks_at_15(x, y=None):
        calls.append(1)
        terms = loss(x, y)
        return terms | {"loss": terms["loss"] * float("nan")} if len(calls) == 15 else terms

    model.loss = breaks_at_15
    with pytest.raises(NotFinite, match=r"step 15; the last logged loss was .* at step 10.*lr=0.0001"):
        fit(model, digits, steps=30, **QUIET)
    assert all(p.isfinite().all() for p in model.parameters())


def test_bf16_and_convolutions_train_to_about_the_same_loss(digits):
    losses = []
    for precision in ("fp32", "bf16"):
        model = small_vae(channels=(8,))
        losses.append(
            fit(model, digits, steps=150, **QUIET | dict(how=replace(NOTHING, precision=precision))).metrics["loss"][-1]
        )
        assert all(p.dtype == torch.float32 for p in model.parameters())
    assert abs(losses[0] - losses[1]) < 0.05 * losses[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(steps=0), "steps=0"),
        (dict(steps=1.5), "steps=1.5"),
        (dict(batch_size=5000), "at most the number of images, 1297"),
        (dict(lr=0.0), "lr=0.0"),
        (dict(lr=float("inf")), "lr=inf"),
        (dict(lr="0.001"), "lr='0.001': allowed is a finite number above 0"),
        (dict(seed="1"), "seed='1'"),
        (dict(batch_size=0), "batch_size=0"),
        (dict(schedule="step"), "allowed are 'constant', 'cosine'"),
    ],
)
def test_bad_arguments_are_named(digits, options, message):
    with pytest.raises(ValueError, match=message):
        fit(small_vae(), digits, **{"steps": 1, **QUIET, **options})


def test_validation_without_images_is_named(digits):
    with pytest.raises(ValueError, match="validation has 0 images: allowed are 1 or more"):
        fit(small_vae(), digits, steps=1, validation=digits[:0], **QUIET)


@pytest.mark.parametrize("name", ["images", "validation"])
def test_images_that_do_not_suit_the_model_are_named(digits, name):
    def fit_on(images):
        fit(small_vae(), **{"images": digits, "steps": 1, **QUIET, name: images})

    with pytest.raises(ValueError, match=f"{name} is a Tensor: allowed are Images, as data.load and data.folder give"):
        fit_on(digits.x)
    with pytest.raises(ValueError, match=f"{name} is a tuple: allowed are Images"):
        fit_on((digits.x, digits.y))
    with pytest.raises(ValueError, match=f"{name} is a Text: .* the windows of a text"):
        fit_on(data.load("text"))
    with pytest.raises(
        ValueError, match=rf"{name} are \(3, 32, 32\), and the model is made for \(1, 8, 8\): .* VAE\({name}.shape, …\)"
    ):
        fit_on(data.load("sprites", n=100))


def test_a_checkpoint_may_lie_at_home(digits, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    fit(small_vae(), digits, steps=1, checkpoint="~/mine.safetensors", **QUIET)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.safetensors"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(precision="fp16"), "precision='fp16': allowed are 'auto', 'fp32', 'bf16'; did you mean"),
        (dict(show="plot"), "show='plot': allowed are 'curve', 'bar', 'nothing'"),
        (dict(log_every=0), "log_every=0"),
        (dict(checkpoint_every="30"), "checkpoint_every='30'"),
    ],
)
def test_a_bad_way_to_run_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        How(**options)
