"""What README.md promises is there: its commands, its list of lessons."""

import re
import shlex
from pathlib import Path

from gencourse import cli
from gencourse.course.lessons import LESSONS

REPOSITORY = Path(__file__).resolve().parents[1]
TEXT = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text()


def test_each_make_target_exists_and_is_told():
    targets = set(re.findall(r"\.PHONY: (.*)", MAKEFILE)[0].split())
    assert all(f"\n{target}:" in MAKEFILE for target in targets)
    told = set(re.findall(r"(?:`|^)make ([\w-]+)", TEXT + CONTRIBUTING, flags=re.MULTILINE))
    assert told <= targets and targets - told <= {"clean"}


def test_each_gencourse_command_is_understood():
    blocks = "".join(re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)).splitlines()
    lines = [line for line in blocks + re.findall(r"`(.*?)`", TEXT) if re.match(r"\S*gencourse [a-z]", line)]
    assert len(lines) > 3
    for line in lines:
        arguments = shlex.split(line, comments=True)[1:]
        assert cli._parser().parse_args(arguments).command == arguments[0]


def test_the_lessons_are_those_that_there_are():
    rows = re.findall(r"^\| \[(\d\d)\]\(notebooks/(\S+)\.ipynb\) \| (.*?) \| (\d+) \|", TEXT, flags=re.MULTILINE)
    assert [name for _, name, _, _ in rows] == [spec.name for spec in LESSONS]
    for number, name, title, minutes in rows:
        first = (REPOSITORY / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert name.startswith(number) and f"bout {minutes} minutes" in first, "the lesson says the same"
        spec = next(spec for spec in LESSONS if spec.name == name)
        assert title in (spec.title, f"{spec.title.split(':')[0]}: {spec.about}"), "the site's first page says the same"
