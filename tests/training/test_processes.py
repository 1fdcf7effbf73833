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
model, images, refusal = Regression(), data.load("digits"), ""
try:
    fit(Regression(), images, steps=1, batch_size=63, how=How("nothing"))
except ValueError as error:
    refusal = str(error)
history = fit(model, images, steps=40, batch_size=64,
              validation=data.load("digits", "validation"), how=How("nothing", "fp32", log_every=1))
from accelerate import PartialState
if PartialState().is_main_process:
    results = [PartialState().num_processes, refusal, history.metrics, history.validation, model.state_dict()]
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
def results(tmp_path_factory):
    """What the program leaves, in one process and in two."""
    folder = tmp_path_factory.mktemp("processes")
    (folder / "train.py").write_text(PROGRAM)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    for name, launch in (("one", ()), ("two", LAUNCH)):
        command = [sys.executable, *launch, str(folder / "train.py"), str(folder / name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250)
        assert done.returncode == 0, done.stderr
    return [torch.load(folder / name, weights_only=True) for name in ("one", "two")]


def test_two_processes_equal_one_with_the_joint_batch(results):
    (one, _, losses, validation, weights), (two, _, *others) = results
    assert (one, two) == (1, 2) and losses["loss"][-1] < 0.8 * losses["loss"][0]
    for ours, theirs in zip((losses, validation, weights), others, strict=True):
        torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=1e-5)


def test_a_batch_that_does_not_divide_is_refused(results):
    refusals = [result[1] for result in results]
    assert not refusals[0] and "batch_size=63: allowed is a multiple of the number of processes, 2" in refusals[1]
