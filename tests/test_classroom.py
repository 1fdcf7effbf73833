"""Lessons as an nbgrader course: made, handed in by six students, marked by nbgrader's own commands, and explained."""

import csv
import html
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import torch

from gencourse import cli, exercises
from gencourse.course.lessons import LESSONS, find
from gencourse.course.questions import TEACHERS, quizzes
from gencourse.exercises.checking.grading import grade
from gencourse.publish.handout import assignment, handout, solution
from gencourse.support.places import NOTES_BESIDE

REPOSITORY = Path(__file__).resolve().parents[1]
GUIDE = (REPOSITORY / "docs" / "classroom.md").read_text(encoding="utf-8")
PLAN = (REPOSITORY / "docs" / "plan.md").read_text(encoding="utf-8")
CONFIG = (REPOSITORY / "gencourse" / "publish" / "nbgrader_config.py").read_text()
LESSON = "00-start-here"
LIMIT = 15  # seconds a cell, instead of the course's 120: the endless loop takes it twice

# What each student writes instead of the dots, and the marks it deserves. Ada hands in what she was given.
ANSWERS = {
    "right": ("return nats / n_dims / math.log(2)", 1),
    "half": ("return nats / (784 * math.log(2))", 0.33),  # right for images of 28×28 only: one check in three
    "wrong": ("return nats / n_dims", 0),
    "tampered": ("return nats / n_dims", 0),
    "endless": ("while True:\n        pass", 0),
    "ada": ("...", 0),
    "copied": ("return nats / n_dims / math.log(2)", 1),  # both cells of the exercise twice, as by Ctrl-C Ctrl-V
    "renamed": ("return nats / n_dims / math.log(2)", 0),
}
MISTAKE = "You gave nats per dimension: divide by ln 2 as well to have bits."


def hand_in(course, student, answer):
    """The released notebook with the student's answer in it; a tampering one also claims 100 points."""
    path = course / "submitted" / student / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(course / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            cell.source = cell.source.replace("    ...", f"    {answer}")
        if student == "tampered" and about.get("solution"):
            cell.source += "\nbits_per_dim = type('Exercise', (), {'check': lambda self, f: True})()"
        if student == "tampered" and about.get("grade"):
            cell.source, about["points"] = "100.0", 100
        if student == "renamed" and about.get("solution"):
            cell.source = cell.source.replace("my_bits_per_dim", "bits")
    if student == "copied":
        notebook.cells = [
            copy
            for cell in notebook.cells
            for copy in (cell, nbformat.from_dict(cell))
            if copy is cell or about_of(cell)
        ]
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    shutil.copy(course / "release" / LESSON / NOTES_BESIDE, path.parent)


def about_of(cell):
    return cell.metadata.get("nbgrader")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The commands of docs/classroom.md, in its order."""
    section = GUIDE.split("## The whole way")[1].split("\n## ")[0]
    make, generate, ada, autograde, export, feedback, answers = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
    folder = tmp_path_factory.mktemp("class")
    commands_of_this_python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # gencourse, nbgrader
    environment = {name: value for name, value in os.environ.items() if name != "GENCOURSE_GRADING"}
    environment["PATH"] = commands_of_this_python

    def sh(commands, cwd):
        done = subprocess.run(["sh", "-e", "-c", commands], cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    assert "1 point" in sh(make, folder)
    config = folder / "course" / "nbgrader_config.py"
    config.write_text(config.read_text().replace("timeout = 120", f"timeout = {LIMIT}"))
    sh(generate, folder)
    course = folder / "course"
    sh(ada, course)
    for student, (answer, _) in ANSWERS.items():
        if student != "ada":
            hand_in(course, student, answer)
    (course / "log").write_text(sh(autograde, course))
    sh(export, course)
    sh(feedback, course)
    (course / "answers").write_text(sh(answers, course))
    return course


def feedback(course, student):
    page = (course / "feedback" / student / LESSON / f"{LESSON}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.kernel
def test_students_get_neither_solutions_nor_hidden_checks(course):
    source, release = ((course / d / LESSON / f"{LESSON}.ipynb").read_text() for d in ("source", "release"))
    assert 'raise ValueError(f\\"n_dims' in source, "the package's own answer"
    seeds = re.findall(r"\d{5,}, \d{5,}", source)
    assert len(seeds) == 1 and seeds[0] not in release
    assert "BEGIN" not in release and "raise ValueError" not in release
    cells = [cell for cell in nbformat.reads(release, 4).cells if cell.metadata.get("nbgrader")]
    assert [cell.source.count("    ...") for cell in cells] == [1, 0], "dots where the solution stood"


@pytest.mark.parametrize("student", ANSWERS)
@pytest.mark.kernel
def test_the_table_has_the_right_marks(course, student):
    with (course / "grades.csv").open() as file:
        marks = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert set(marks) == set(ANSWERS) and marks[student] == (ANSWERS[student][1], 1)


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("right", "✓"),
        ("half", "It is so on 2 of 3 inputs"),
        ("half", "Marks: 0.33 of 1; 33% of the checks passed."),
        ("wrong", MISTAKE),
        ("tampered", MISTAKE),
        ("endless", "CellTimeoutError"),
        ("ada", "Your function returns nothing yet."),
        ("copied", "✓"),
        ("renamed", "There is no `my_bits_per_dim` here."),
        ("renamed", "`def my_bits_per_dim(nats, n_dims):`"),
    ],
)
@pytest.mark.kernel
def test_the_feedback_says_why(course, student, said):
    after = feedback(course, student).split("Leave this cell as it is.", 1)[1]
    assert said in after and (said == MISTAKE) == (MISTAKE in after)
    assert "exercises/checking/" not in after or student == "endless", "no lines of the package's own"


@pytest.mark.kernel
def test_what_was_tampered_with_is_restored_and_told(course):
    log = (course / "log").read_text()
    assert "Attribute 'points' for cell bits_per_dim-marks has changed! (should be: 1.0, got: 100.0)" in log
    graded = nbformat.read(course / "autograded" / "tampered" / LESSON / f"{LESSON}.ipynb", as_version=4)
    assert not any(cell.source == "100.0" for cell in graded.cells)


@pytest.mark.kernel
def test_the_notes_are_handed_out_empty_and_what_the_class_thought_is_read_from_them(course):
    assert (course / "release" / LESSON / NOTES_BESIDE).read_text() == '{"solved": {}}\n'
    assert f"{len(ANSWERS)} students' notes" in (course / "answers").read_text()


# ------------------------------------------------------------------------------------------------ what is handed out


@pytest.mark.parametrize("lesson", [spec.name for spec in LESSONS])
def test_a_hand_out_has_the_questions_of_exercises_and_no_key_of_a_quiz(lesson):
    notebook = assignment(find(lesson))
    text = "\n".join(cell.source for cell in notebook.cells if "nbgrader" not in cell.metadata)
    for name in re.findall(r'"(\w+)", "my_', "\n".join(cell.source for cell in notebook.cells)):
        assert getattr(exercises, name).question in text
    for question in quizzes(find(lesson)).values():
        for choice in question.get("choices", []):
            assert choice["reply"] not in text


def test_a_teachers_own_questions_lie_beside_the_notebook(tmp_path):
    mine = tmp_path / "mine.toml"
    asked = '[00.mine]\nquestion = "Why?"\nkind = "number"\nanswer = 1\ntolerance = 0\nright = "a"\nwrong = "b"'
    mine.write_text(asked)
    handout(["00"], tmp_path / "course", quizzes=mine)
    assert b"Why" not in (tmp_path / "course" / "source" / LESSON / TEACHERS).read_bytes()
    mine.write_text("[00.mine]")
    with pytest.raises(ValueError, match="choices, question is missing"):
        handout(["00"], tmp_path / "second", quizzes=mine)
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("name", exercises.names())
def test_the_solution_is_whole_and_right(name, capsys):
    exercise, namespace = getattr(exercises, name), {}
    exec(solution(exercise), namespace)
    assert grade(name, namespace[exercise.name], points=2, seeds=(0, 7)) == 2.0


@pytest.mark.parametrize("lesson", [spec.name for spec in LESSONS])
def test_every_exercise_of_a_lesson_is_marked(lesson, monkeypatch):
    """The cell with its solution runs, as far as the exercise is concerned, and the graded cell gives all marks."""
    notebook = assignment(find(lesson))
    nbformat.validate(notebook)
    original = nbformat.read(REPOSITORY / "notebooks" / f"{lesson}.ipynb", as_version=4)
    asked = re.findall(r"^(\w+)\.check\(my_", "\n".join(cell.source for cell in original.cells), flags=re.MULTILINE)
    pairs = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata["nbgrader"]["grade_id"] for cell in pairs[::2]] == asked
    assert [cell.metadata["nbgrader"]["grade_id"] for cell in pairs[1::2]] == [f"{name}-marks" for name in asked]
    for answer, graded in zip(pairs[::2], pairs[1::2], strict=True):
        names = {"torch": torch, **{name: getattr(exercises, name) for name in asked}}
        exec(answer.source, names)
        notebook_shell = SimpleNamespace(user_ns=names)
        monkeypatch.setattr("gencourse.exercises.checking.grading.shell", lambda kept=notebook_shell: kept)
        before, call = graded.source.rsplit("\n\n", 1)
        exec(before, names)
        assert eval(call, names) == graded.metadata["nbgrader"]["points"]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", prose)
    assert all(re.fullmatch(r"\.\./([\w-]+)/\1\.ipynb(#.*)?", link) for link in links), links


def test_the_hidden_seeds_differ_each_time():
    graded = [next(c for c in assignment(find("00")).cells if c.id.endswith("-marks")).source for _ in range(2)]
    assert graded[0] != graded[1]


@pytest.fixture
def lessons_elsewhere(tmp_path, monkeypatch):
    """A copy of the lessons, to be changed."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / f"{LESSON}.ipynb").write_text((REPOSITORY / "notebooks" / f"{LESSON}.ipynb").read_text())
    monkeypatch.setattr("gencourse.support.places.NOTEBOOKS", folder)
    return folder / f"{LESSON}.ipynb"


def refused(capsys, *arguments):
    """The one line that the command says when it refuses."""
    assert cli.main(["handout", *map(str, arguments)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("gencourse handout: ")
    return error


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*"))


def test_an_unknown_lesson_is_refused_before_anything_is_written(tmp_path, capsys):
    error = refused(capsys, "00", "10-training-a-vea", "--to", tmp_path / "course")
    assert "did you mean '10-training-a-vae'?" in error and files(tmp_path) == []


def test_a_lesson_without_exercises_is_refused(tmp_path, capsys, lessons_elsewhere):
    notebook = nbformat.read(lessons_elsewhere, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if ".check(my_" not in cell.source]
    nbformat.write(notebook, lessons_elsewhere)
    error = refused(capsys, "00", "--to", tmp_path / "course")
    assert "lesson 00-start-here has no exercises" in error and not (tmp_path / "course").exists()


def test_an_exercise_in_another_form_is_refused(tmp_path, capsys, lessons_elsewhere):
    lessons_elsewhere.write_text(lessons_elsewhere.read_text().replace('"    ...\\n"', '"    return 0\\n"'))
    error = refused(capsys, "00", "--to", tmp_path / "course")
    assert "an exercise's cell is a function of dots" in error and not (tmp_path / "course").exists()


def test_an_existing_folder_is_left_alone(tmp_path, capsys):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "mine.txt").write_text("keep")
    assert "is there already" in refused(capsys, "00", "--to", tmp_path / "course")
    assert "is no course" in refused(capsys, "00", "--to", tmp_path / "course", "--add")
    assert "is there already" in refused(capsys, "00", "--to", tmp_path / "course" / "mine.txt")
    assert files(tmp_path / "course") == [Path("mine.txt")]


def test_a_lesson_is_added_to_a_course_once(tmp_path, capsys):
    (tmp_path / "course").mkdir()  # an empty folder will do
    handout(["00", "00"], tmp_path / "course")
    (tmp_path / "course" / "nbgrader_config.py").write_text("# my own")
    assert "is there already" in refused(capsys, "08", "--to", tmp_path / "course")
    handout(["08"], tmp_path / "course", add=True)
    assert "source/08-autoencoders is there already" in refused(capsys, "08", "--to", tmp_path / "course", "--add")
    assert sorted(path.name for path in (tmp_path / "course" / "source").iterdir()) == [LESSON, "08-autoencoders"]
    assert (tmp_path / "course" / "nbgrader_config.py").read_text() == "# my own"


# --------------------------------------------------------------------------------------------------------- the marks


def elbo_without_gradients(x, logits, mean, log_var):
    return tuple(part.detach() for part in exercises.elbo_terms.reference(x, logits, mean, log_var))


def bits_of_one_image(nats, n_dims):
    if nats.numel() > 1:
        raise RuntimeError("one image at a time")
    return nats / (n_dims * torch.tensor(2.0).log())


def test_a_share_of_the_checks_is_a_share_of_the_marks(capsys):
    assert grade("elbo_terms", elbo_without_gradients, points=4) == 2.0
    assert grade("bits_per_dim", bits_of_one_image, points=3, seeds=(0, 1)) == 1.0
    assert "Marks: 1 of 3; 33% of the checks passed." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda nats, n_dims: nats / n_dims, MISTAKE),
        (lambda nats, n_dims: None, "Your function returns nothing yet"),
        (lambda nats: nats, "Your function takes"),
        (3, "`check` takes your function itself"),
    ],
)
def test_no_marks_fail_the_cell_with_the_explanation(answer, said, capsys, monkeypatch):
    assert grade("bits_per_dim", answer) == 0.0, "outside grading Run All goes on"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match=re.escape(said)) as raised:
        grade("bits_per_dim", answer)
    assert raised.value._render_traceback_() == [f"AssertionError: {raised.value}"]


def test_a_warning_costs_no_marks(capsys):
    """nbgrader gives nothing to a cell that wrote to stderr."""

    def answer(nats, n_dims):
        import sys

        print("careful", file=sys.stderr)
        return exercises.bits_per_dim.reference(nats, n_dims)

    assert grade("bits_per_dim", answer) == 1.0 and type(grade("bits_per_dim", answer, points=5)) is float
    assert capsys.readouterr().err == ""


def test_marks_need_a_seed_and_an_exercise():
    with pytest.raises(ValueError, match=re.escape("seeds=()")):
        grade("bits_per_dim", None, seeds=())
    with pytest.raises(AttributeError, match="there is no exercise 'bits'"):
        grade("bits", None)


# --------------------------------------------------------------------------------------------------- what is written


def test_the_guide_shows_the_configuration_as_it_is():
    assert f"```python\n{CONFIG}```" in GUIDE


def test_the_links_for_binder_and_nbgitpuller_open_a_notebook():
    paths = [urllib.parse.unquote(path) for path in re.findall(r"urlpath=(\S+)", GUIDE)]
    assert paths == [f"lab/tree/notebooks/{LESSON}.ipynb", f"lab/tree/gencourse/notebooks/{LESSON}.ipynb?autodecode"]


def test_each_gencourse_command_of_the_guide_is_understood():
    lines = re.findall(r"gencourse handout (.*? --to [\w.]+(?: --add)?(?: --quizzes FILE)?)", GUIDE)
    assert len(lines) == 3
    for line in lines:
        assert cli._parser().parse_args(["handout", *line.split()]).command == "handout"


def minutes_and_points(spec):
    notebook = nbformat.read(REPOSITORY / "notebooks" / f"{spec.name}.ipynb", as_version=4)
    minutes = re.search(r"[Aa]bout (\d+) minutes", notebook.cells[0].source)
    points = [cell.metadata.get("nbgrader", {}).get("points", 0) for cell in assignment(spec).cells]
    return int(minutes[1]), sum(points)


def test_the_plan_has_every_lesson_with_its_minutes_and_points():
    wanted = {spec.name[:2]: (spec.title, *minutes_and_points(spec)) for spec in LESSONS}
    rows = re.findall(r"^\| (\d\d) \| (.*?) \| (\d+) \| (\d+) \| (.*?) \| (.*?) \|$", PLAN, flags=re.MULTILINE)
    told = {number: (title, int(minutes), float(points)) for number, title, minutes, points, *_ in rows}
    assert list(told.items()) == list(wanted.items()), "docs/plan.md: mend these rows, and add what to skip"
    day = [int(re.search(r"(\d+) min$", row[-1])[1]) for row in rows if row[-1] != "–"]
    minutes, points = sum(w[1] for w in wanted.values()), sum(w[2] for w in wanted.values())
    assert f"| | **Together** | **{minutes}** | **{points:g}** | | **{sum(day)} min** |" in PLAN
    assert f"together {sum(day)} minutes" in " ".join(PLAN.split()) and sum(day) <= 360


def test_the_plan_prints_on_one_page(chromium, tmp_path):
    from nbconvert.filters import markdown2html

    style = (
        "body { font: 11pt sans-serif } table { border-collapse: collapse } td, th { border: 1px solid; padding: 4px }"
    )
    page = chromium.new_page()
    page.set_content(f"<!doctype html><style>{style}</style>{markdown2html(PLAN)}")
    pdf = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
