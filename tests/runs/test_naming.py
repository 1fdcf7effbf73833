"""The name of a run: what it says, and that every file system takes it."""

import pytest

from gencourse.course.lessons import LESSONS, find
from gencourse.runs.naming import run_name


def word(value):
    return run_name(find("06"), {"path": value}).removeprefix("06-autoregressive-models-of-text-path=")


def test_a_name_says_what_was_given_in_one_order():
    assert run_name(find("10"), {"beta": 4.0, "seed": 1}) == "10-training-a-vae-seed=1-beta=4"
    assert run_name(find("10"), {"seed": 1, "beta": 4}) == "10-training-a-vae-seed=1-beta=4"
    assert run_name(find("10"), {"beta": 1e-7}) == "10-training-a-vae-beta=1e-07"
    assert run_name(find("00"), {}) == "00-start-here"


@pytest.mark.parametrize(
    "path", ["/home/me/my text.txt", "/home/me/{y}.txt", "/~", "/größe/ä", "/a/" + "b" * 250, "C:\\x"]
)
def test_a_path_is_named_by_its_end_and_a_hash(path):
    name = word(path)
    assert len(name) <= 40 and name.isascii() and not set(name) & set('/\\{} *?:"<>|')
    assert name != word("/elsewhere" + path)


def test_names_of_paths_are_legible():
    assert word("/home/me/text.txt").startswith("text.txt~")
    photos = run_name(find("02"), {"dataset": "folder:/home/me/cats and dogs"})
    assert photos.startswith("02-contrastive-learning-dataset=cats%20and%20dogs~")


@pytest.mark.parametrize("spec", LESSONS, ids=lambda spec: spec.name)
def test_with_every_parameter_at_its_longest_the_name_is_short_enough(spec):
    """A worker adds 9 characters to it while it runs, and .ipynb; file systems take 255 bytes."""

    def longest(parameter):
        if isinstance(parameter.default, str):
            return max(parameter.choices, key=len, default="/" + "w" * 300)
        return parameter.high if isinstance(parameter.default, int) else 0.1234567890123456

    given = {name: longest(parameter) for name, parameter in spec.parameters.items()}
    given |= {"dataset": "folder:/" + "w" * 300} if "dataset" in given else {}
    assert len(run_name(spec, given).encode()) + 9 + len(".ipynb") <= 255
