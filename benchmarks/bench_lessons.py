"""Seconds of each lesson in `make run` and in `make test`, slowest first.

python benchmarks/bench_lessons.py [JUNIT.xml]: the second column is read from pytest's --junit-xml of a whole run,
and the nbval tests of the lessons are run for it if no file is given.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from gencourse.runs.notebooks import FOLDER, run

from gencourse.course.lessons import LESSONS


def running(to: Path) -> dict[str, float]:
    """Seconds of each lesson headless, as `make run` does it."""
    seconds = {}
    for spec in LESSONS:
        start = time.perf_counter()
        if run([spec.name], {}, to):
            sys.exit(f"{spec.name} failed; its time would say nothing")
        seconds[spec.name] = time.perf_counter() - start
    return seconds


def testing(junit: Path) -> Counter[str]:
    """Seconds of the tests that name a lesson, by lesson; those of the rest of the suite as one line."""
    seconds: Counter[str] = Counter()
    for case in ElementTree.parse(junit).iter("testcase"):
        words = f"{case.get('file')} {case.get('classname')} {case.get('name')}"
        lessons = [spec.name for spec in LESSONS if re.search(re.escape(spec.name), words)]
        seconds[lessons[0] if lessons else "tests of no one lesson"] += float(case.get("time", 0))
    return seconds


def by_nbval(junit: Path) -> None:
    """Test the lessons as `make test` does, into a junit file."""
    root = FOLDER.parent
    options = ["--nbval-lax", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg", "-q"]
    command = [sys.executable, "-m", "pytest", *options, f"--junit-xml={junit}", "notebooks"]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "junit.xml"
        if len(sys.argv) == 1:
            by_nbval(junit)
        tested, ran = testing(junit), running(Path(folder))
    print(f"\n{'lesson':<48}{'run':>8}{'test':>8}   seconds")
    for name in sorted(ran | tested, key=lambda name: -(ran.get(name, 0) + tested[name])):
        print(f"{name:<48}{ran.get(name, 0):>8.1f}{tested[name]:>8.1f}")
    print(f"{'together':<48}{sum(ran.values()):>8.1f}{tested.total():>8.1f}")


if __name__ == "__main__":
    main()
