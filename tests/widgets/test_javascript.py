"""The widgets' JavaScript without a browser: the bundles are what the sources make, and node's own tests pass.

python tests/widgets/test_javascript.py    writes numbers.json, torch's numbers that the page must reach
"""

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gencourse.models.figure_eight import FigureEight
from gencourse.models.vae import VAE
from gencourse.widgets import Derivation, Gap
from gencourse.widgets.derivation import LINES
from gencourse.widgets.shared.bundle import WIDGETS
from gencourse.widgets.shared.decoder import export_decoder

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
NUMBERS = HERE / "numbers.json"
DECODERS: dict[str, dict[str, Any]] = {
    "mlp of tanh": {"shape": (1, 4, 4), "latent": 3, "hidden": (8,), "activation": "tanh"},
    "conv of silu, RGB, gaussian": {
        "shape": (3, 8, 4),
        "latent": 2,
        "channels": (4,),
        "activation": "silu",
        "likelihood": "gaussian",
    },
}


def numbers() -> dict[str, Any]:
    """What decoders, the bound and the lines of the derivation are worth, by torch."""
    decoders = {}
    for name, options in DECODERS.items():
        torch.manual_seed(0)
        model = VAE(**options).eval()
        z = torch.randn(3, model.latent)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(3).copy_(parameter.half())
            images = model.decode(z).flatten(1)
        program, weights = export_decoder(model.decoder, model.likelihood.name, model.shape)
        blob = base64.b64encode(weights).decode()
        decoders[name] = {"program": program, "weights": blob, "z": z.tolist(), "images": images.tolist()}
    place: dict[str, Any] = {"x": [1.6, 0.5], "mean": 0.2, "spread": 0.3}
    model = FigureEight(0.6)
    widget = Derivation(model, **place)
    lines = [
        {"averaged": averaged, "keys": [sign + key for sign, _, key in terms], "values": widget.terms(k)}
        for k, (_, averaged, terms) in enumerate(LINES)
    ]
    elbo, gap, log_p = Gap(model, **place).terms()
    bound = {"elbo": elbo, "gap": gap, "logP": log_p}
    return {"decoders": decoders, "derivation": {**place, "sigma": 0.6, "z": widget.z, "lines": lines, "bound": bound}}


def rounded(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: rounded(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [rounded(value) for value in tree]
    return round(tree, 5) if isinstance(tree, float) else tree


def same(a: Any, b: Any) -> bool:
    """Whether two trees of JSON hold the same words, and numbers that are close."""
    if isinstance(a, dict):
        return set(a) == set(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float):
        return a == pytest.approx(b, abs=2e-3)
    return bool(a == b)


def run_node(*arguments: Any) -> None:
    """Run node, the one beside this Python or the system's; what it prints is the failure."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (REPOSITORY / "node_modules").is_dir():
        pytest.skip("needs node and its modules: `make node_modules/ready` sets them up")
    done = subprocess.run([node, *map(str, arguments)], cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundles_are_what_the_sources_make():
    run_node(WIDGETS / "build.mjs", "--check")


def test_node_s_own_tests_pass():
    run_node("--test", *sorted(HERE.glob("*.test.js")))


def test_the_numbers_are_torch_s():
    kept, now = json.loads(NUMBERS.read_text(encoding="utf-8")), numbers()
    for name in DECODERS:
        halves = [
            np.frombuffer(base64.b64decode(tree["decoders"][name].pop("weights")), np.float16) for tree in (kept, now)
        ]
        np.testing.assert_allclose(*halves, atol=2e-3)
    assert same(kept, json.loads(json.dumps(now)))


def test_every_widget_has_its_bundle():
    widgets = {path.stem for path in WIDGETS.glob("*.js")}
    assert widgets == {path.stem for path in (WIDGETS / "bundles").glob("*.js")}
    assert widgets == {path.stem for path in WIDGETS.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("css", sorted(WIDGETS.glob("*.css")), ids=lambda path: path.stem)
def test_a_widget_s_own_style_says_nothing_of_others(css):
    """Several widgets share a page: each rule names a class that neither another one nor the shared styles know."""
    others = [path for path in WIDGETS.glob("*.js") if path.stem != css.stem]
    known = "\n".join(path.read_text(encoding="utf-8") for path in [*others, *(WIDGETS / "shared").glob("*.css")])
    known_classes = set(re.findall(r"gc-[\w-]+", known))
    rules = re.sub(r"/\*.*?\*/", "", css.read_text(encoding="utf-8"), flags=re.DOTALL)
    for heads in re.findall(r"([^{}]+)\{", rules):
        for selector in re.split(r",(?![^(]*\))", heads):
            classes = re.findall(r"\.(gc-[\w-]+)", selector)
            assert not classes or set(classes) - known_classes, f"{css.name}: {selector.strip()}"


if __name__ == "__main__":
    NUMBERS.write_text(json.dumps(rounded(numbers())) + "\n", encoding="utf-8")
