"""What a run is called: its lesson and the parameters that were given, as the name of a file."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from gencourse.course.lessons import Spec

LONGEST = 40  # characters of a value; with every parameter given, a name stays below the 255 that file systems allow


def run_name(spec: Spec, given: Mapping[str, Any]) -> str:
    """The name of a run, "10-training-a-vae-seed=1-beta=4", whatever the order in which the parameters were given."""
    return spec.name + "".join(f"-{name}={_word(given[name])}" for name in spec.parameters if name in given)


def _word(value: Any) -> str:
    """A value as part of a file's name; a path, or what is long, by its end and a hash of the whole."""
    text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
    last = PurePath(text).name
    word = quote(last, safe="+")
    if last == text and len(word) <= LONGEST:
        return word
    return f"{word[-LONGEST + 9 :]}~{sha256(text.encode()).hexdigest()[:8]}"
