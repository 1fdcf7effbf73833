"""Quizzes and predictions as data: every file is whole, and what is wrong in one is told with its place."""

import json
import re
import subprocess
from pathlib import Path

import nbformat
import pytest

from gencourse.course import questions
from gencourse.course.lessons import LESSONS, find

CALL = re.compile(r'lesson\.(quiz|predict|reveal)\(\s*"([^"]+)"')
JUDGE = Path(__file__).parents[2] / "gencourse" / "widgets" / "shared" / "judge.js"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name[:2])
def test_a_lesson_asks_each_of_its_questions_once_and_no_other(lesson):
    cells = [cell.source for cell in nbformat.read(lesson.path, as_version=4).cells if cell.cell_type == "code"]
    asked = {
        kind: [name for k, name in CALL.findall("\n".join(cells)) if k == kind]
        for kind in ("quiz", "predict", "reveal")
    }
    assert sorted(asked["quiz"]) == sorted(questions.quizzes(lesson))
    assert sorted(asked["predict"]) == sorted(questions.predictions(lesson)) == sorted(asked["reveal"])
    for name in asked["predict"]:
        place = {
            kind: next(k for k, cell in enumerate(cells) if f'{kind}("{name}"' in re.sub(r"\(\s+", "(", cell))
            for kind in ("predict", "reveal")
        }
        assert place["predict"] < place["reveal"], "first the question, then the answer"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name[:2])
def test_a_quiz_is_one_line_of_a_cell_and_shows_nothing(lesson):
    for cell in nbformat.read(lesson.path, as_version=4).cells:
        if cell.cell_type == "code" and "lesson.quiz(" in cell.source:
            assert re.fullmatch(r'lesson\.quiz\("[a-z0-9-]+"\)', cell.source)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """A function that gives lesson 00 a teacher's own questions."""

    def write(text):
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(questions.VARIABLE, str(file))
        return file

    return write


GOOD = """
[00.mine]
question = "Which?"
choices = [{text = "a", reply = "yes", right = true}, {text = "b", reply = "no"}]
"""


def test_a_teachers_question_stands_beside_ours_and_may_take_the_place_of_one(write):
    write(GOOD + GOOD.replace("mine", "which-is-better"))
    found = questions.quizzes(find("00"))
    assert found["mine"]["question"] == found["which-is-better"]["question"] == "Which?"
    assert "mine" not in questions.quizzes(find("10"))


def test_in_a_hand_out_they_lie_beside_the_lesson_and_cannot_be_read_in_passing(write, tmp_path, monkeypatch):
    encoded = questions.encode(write(GOOD))
    monkeypatch.delenv(questions.VARIABLE)
    monkeypatch.chdir(tmp_path)
    Path(questions.TEACHERS).write_bytes(encoded)
    assert questions.quizzes(find("00"))["mine"]["question"] == "Which?"
    assert b"Which" not in encoded and b"right" not in encoded


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('question = "Which?"', "", "question is missing"),
        (
            'question = "Which?"',
            'question = "Which?"\nkind = "many"',
            "kind = 'many'; allowed are one, several, number",
        ),
        ('question = "Which?"', 'question = "Which?"\nkind = "number"', "answer, right, tolerance, wrong is missing"),
        ('question = "Which?"', 'question = "Which?"\nhint = "b"', "hint is not known"),
        ('reply = "no"', 'reply = " "', "has no reply; say why"),
        ("right = true", "right = false", "say of one that it is right"),
        (', {text = "b", reply = "no"}', "", "give two choices or more"),
        ("[00.mine]", "[00.mine", "is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write, old, new, told):
    assert old in GOOD
    file = write(GOOD.replace(old, new, 1))
    with pytest.raises(ValueError, match=re.escape(str(file)) + ".*" + re.escape(told)):
        questions.quizzes(find("00"))


def test_a_file_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setenv(questions.VARIABLE, "/nowhere/mine.toml")
    with pytest.raises(ValueError, match="GENCOURSE_QUIZZES=/nowhere/mine.toml: there is no such file"):
        questions.quizzes(find("00"))


def test_a_question_that_is_not_there_is_told():
    with pytest.raises(ValueError, match=r"quiz\('which-is-bettr'\): .* did you mean 'which-is-better'"):
        questions.pick(questions.quizzes(find("00")), "which-is-bettr", "quiz")


# ------------------------------------------------------------------------------- both judges judge alike

QUESTIONS = {
    "one": {"choices": [{"text": "a", "reply": "yes", "right": True}, {"text": "b", "reply": "no"}]},
    "several": {
        "choices": [{"text": "a", "reply": "is", "right": True}, {"text": "b", "reply": "is not"}],
        "right": "good",
    },
    "number": {
        "answer": 2,
        "tolerance": 0.1,
        "right": "good",
        "wrong": "bad",
        "mistakes": [{"answer": 4, "reply": "twice"}],
    },
    "order": {"items": ["x", "y", "z"], "right": "good", "wrong": "bad"},
    "matching": {
        "pairs": [{"left": "l", "right": "r", "reply": "is r"}, {"left": "m", "right": "s", "reply": "is s"}],
        "right": "good",
    },
}
CASES = [
    ("one", 0, True, ["yes"]),
    ("one", 1, False, ["no"]),
    ("several", [0], True, ["good"]),
    ("several", [1], False, ["“a” is", "“b” is not"]),
    ("several", [0, 1], False, ["“b” is not"]),
    ("number", 2.05, True, ["good"]),
    ("number", 4, False, ["twice"]),
    ("number", 5, False, ["bad"]),
    ("order", [0, 1, 2], True, ["good"]),
    ("order", [0, 2, 1], False, ["“y” comes before “z”. bad"]),
    ("matching", [0, 1], True, ["good"]),
    ("matching", [1, 0], False, ["“l” is r", "“m” is s"]),
    ("matching", [0, 0], False, ["“m” is s"]),
]


@pytest.mark.parametrize(("kind", "said", "right", "replies"), CASES)
def test_the_judge(kind, said, right, replies):
    assert questions.judge({"kind": kind, **QUESTIONS[kind]}, said) == (right, replies)


def test_the_judge_in_the_page_says_the_same():
    script = f"""
        import {{ judge }} from {json.dumps(JUDGE.as_uri())};
        const cases = {json.dumps([({"kind": kind, **QUESTIONS[kind]}, said) for kind, said, *_ in CASES])};
        console.log(JSON.stringify(cases.map(([spec, said]) => judge(spec, said))));
    """
    told = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == [{"right": right, "replies": replies} for _, _, right, replies in CASES]
