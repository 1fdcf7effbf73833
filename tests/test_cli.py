import subprocess
import sys

import pytest

import gencourse
from gencourse import cli
from gencourse.data.fetch import DataNotFound


def test_version_and_help(capsys):
    for option, said in (("--version", f"gencourse {gencourse.__version__}"), ("--help", "gencourse run 10 -p beta 4")):
        with pytest.raises(SystemExit, match="0"):
            cli.main([option])
        assert said in capsys.readouterr().out


@pytest.mark.kernel
def test_the_command_starts_without_torch():
    code = "import sys, gencourse.cli; gencourse.cli._parser(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "10", "-p", "betta", "4"], "did you mean 'beta'?"),
        (["run", "10", "-p", "beta", "much"], "beta='much' is a str; allowed is a number from 0"),
        (["run", "10", "-p", "seed", "true"], "seed=True is a bool"),
        (["run", "11-no-such"], "lesson '11-no-such' is not known"),
        (["fetch", "imagenet"], "'imagenet' is not downloaded; allowed are fashion_mnist, cifar10"),
        (["pretrain", "vae-mnist-3d"], "did you mean 'vae-mnist-2d'?"),
        (["collect", "no.ipynb"], "no.ipynb is not there"),
        (["export", "no.ipynb", "--to", "page.html"], "no.ipynb"),
        (["notebooks", "12"], "lesson '12' is not known"),
        (["experiment", "simclr-hed"], "did you mean 'simclr-head'?"),
        (["experiment", "simclr-head", "-p", "step", "3"], "step is not a parameter of simclr-head; allowed are head"),
        (["experiment", "simclr-head", "-p", "images", "many"], "images='many': allowed is a number, such as 102400"),
        (["experiment", "simclr-head", "--seeds", "one"], "seed='one': allowed is a whole number from 0"),
        (["experiment", "simclr-head", "--jobs", "0"], "jobs=0: allowed is a whole number from 1 up"),
        (["experiment", "all", "--smoke", "--seeds", "3"], "--smoke takes a name, or all, and nothing else"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"gencourse {arguments[0]}: ") and said in error and error.count("\n") == 1
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


@pytest.mark.parametrize("arguments", [["run", "00"], ["sweep", "00", "seed=1"]])
def test_a_file_in_the_place_of_a_folder_is_refused(arguments, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    with pytest.raises(SystemExit, match="2"):
        cli.main([*arguments, "--to", str(tmp_path / "taken")])
    assert "is a file; allowed is a folder" in capsys.readouterr().err


def test_what_fails_later_is_told_apart_from_bad_input(monkeypatch, capsys):
    def offline(name):
        raise DataNotFound("cifar10 is not here")

    monkeypatch.setattr("gencourse.data.fetch.fetch", offline)
    assert cli.main(["fetch", "cifar10"]) == 1
    assert capsys.readouterr().err == "gencourse fetch: cifar10 is not here\n"


def test_what_is_shipped_need_not_be_fetched(capsys):
    assert cli.main(["fetch", "mnist"]) == 0
    assert capsys.readouterr().out == "mnist is shipped with the course: there is nothing to fetch\n"


def test_parameters_are_numbers_where_they_read_as_such(monkeypatch):
    seen = {}
    monkeypatch.setattr("gencourse.runs.run.run", lambda names, parameters, to: seen.update(parameters))
    assert cli.main(["run", "10", "-p", "beta", "4e-1", "-p", "seed", "3", "-p", "dataset", "mnist"]) == 0
    assert seen == {"beta": 0.4, "seed": 3, "dataset": "mnist"} and type(seen["seed"]) is int


def test_a_lesson_that_failed_shows_in_the_status(monkeypatch):
    monkeypatch.setattr("gencourse.runs.run.run", lambda *arguments: ["10-training-a-vae"])
    assert cli.main(["run"]) == 1


def test_weights_are_listed(capsys):
    assert cli.main(["weights"]) == 0
    assert "vae-mnist-2d" in capsys.readouterr().out
