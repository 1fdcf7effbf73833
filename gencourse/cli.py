"""The command `gencourse`: what each subcommand is called, and which function does it."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gencourse import __version__
from gencourse.support.places import expanded

EXAMPLES = """examples:
  gencourse lab                            your copies of the lessons, and JupyterLab on them
  gencourse run 10 -p beta 4 -p seed 1     one lesson with parameters, into runs/
  gencourse run                            every lesson
  gencourse sweep 10 beta=0.5,1,4 seed=0:5 --jobs 2      fifteen runs, and a table
  gencourse experiment simclr-batch        what is missing of it, into a table of evidence
  gencourse collect runs/*.ipynb           what the runs recorded, as a table
  gencourse fetch cifar10                  download a data set, checked
  gencourse weights                        the shipped weights and how well they do
  gencourse progress                       which exercises you have solved, and how your predictions fared
  gencourse review                         quizzes that went wrong, asked again
  gencourse pretrain vae-mnist-2d          make shipped weights again
  gencourse export notebooks/10-training-a-vae.ipynb --to lesson.html
  gencourse export playground --to playground.html       the playground alone on a page
  gencourse site --to site                 every lesson and page as a site
  gencourse handout 00 10 --to course      an nbgrader course: docs/classroom.md
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status: 0, 1 when something failed, 2 on bad input."""
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if others and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    options.others = others
    try:
        return options.do(options) or 0
    except (ValueError, FileNotFoundError, FileExistsError) as error:
        print(f"gencourse {options.command}: {error}", file=sys.stderr)
        return 2
    except (RuntimeError, OSError) as error:
        print(f"gencourse {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        print(f"gencourse {options.command}: interrupted {error}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gencourse", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"gencourse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    def command(name: str, do: Any, help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(do=do)
        return sub

    lab = command("lab", _lab, "open JupyterLab on your own copies of the lessons; other options are passed on to it")
    lab.add_argument("folder", nargs="?", type=_folder, metavar="FOLDER", help="gencourse-lessons if left out")
    lab.add_argument("--update", action="store_true", help="bring newer versions of the lessons, beside yours")
    lab.add_argument("--teacher", action="store_true", help="with nbgrader's buttons and menus")
    lab.add_argument("--quizzes", type=expanded, metavar="FILE", help="a teacher's own questions: docs/exercises.md")
    command("where", _where, "print where the course's files and your own are")
    run = command("run", _run, "run lessons headless, with parameters")
    run.add_argument("lessons", nargs="*", metavar="LESSON", help="10 or 10-training-a-vae; all if left out")
    run.add_argument("-p", "--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    run.add_argument("--to", type=_folder, default=Path("runs"), metavar="FOLDER")
    sweep = command("sweep", _sweep, "run one lesson over a grid of parameters; started again, it goes on")
    sweep.add_argument("lesson", metavar="LESSON")
    sweep.add_argument("grid", nargs="+", metavar="NAME=VALUES", help="beta=0.5,1,4, or seed=0:5 for 0, 1, 2, 3, 4")
    _add_cluster(sweep)
    sweep.add_argument("--to", type=_folder, metavar="FOLDER", help="of the runs; runs/LESSON if left out")
    experiment = command("experiment", _experiment, "run what is missing of an experiment, and print what came out")
    experiment.add_argument("name", metavar="NAME", help="as `gencourse experiments` lists them; or all, with --smoke")
    experiment.add_argument("-p", "--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    experiment.add_argument("--seeds", metavar="SEEDS", help="0:5 or 0,1,2; the experiment's own if left out")
    experiment.add_argument("--smoke", action="store_true", help="two steps of each setting, kept nowhere")
    _add_cluster(experiment)
    command("experiments", _experiments, "list the experiments: seeds, age, hours, and whether their code has changed")
    collect = command("collect", _collect, "gather what runs recorded into one table")
    collect.add_argument("notebooks", nargs="+", type=expanded, metavar="NOTEBOOK")
    collect.add_argument("--to", type=expanded, metavar="FILE", help="table.csv or table.parquet; printed if left out")
    fetch = command("fetch", _fetch, "download a data set and check it")
    fetch.add_argument("name", help="fashion_mnist or cifar10")
    pretrain = command("pretrain", _pretrain, "train shipped weights again by their recipe")
    pretrain.add_argument("name", metavar="NAME")
    command("weights", _weights, "print the shipped weights with their measured figures")
    command("progress", _progress, "what is solved, predicted and answered, as kept on this machine")
    command("review", _review, "ask again the quizzes that went wrong")
    answers = command("answers", _answers, "what a class predicted and answered, from what was handed in")
    answers.add_argument("folder", type=expanded, metavar="FOLDER", help="nbgrader's submitted")
    export = command("export", _export, "make a page of a lesson, or of the playground, that moves without a kernel")
    export.add_argument("notebook", type=expanded, help="a notebook; or playground")
    export.add_argument("--to", type=expanded, required=True, metavar="PAGE.html")
    site = command("site", _site, "make the course a site: static pages, alive from any server and from a folder")
    site.add_argument("--to", type=_folder, required=True, metavar="FOLDER")
    site.add_argument("--lesson", action="append", default=[], metavar="LESSON", help="10; given again, several")
    site.add_argument(
        "--executed", type=_folder, metavar="FOLDER", help="of lessons that were run; what lacks is added"
    )
    handout = command("handout", _handout, "make an nbgrader course of lessons, with solutions and hidden checks")
    handout.add_argument("lessons", nargs="+", metavar="LESSON")
    handout.add_argument("--to", type=expanded, required=True, metavar="COURSE_DIR")
    handout.add_argument("--add", action="store_true", help="to a course that there is already")
    handout.add_argument("--quizzes", type=expanded, metavar="FILE", help="your own questions: docs/exercises.md")
    notebooks = command("notebooks", _notebooks, "execute the lessons in place, widgets stored as stills")
    notebooks.add_argument("lessons", nargs="*", metavar="LESSON")
    notebooks.add_argument("--cards", action="store_true", help="only write the exercises' cards anew; run nothing")
    return parser


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    """Where many runs go."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, metavar="N", help="runs at a time on this machine; one a core if left out")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a dask cluster, as tcp://host:8786")


def _folder(text: str) -> Path:
    """A path that may become a folder, or is one."""
    path = expanded(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a file; allowed is a folder, which is made if it is not there")
    return path


def _lab(options: argparse.Namespace) -> int:
    from gencourse.course.lab import FOLDER, lab

    return lab(
        options.folder or FOLDER,
        update=options.update,
        teacher=options.teacher,
        quizzes=options.quizzes,
        arguments=options.others,
    )


def _where(options: argparse.Namespace) -> None:
    from gencourse.support import places

    print(places.table())


def _run(options: argparse.Namespace) -> int:
    from gencourse.runs.run import run
    from gencourse.support.words import read

    return 1 if run(options.lessons, {k: read(v) for k, v in options.parameter}, options.to) else 0


def _sweep(options: argparse.Namespace) -> int:
    from gencourse.runs.sweep import parse_grid, sweep

    grid = parse_grid(options.grid)
    return 1 if sweep(options.lesson, grid, options.to, jobs=options.jobs, scheduler=options.scheduler) else 0


def _experiment(options: argparse.Namespace) -> None:
    from gencourse.experiments.experiment import catalogue, find, smoke
    from gencourse.runs.experiments import run
    from gencourse.runs.sweep import parse_grid
    from gencourse.support.words import read

    if options.smoke:
        if options.parameter or options.seeds or options.jobs or options.scheduler:
            raise ValueError("--smoke takes a name, or all, and nothing else: it chooses parameters and a seed itself")
        for experiment in catalogue().values() if options.name == "all" else [find(options.name)]:
            print(f"{experiment.name}: {smoke(experiment)} settings")
        return
    seeds = parse_grid([f"seed={options.seeds}"])["seed"] if options.seeds else None
    changes = {name: read(value) for name, value in options.parameter}
    evidence = run(find(options.name), seeds=seeds, jobs=options.jobs, scheduler=options.scheduler, **changes)
    print(evidence.table.to_string(index=False), evidence, sep="\n")


def _experiments(options: argparse.Namespace) -> None:
    from gencourse.runs.experiments import listing

    print(listing())


def _collect(options: argparse.Namespace) -> None:
    from gencourse.runs.collect import collect, write

    table = collect(options.notebooks)
    if options.to:
        write(table, options.to)
        print(f"{len(table)} runs in {options.to}")
    else:
        print(table.to_string(index=False))


def _fetch(options: argparse.Namespace) -> None:
    from gencourse.data.fetch import fetch

    fetch(options.name)


def _pretrain(options: argparse.Namespace) -> None:
    from gencourse.experiments.weights.pretrain import pretrain

    print(json.dumps(pretrain(options.name), indent=1))


def _weights(options: argparse.Namespace) -> None:
    from gencourse.experiments.weights.table import table

    print(table())


def _progress(options: argparse.Namespace) -> None:
    from gencourse.course.progress import CourseMap
    from gencourse.support.places import notes

    print(CourseMap())
    print(f"kept in {notes()}, and nowhere else")


def _review(options: argparse.Namespace) -> None:
    from gencourse.course.review import review

    review()


def _answers(options: argparse.Namespace) -> None:
    from gencourse.publish.answers import answers

    print(answers(options.folder))


def _export(options: argparse.Namespace) -> None:
    from gencourse.publish.alone import ALONE, export_alone
    from gencourse.publish.export import export

    alone = str(options.notebook) in ALONE
    print(export_alone(str(options.notebook), options.to) if alone else export(options.notebook, options.to))


def _site(options: argparse.Namespace) -> None:
    from gencourse.publish.site import build

    print(build(options.to, options.lesson, options.executed) / "index.html")


def _handout(options: argparse.Namespace) -> None:
    from gencourse.publish.handout import handout

    handout(options.lessons, options.to, add=options.add, quizzes=options.quizzes)


def _notebooks(options: argparse.Namespace) -> None:
    from gencourse.runs.refresh import refresh

    refresh(options.lessons, cards_only=options.cards)


if __name__ == "__main__":
    sys.exit(main())
