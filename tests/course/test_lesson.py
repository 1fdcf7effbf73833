import json
import math
import random

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

import gencourse
from gencourse.course import lesson as module
from gencourse.course.lesson import RECORD
from gencourse.course.parameters import ParameterError
from gencourse.data.fetch import DataNotFound


@pytest.fixture
def displayed(monkeypatch):
    """The mime bundles that were displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


@pytest.fixture
def shell(monkeypatch):
    """An IPython that remembers cells as a kernel does: assign to its `In`."""
    shell = InteractiveShell()
    shell.user_ns["In"] = [""]
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    return shell


def test_it_says_in_one_line_what_it_chose(capsys):
    lesson = gencourse.begin("10", seed=3, beta=4)
    assert (lesson.name, lesson.seed, lesson.beta, lesson.preset) == ("10-training-a-vae", 3, 4, "quick")
    assert lesson.device in ("cpu", "cuda", "mps")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1 and "seed=3" in said[0] and f"on {lesson.device}" in said[0]


def test_the_same_seed_gives_the_same_numbers():
    def draw(seed):
        gencourse.begin("00", seed=seed)
        return random.random(), np.random.rand(), torch.rand(1).item()

    assert draw(5) == draw(5) != draw(6)


def test_an_attribute_that_is_no_parameter():
    with pytest.raises(AttributeError, match="the lesson has no 'betta'; its parameters are preset, seed"):
        _ = gencourse.begin("10").betta


def test_names_that_papermill_injected_are_checked(shell):
    shell.user_ns["In"] += ['beta = 1.0\nlr = 2\n"# Parameters"', "# Parameters\nbeta = 4.0\nbetta = 3\n", "x = 1"]
    with pytest.raises(ParameterError) as caught:
        gencourse.begin("10", beta=4.0, steps="many")
    said = str(caught.value).splitlines()
    assert said[0].startswith("betta is not a parameter of 10-training-a-vae")
    assert said[0].endswith("did you mean 'beta'?")
    assert said[1].startswith("steps='many' is a str") and len(said) == 2


def test_of_an_injected_cell_that_was_corrected_the_last_run_counts(shell):
    shell.user_ns["In"] += ["# Parameters\nbetta = 4.0\n", "gencourse.begin(…)"]
    with pytest.raises(ParameterError, match="betta is not a parameter"):
        gencourse.begin("10")
    shell.user_ns["In"] += ["# Parameters\nbeta = 4.0\n", "gencourse.begin(…)"]
    assert gencourse.begin("10", beta=4.0).beta == 4.0


def test_a_known_injected_name_is_welcome(shell):
    shell.user_ns["In"] += ["# Parameters\nbeta = 4.0\n"]
    assert gencourse.begin("10", beta=4.0).beta == 4.0


def test_a_data_set_that_is_not_there_stops_before_anything_runs(monkeypatch, tmp_path):
    monkeypatch.setattr("gencourse.data.fetch.available", lambda name: False)

    def offline(name):
        raise DataNotFound(f"{name} is not here")

    monkeypatch.setattr("gencourse.data.fetch.fetch", offline)
    monkeypatch.setattr(module, "_settle", lambda seed: pytest.fail("something ran"))
    with pytest.raises(DataNotFound, match="fashion_mnist"):
        gencourse.begin("10", dataset="fashion_mnist")


def test_threads_come_from_the_environment(monkeypatch):
    before = torch.get_num_threads()
    try:
        monkeypatch.setenv("GENCOURSE_THREADS", "1")
        gencourse.begin("00")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
    for wrong in ("0", "two", "-1", "1.5"):
        monkeypatch.setenv("GENCOURSE_THREADS", wrong)
        with pytest.raises(ValueError, match=f"GENCOURSE_THREADS='{wrong}': allowed is a whole number from 1 up"):
            gencourse.begin("00")


def test_a_record_is_data_for_programs_and_a_table_for_readers(displayed):
    gencourse.begin("10", seed=2).record(nats=torch.tensor(-80.25), images=np.int64(300), of="<digits>", ok=True)
    (bundle,) = displayed
    record = bundle[RECORD]
    assert record["lesson"] == "10-training-a-vae" and record["parameters"]["seed"] == 2 and record["seconds"] >= 0
    assert record["results"] == {"nats": -80.25, "images": 300, "of": "<digits>", "ok": True}
    assert bundle["text/plain"].splitlines()[0] == "nats    -80.25"
    assert "<td>&lt;digits&gt;</td>" in bundle["text/html"]


def test_what_is_not_finite_is_still_json(displayed):
    """JupyterLab cannot open a notebook with NaN in it."""
    gencourse.begin("00").record(a=math.nan, b=-math.inf)
    assert json.dumps(displayed[0][RECORD]["results"], allow_nan=False) == '{"a": "nan", "b": "-inf"}'
    assert displayed[0]["text/plain"] == "a  nan\nb  -inf"


@pytest.mark.parametrize("value", [torch.zeros(2), np.zeros((2, 2)), [1], None, {"a": 1}, torch.zeros(0)])
def test_a_record_of_something_else(value):
    with pytest.raises(TypeError, match=r"(?s)record\(x=.*allowed are numbers and words"):
        gencourse.begin("00").record(x=value)


@pytest.mark.parametrize("name", ["seed", "seconds", "file"])
def test_a_record_never_hides_another_column(name):
    with pytest.raises(ValueError, match=f"{name}=…\\): a column of the table has that name"):
        gencourse.begin("00").record(**{name: 1})
