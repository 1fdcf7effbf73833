import math
import shutil

import pytest

from gencourse.course.lessons import COMMON, LESSONS, find
from gencourse.course.parameters import LEAST, LEAST_OF_A_CLASS, FilePath, ImageSet, Parameter, ParameterError, check

ALLOWED = {
    "steps": Parameter(0, "", low=0, high=10**7),
    "beta": Parameter(1.0, "", low=0.0),
    "dataset": Parameter("digits", "", choices=("digits", "mnist")),
    "backbone": Parameter("", ""),
    "path": FilePath("", ""),
    "own": ImageSet("digits", "", choices=("digits", "mnist"), classes=2),
    "known": ImageSet("digits", "", choices=("digits",), refusal="it is about digits"),
}


def problem(**given):
    with pytest.raises(ParameterError) as caught:
        check("a lesson", ALLOWED, given)
    return str(caught.value)


def test_what_is_left_out_has_its_default():
    defaults = {name: parameter.default for name, parameter in ALLOWED.items()}
    assert check("a lesson", ALLOWED, {"beta": 2}) == defaults | {"beta": 2}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"stepz": 1},
            "stepz is not a parameter of a lesson; allowed are steps, beta, dataset, backbone, path, own, known; did",
        ),
        ({"steps": 2.0}, "steps=2.0 is a float; allowed is a whole number from 0 to 10,000,000"),
        ({"steps": "9"}, "steps='9' is a str; allowed is a whole number"),
        ({"steps": True}, "steps=True is a bool"),
        ({"steps": None}, "steps=None is a NoneType"),
        ({"steps": -1}, "steps=-1 is out of range; allowed is a whole number from 0 to 10,000,000"),
        ({"beta": False}, "beta=False is a bool; allowed is a number from 0 up"),
        ({"beta": math.nan}, "beta=nan is out of range"),
        (
            {"dataset": "minst"},
            "dataset='minst' is not known; allowed is one of 'digits', 'mnist'; did you mean 'mnist'?",
        ),
        ({"dataset": 3}, "dataset=3 is a int; allowed is one of 'digits', 'mnist'"),
        ({"backbone": 5}, "backbone=5 is a int; allowed is a word"),
        ({"path": 5}, "path=5 is a int; allowed is the path of a file, such as text.txt or ./5"),
        ({"path": "."}, "path='.' is a folder"),
        ({"path": "/no/such.txt"}, "path='/no/such.txt' is not there: / has no 'no'"),
        (
            {"own": "minst"},
            "own='minst' is not known; allowed is one of 'digits', 'mnist', or folder:PATH, a folder of",
        ),
        ({"own": 3}, "own=3 is a int; allowed is one of"),
        ({"own": "folder:"}, "own='folder:' names no folder; write folder:PATH"),
        ({"own": "folder:/no/such"}, "own='folder:/no/such' will not do: /no/such is not there: / has no 'no'"),
        ({"known": "folder:x"}, "known='folder:x' is refused: it is about digits; lessons 01, 02, 03, 08 and 10 take"),
        ({"known": "mnist"}, "known='mnist' is not known; allowed is one of 'digits'"),
    ],
)
def test_what_is_wrong_is_said(given, said):
    assert said in problem(**given)


def test_all_that_is_wrong_is_said_at_once():
    lines = problem(stepz=1, beta="much", dataset="nothing like it").splitlines()
    assert [line.split("=")[0].split(" ")[0] for line in lines] == ["stepz", "beta", "dataset"]


@pytest.mark.parametrize("spec", LESSONS, ids=lambda spec: spec.name)
def test_each_default_is_allowed_and_explained(spec):
    assert spec.parameters.keys() >= COMMON.keys()
    for name, parameter in spec.parameters.items():
        assert parameter.problem(parameter.default) is None, name
        assert parameter.help, name


def test_a_lesson_is_found_by_its_number():
    assert find("10") is find("10-training-a-vae")
    with pytest.raises(ParameterError, match="did you mean '00-start-here'"):
        find("00-start-her")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the reader stands, which is home too; files.txt and photos, with as many files in two classes as needed."""
    home = tmp_path / "größe {1}"
    for k in range(LEAST):
        path = home / "photos" / "ab"[k % 2] / f"{k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (home / "text.txt").write_text("")
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize("name", ["text.txt", "./text.txt", "~/text.txt", "photos/../text.txt", "{home}/text.txt"])
def test_a_path_begins_where_the_reader_stands_and_is_kept_absolute(folder, name):
    path = name.replace("{home}", str(folder))
    assert check("a lesson", ALLOWED, {"path": path})["path"] == str(folder / "text.txt")
    own = "folder:" + path.replace("text.txt", "photos")
    assert check("a lesson", ALLOWED, {"own": own})["own"] == f"folder:{folder}/photos"


def test_what_was_settled_once_is_the_same_elsewhere(folder, monkeypatch):
    given = {"path": "text.txt", "own": "folder:photos"}
    settled = check("a lesson", ALLOWED, given)
    monkeypatch.chdir("/")
    assert check("a lesson", ALLOWED, {name: settled[name] for name in given}) == settled


def test_a_file_of_a_slightly_other_name_is_offered(folder):
    assert "has no 'test.txt'; did you mean 'text.txt'?" in problem(path="test.txt")
    assert "has no 'photo'; did you mean 'photos'?" in problem(own="folder:photo")


def test_a_folder_with_too_little_in_it(folder):
    (folder / "photos" / "a" / "0.png").unlink()
    assert f"has {LEAST - 1} files; a lesson needs {LEAST} or more" in problem(own="folder:photos")
    for k in range(LEAST_OF_A_CLASS - 1):
        (folder / "photos" / "eel").mkdir(exist_ok=True)
        (folder / "photos" / "eel" / f"{k}.png").write_text("")
    assert "has 19 files in eel; a lesson needs 20 in each class" in problem(own="folder:photos")
    shutil.rmtree(folder / "photos" / "eel")
    for path in (folder / "photos" / "a").iterdir():
        path.rename(folder / "photos" / "b" / path.name)
    assert "has one class, b; this lesson tells classes apart, and needs 2 or more folders" in problem(
        own="folder:photos"
    )
    (folder / "photos" / "b").rename(folder / "flat")
    assert "flat holds files, but none in a class folder" in problem(own="folder:flat")


def test_the_lessons_that_take_ones_own_pictures_are_those_named():
    takes = [spec.name[:2] for spec in LESSONS if getattr(spec.parameters.get("dataset"), "classes", 0)]
    assert takes == ["01", "02", "03", "08", "10"]
    for spec in LESSONS:
        if isinstance(parameter := spec.parameters.get("dataset"), ImageSet):
            assert bool(parameter.refusal) != bool(parameter.classes)
            if parameter.refusal:
                assert parameter.refusal.startswith(f"lesson {spec.name[:2]}")
