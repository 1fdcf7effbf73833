"""Values as words: on a command line, and in the cells of a table."""

import json
from typing import Any


def read(word: str) -> Any:
    """What a word means: a number, true or false if it reads as one in JSON, else the word."""
    try:
        return json.loads(word)
    except json.JSONDecodeError:
        return word


def written(value: Any) -> str:
    """The word that `read` takes back to `value`: a str, int, float or bool."""
    return value if isinstance(value, str) else json.dumps(value)
