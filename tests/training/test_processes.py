"""fit under `accelerate launch` with two processes equals one process with the joint batch."""

import os
import subprocess
import sys

import pytest
import torch

pytestmark = pytest.mark.kernel

# Least squares: its loss draws no noise, and so is the same function of a batch in however many processes.
PROGRAM = """
import sys, torch
from torch import nn
from gencourse import data
from gencourse.training.fit import fit
from gencourse.training.how import How

class Regression(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(64, 10)
    def loss(self, x, y=None):
        error = (self.line(x.flatten(1)) - nn.functional.one_hot(y, 10)).square().sum(1).mean()
        return {"loss": error, "twice": 2 * error}

torch.set_num_threads(1)
torch.manual_seed(0)
model = Regression()
history = fit(model, data.load("digits"), steps=40, batch_size=int(sys.argv[2]),
              validation=data.load("digits", "validation"), how=How("nothing", "fp32", log_every=1))
from accelerate import PartialState
if PartialState().is_main_process:
    results = [PartialState().num_processes, history.metrics, history.validation, model.state_dict()]
    torch.save(results, sys.argv[1])
"""
LAUNCH = [
    "-m",
    "accelerate.commands.launch",
    "--multi_gpu",
    "--num_processes",
    "2",
    "--num_machines",
    "1",
    "--mixed_precision",
    "no",
    "--dynamo_backend",
    "no",
    "--main_process_port",
    "0",
]


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A function that runs the program, in one process or in two: what it left, or how it failed."""
    folder = tmp_path_factory.mktemp("processes")
    (folder / "train.py").write_text(PROGRAM)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}

    def start(name, launch=(), batch=64):
        command = [sys.executable, *launch, str(folder / "train.py"), str(folder / name), str(batch)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
        return torch.load(folder / name, weights_only=True) if done.returncode == 0 else done

    return start


def test_two_processes_equal_one_with_the_joint_batch(start):
    (one, losses, validation, weights), (two, *others) = start("one"), start("two", LAUNCH)
    assert (one, two) == (1, 2) and losses["loss"][-1] < 0.8 * losses["loss"][0]
    for ours, theirs in zip((losses, validation, weights), others, strict=True):
        torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_a_batch_that_does_not_divide_is_refused(start):
    failed = start("refused", LAUNCH, batch=63)
    assert failed.returncode != 0
    assert "batch_size=63: allowed is a multiple of the number of processes, 2" in failed.stderr
