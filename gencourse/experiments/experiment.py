"""What an experiment is: a function of named parameters and a seed, and the grid of settings that it is asked at.

    @experiment(grid={"temperature": (0.1, 0.5)}, seeds=3, depends=(nt_xent, fit), smoke={"steps": 2})
    def simclr_temperature(temperature: float, steps: int = 1000, *, seed: int) -> dict[str, float]:
        '''Which temperature gives the best features?'''

A lesson's live cell calls the same function with fewer steps; `gencourse experiment` runs the whole grid.
"""

import ast
import hashlib
import inspect
import itertools
import math
import pkgutil
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from gencourse.support.checks import at_least, did_you_mean

Setting = dict[str, Any]  # the value of every parameter, but for the seed
Grid = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Experiment:
    """A question, and how it is asked; make one with the decorator `experiment`.

    Call it as its function, with parameters by name: experiment(temperature=0.1, steps=100, seed=0).
    """

    function: Callable[..., Mapping[str, float]]
    grids: tuple[Grid, ...]
    seeds: int
    depends: tuple[Any, ...]
    smoke: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.function.__name__.replace("_", "-")

    @property
    def question(self) -> str:
        """The first sentence of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n\n")[0].replace("\n", " ")

    def __call__(self, **parameters: Any) -> dict[str, float]:
        """The numbers of one run.

        Raises:
            TypeError: on a parameter that the function does not have, or lacks.
            ValueError: when the function returns something else than numbers by name.
        """
        result = self.function(**parameters)
        if not isinstance(result, Mapping) or not all(isinstance(value, int | float) for value in result.values()):
            raise ValueError(f"{self.name} returned {result!r}: allowed are numbers by name, {{'accuracy': 0.5}}")
        return dict(result)

    def settings(self, **changes: Any) -> list[Setting]:
        """Every setting of the grid once, with the defaults of the parameters that the grid leaves out.

        Args:
            changes: parameters that have another value in every setting.

        Raises:
            ValueError: on a name that is not a parameter.
        """
        parameters = inspect.signature(self.function).parameters
        defaults = {name: p.default for name, p in parameters.items() if p.default is not p.empty}
        for name in changes:
            if name not in parameters or name == "seed":
                known = [name for name in parameters if name != "seed"]
                allowed = f"{', '.join(known)}{did_you_mean(name, known)}"
                raise ValueError(f"{name} is not a parameter of {self.name}; allowed are {allowed}")
            asked = next((grid[name][0] for grid in self.grids if name in grid), defaults.get(name))
            if isinstance(asked, str) != isinstance(changes[name], str):
                kind = "a word" if isinstance(asked, str) else "a number"
                raise ValueError(f"{name}={changes[name]!r}: allowed is {kind}, such as {asked!r}")
        found: list[Setting] = []
        for grid in self.grids:
            for values in itertools.product(*grid.values()):
                given = defaults | dict(zip(grid, values, strict=True)) | changes
                setting = {name: given[name] for name in parameters if name != "seed"}
                if setting not in found:
                    found.append(setting)
        return found

    def code(self) -> str:
        """Eight letters that change with the code of the function or of anything that it depends on, docstrings and
        comments aside; only where the sources can be read, not on another machine's worker."""
        trees = (_tree(each) for each in (self.function, *self.depends))
        return hashlib.sha256("\n".join(trees).encode()).hexdigest()[:8]


def experiment(
    *,
    grid: Grid | Iterable[Grid],
    seeds: int = 3,
    depends: Iterable[Any] = (),
    smoke: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Mapping[str, float]]], Experiment]:
    """Make an Experiment of a function, whose name, with hyphens, is its own.

    Args:
        grid: the values of each parameter, all combined; or several such, joined.
        seeds: how many, counted from 0. Three are the least on which a claim can rest.
        depends: the functions and classes whose code decides what comes out.
        smoke: parameters that make a run of two steps out of every setting, on data that ships.
    """
    grids = (grid,) if isinstance(grid, Mapping) else tuple(grid)

    def made(function: Callable[..., Mapping[str, float]]) -> Experiment:
        return Experiment(function, grids, at_least("seeds", seeds, 1), tuple(depends), smoke or {})

    return made


def smoke(experiment: Experiment) -> int:
    """Run every setting with the parameters of its smoke test, and seed 0; how many there were.

    Raises:
        RuntimeError: when two settings return numbers of other names, or one that is not finite.
    """
    settings = experiment.settings(**experiment.smoke)
    names: set[str] = set()
    for setting in settings:
        numbers = experiment(**setting, seed=0)
        names = names or set(numbers)
        if set(numbers) != names or not all(map(math.isfinite, numbers.values())):
            raise RuntimeError(f"{experiment.name} at {setting} returned {numbers}, and before {sorted(names)}")
    return len(settings)


@cache
def catalogue() -> dict[str, Experiment]:
    """The course's experiments by their names: all that the modules of this room hold."""
    room = import_module("gencourse.experiments")
    modules = [import_module(f"gencourse.experiments.{module.name}") for module in pkgutil.iter_modules(room.__path__)]
    found = {
        value.name: value for module in modules for value in vars(module).values() if isinstance(value, Experiment)
    }
    return dict(sorted(found.items()))


def find(name: str) -> Experiment:
    """The experiment called `name`.

    Raises:
        ValueError: when there is none.
    """
    known = catalogue()
    if name not in known:
        raise ValueError(f"{name!r} is no experiment; allowed are {', '.join(known)}{did_you_mean(name, known)}")
    return known[name]


def _tree(thing: Any) -> str:
    """The syntax of a function or class, without docstrings; comments and layout are not in it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
    return ast.dump(tree)
