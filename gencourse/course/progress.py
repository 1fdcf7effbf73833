"""How far the reader is: the lessons, and which of their exercises are solved."""

from gencourse.course.lessons import LESSONS
from gencourse.course.tasks import exercises_of
from gencourse.support.notes import solved


def course_map() -> str:
    """The lessons, each with how many of its exercises are solved and a tick for each of them."""
    known, lines, total = solved(), [], [0, 0]
    for spec in LESSONS:
        asked = exercises_of(spec)
        ticks = "".join("✓" if name in known else "·" for name in asked)
        done = sum(name in known for name in asked)
        total = [total[0] + done, total[1] + len(asked)]
        lines.append(f"{spec.name[:2]}  {spec.title:<60} {ticks:<9} {done} of {len(asked)}")
    return "\n".join([*lines, f"{'':<64} {'exercises solved:':>17} {total[0]} of {total[1]}"])
