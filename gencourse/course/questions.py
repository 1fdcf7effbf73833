"""A lesson's quizzes and predictions: data beside it, in quizzes/ and predictions/, a TOML file a lesson.

A question is a table under its name. Which keys it has depends on its kind, "one" if none is said:

    [why-log-variance]
    question = "Why does the encoder give log σ² rather than σ?"

    [[why-log-variance.choices]]
    text = "Every real number is then a valid answer."
    reply = "exp makes it a positive variance."
    right = true
"""

import base64
import os
import tomllib
import zlib
from pathlib import Path
from typing import Any

from gencourse.course.lessons import Spec, find
from gencourse.support.checks import did_you_mean

HERE = Path(__file__).parent
TEACHERS = "quizzes.gencourse"  # a teacher's own questions beside a lesson that was handed out
VARIABLE = "GENCOURSE_QUIZZES"  # or where they lie

# kind -> the keys that a question must have, and those that it may have besides
QUIZZES: dict[str, tuple[set[str], set[str]]] = {
    "one": ({"choices"}, set()),
    "several": ({"choices", "right"}, set()),
    "number": ({"answer", "tolerance", "right", "wrong"}, {"unit", "mistakes"}),
    "order": ({"items", "right", "wrong"}, set()),
    "matching": ({"pairs", "right"}, set()),
}
PREDICTIONS: dict[str, tuple[set[str], set[str]]] = {
    "number": ({"low", "high"}, {"unit", "log", "alt"}),
    "choice": ({"choices"}, {"alt"}),
    "order": ({"items"}, {"alt"}),
    "curve": ({"x", "y", "xlabel", "ylabel"}, {"unit", "alt"}),
}


def quizzes(lesson: Spec) -> dict[str, dict[str, Any]]:
    """The lesson's quizzes by name, a teacher's own among them; one under the same name stands in place of ours.

    Raises:
        ValueError: on a file with a question that lacks something, or is not TOML; it says where.
    """
    ours = _read(HERE / "quizzes" / f"{lesson.name}.toml")
    theirs, source = _teachers()
    questions = ours | theirs.get(lesson.name[:2], {})
    for name, question in questions.items():
        where = source if name in theirs.get(lesson.name[:2], {}) else f"quizzes/{lesson.name}.toml"
        _check_quiz(question, f"{where}, [{name}]")
    return questions


def predictions(lesson: Spec) -> dict[str, dict[str, Any]]:
    """The lesson's predictions by name.

    Raises:
        ValueError: on a file with a question that lacks something, or is not TOML; it says where.
    """
    questions = _read(HERE / "predictions" / f"{lesson.name}.toml")
    for name, question in questions.items():
        _check(question, PREDICTIONS, {"question", "why"}, f"predictions/{lesson.name}.toml, [{name}]")
    return questions


def pick(questions: dict[str, dict[str, Any]], name: str, what: str) -> dict[str, Any]:
    """The question called `name`.

    Raises:
        ValueError: when there is none.
    """
    if name not in questions:
        known, hint = ", ".join(questions) or "none", did_you_mean(name, list(questions))
        raise ValueError(f"{what}({name!r}): the lesson has no such question; it has {known}{hint}")
    return questions[name]


def judge(question: dict[str, Any], said: Any) -> tuple[bool, list[str]]:
    """Whether an answer to a quiz is right, and what the reader is told; as widgets/shared/judge.js does in the page.

    `said` is the number of the choice (one), the numbers of the choices (several), a number, the items' numbers in the
    reader's order (order), or for each pair the number of the right side that was chosen (matching).
    """
    kind = question["kind"]
    if kind == "one":
        choice = question["choices"][said]
        return choice.get("right", False), [choice["reply"]]
    wrong: list[str] = []
    if kind == "several":
        choices = enumerate(question["choices"])
        wrong = [f"“{c['text']}” {c['reply']}" for k, c in choices if c.get("right", False) != (k in said)]
    elif kind == "number" and abs(said - question["answer"]) > question["tolerance"]:
        mistakes = [
            m["reply"] for m in question.get("mistakes", []) if abs(said - m["answer"]) <= question["tolerance"]
        ]
        wrong = [*mistakes, question["wrong"]][:1]
    elif kind == "order":
        items = question["items"]
        swaps = [(b, a) for a, b in zip(said, said[1:], strict=False) if b < a]
        wrong = [f"“{items[b]}” comes before “{items[a]}”. {question['wrong']}" for b, a in swaps][:1]
    elif kind == "matching":
        pairs = enumerate(question["pairs"])
        wrong = [f"“{pair['left']}” {pair['reply']}" for k, pair in pairs if said[k] != k]
    return not wrong, wrong or [question["right"]]


def encode(file: Path) -> bytes:
    """A teacher's questions as they lie beside a lesson that is handed out: no key that one reads in passing.

    Raises:
        FileNotFoundError: when the file is not there.
        ValueError: on a fault in it; it says where.
    """
    for lesson, found in _tables(file.read_text(encoding="utf-8"), str(file)).items():
        find(lesson)
        for name, question in found.items():
            _check_quiz(question, f"{file}, [{lesson}.{name}]")
    return base64.b64encode(zlib.compress(file.read_bytes()))


def _teachers() -> tuple[dict[str, dict[str, Any]], str]:
    """A teacher's own questions by lesson, and where they lie: in the file that is named, or beside the lesson."""
    if named := os.environ.get(VARIABLE):
        path = Path(named)
        if not path.exists():
            raise ValueError(f"{VARIABLE}={named}: there is no such file; name a teacher's own questions, or unset it")
        return _tables(path.read_text(encoding="utf-8"), named), named
    beside = Path(TEACHERS)
    if not beside.exists():
        return {}, ""
    return _tables(zlib.decompress(base64.b64decode(beside.read_bytes())).decode(), TEACHERS), TEACHERS


def _read(path: Path) -> dict[str, dict[str, Any]]:
    return _tables(path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}") if path.exists() else {}


def _tables(text: str, where: str) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where} is not TOML: {error}") from error


def _check(question: dict[str, Any], kinds: dict[str, tuple[set[str], set[str]]], always: set[str], where: str) -> None:
    kind = question.setdefault("kind", next(iter(kinds)))
    if kind not in kinds:
        raise ValueError(f"{where}: kind = {kind!r}; allowed are {', '.join(kinds)}")
    needed, allowed = kinds[kind]
    if missing := (needed | always) - set(question):
        raise ValueError(f"{where}: {', '.join(sorted(missing))} is missing")
    if strange := set(question) - needed - allowed - always - {"kind"}:
        raise ValueError(
            f"{where}: {', '.join(sorted(strange))} is not known; allowed are {', '.join(needed | allowed)}"
        )


def _check_quiz(question: dict[str, Any], where: str) -> None:
    """It has what its kind needs, each choice has its reply, and as many are right as the kind has it."""
    _check(question, QUIZZES, {"question"}, where)
    for part in (*question.get("choices", []), *question.get("pairs", []), *question.get("mistakes", [])):
        if not str(part.get("reply", "")).strip():
            raise ValueError(f"{where}: {part} has no reply; say why it is right or wrong")
    if question["kind"] in ("one", "several"):
        right = sum(choice.get("right", False) for choice in question["choices"])
        if len(question["choices"]) < 2 or not right or (question["kind"] == "one" and right > 1):
            raise ValueError(f"{where}: give two choices or more, and say of one that it is right (several: of some)")
