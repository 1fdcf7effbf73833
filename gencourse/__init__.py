"""gencourse: self-supervised learning and generative models, as notebooks that run.

Nothing heavy is imported here; each name below is loaded where it is first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.2.0.dev0"
_HOME = {"begin": "gencourse.course.lesson", "fit": "gencourse.training.fit"}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'gencourse' has no attribute {name!r}")
