"""How the checks judge the pool: python tests/exercises/pool/table.py [EXERCISE …], with -v each answer.

With --second: the second pool, which was written after all mending by somebody who had seen no check, and to which
nothing was tuned; pool/second.py.

An answer is *named* when the reader is told a mistake, or in what relation the numbers stand to the right ones, and not
only that they differ. Of the named ones a reader has said whether it is the mistake: pool/verdicts.py.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from gencourse import exercises  # noqa: E402
from gencourse.course.lessons import LESSONS  # noqa: E402
from gencourse.course.tasks import exercises_of  # noqa: E402
from gencourse.exercises import Result  # noqa: E402
from pool.answer import ANSWERS, Answer  # noqa: E402
from pool.verdicts import KINDS, Verdicts  # noqa: E402

SECOND = "--second" in sys.argv
VERDICTS = Verdicts(HERE / ("second.toml" if SECOND else "verdicts.toml"))
PLAIN = ("The shape is right, but", "has the shape", "Asked for:")

for file in sorted(HERE.glob("second.py" if SECOND else "lesson_*.py")):
    import_module(f"pool.{file.stem}")


def judged(names: list[str] | None = None) -> Iterator[tuple[Answer, Result]]:
    """Each answer of the pool with what its exercise's check finds."""
    for answer in ANSWERS:
        if not names or answer.exercise in names:
            yield answer, getattr(exercises, answer.exercise).judge(answer.function)


def is_named(result: Result) -> bool:
    """Whether more is told than that the answer differs."""
    if result.mistake or result.outcome != "wrong":
        return result.mistake is not None or "It fails exactly on" in result.explanation
    told = result.explanation.split(" It is so on")[0]
    sentences = [part for part in told.split(". ") if part and not any(words in part for words in PLAIN)]
    return bool(sentences)


def main(arguments: list[str]) -> None:
    names = [argument for argument in arguments if not argument.startswith("-")]
    found = list(judged(names))
    if "-v" in arguments:
        for answer, result in found:
            kind = "right" if answer.is_right else "wrong"
            if answer.is_right != bool(result) or not answer.is_right:
                read = VERDICTS.of(answer, result) if is_named(result) else "only that it differs"
                print(f"{answer.exercise} ({kind}: {answer.words})\n    {result.outcome}: {result.explanation}")
                print(f"    [{read}]\n")
    print(f"{'lesson':<8}{'wrong':>7}{'rejected':>10}{'named':>8}{'right':>8}{'accepted':>10}")
    total = [0] * 5
    for lesson in LESSONS:
        asked = exercises_of(lesson)
        wrong = [result for answer, result in found if answer.exercise in asked and not answer.is_right]
        right = [result for answer, result in found if answer.exercise in asked and answer.is_right]
        row = [len(wrong), sum(not r for r in wrong), sum(map(is_named, wrong)), len(right), sum(map(bool, right))]
        total = [a + b for a, b in zip(total, row, strict=True)]
        print(f"{lesson.name[:2]:<8}{row[0]:>7}{row[1]:>10}{row[2]:>8}{row[3]:>8}{row[4]:>10}")
    counts = Counter(
        VERDICTS.of(answer, result) for answer, result in found if not answer.is_right and is_named(result)
    )
    print(f"{'all':<8}{total[0]:>7}{total[1]:>10}{total[2]:>8}{total[3]:>8}{total[4]:>10}")
    print("of those named: " + ", ".join(f"{counts[kind]} {kind}" for kind in (*KINDS, "stale", "none")))


if __name__ == "__main__":
    main(sys.argv[1:])
