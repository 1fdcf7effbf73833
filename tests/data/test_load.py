"""load(): one door to every data set, and what it refuses."""

import subprocess
import sys

import pytest

from gencourse import data


@pytest.mark.parametrize("name", data.NAMES)
def test_every_name_opens(name, request):
    if name in data.DOWNLOADED:
        request.getfixturevalue({"fashion_mnist": "fashion", "cifar10": "cifar"}[name])
    loaded = data.load(name, "test", **({"n": 5} if name == "sprites" else {}))
    assert isinstance(loaded, data.Text if name == "text" else data.Images) and len(loaded)
    assert f"{name} test: " in str(loaded.card)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("digit",), {}, "data set 'digit': allowed are digits, .*; did you mean 'digits'"),
        (("fashion-mnist",), {}, "did you mean 'fashion_mnist'"),
        (("imagenet1k",), {}, "allowed are digits, sprites, emoji, mnist, fashion_mnist, cifar10, text, folder:PATH$"),
        (("digits", "dev"), {}, "split='dev': digits has train, validation"),
        (("mnist", "dev"), {}, "split='dev': mnist has train, validation"),
        (("sprites", "train+validation"), {}, "sprites has train, validation, test"),
        (("digits",), {"n": 5}, "n: digits takes no options"),
        (("sprites",), {"size": 5}, "size: sprites takes n and seed and held"),
        (("emoji",), {"size": 16}, "size: emoji takes styles"),
        (("fashion_mnist",), {"size": 14}, "size: fashion_mnist takes no options"),
        (("mnist",), {"size": 8}, "size=8: mnist has 28 and 14"),
        (("mnist",), {"size": 14.0}, "size=14.0: mnist has 28 and 14"),
        (("sprites",), {"held": {"rotaton": 0}}, "held='rotaton': allowed are .*; did you mean 'rotation'"),
        (("sprites",), {"held": {"rotation": 12}, "n": 3}, "outside|factors .*allowed are"),
        (("sprites",), {"n": 0}, "n=0: allowed is a whole number"),
        (("sprites",), {"n": 2.0}, "n=2.0: allowed is a whole number"),
        (("sprites",), {"seed": "a"}, "seed='a': allowed is a whole number from 0"),
        (("sprites",), {"seed": -1}, "seed=-1: allowed is"),
        (("sprites",), {"seed": True}, "seed=True: allowed is"),
        (("sprites",), {"seed": 2**70}, "allowed is a whole number from 0 to 4,294,967,295"),
        (("digits",), {"binarise": "coin"}, "binarise='coin': allowed are 'grey', 'fixed'"),
        (("cifar10",), {"binarise": "coin"}, "binarise='coin': allowed are 'grey', 'fixed'"),
    ],
)
def test_bad_input_is_named_before_anything_is_read(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        data.load(*arguments, **options)


@pytest.mark.kernel
def test_importing_the_data_sets_or_looking_for_one_imports_no_torchvision():
    code = (
        "import sys, gencourse.data, gencourse.data.fetch as fetch; fetch.available('cifar10'); "
        "gencourse.data.load('mnist', 'test'); "
        "print([name for name in ('torchvision', 'sklearn', 'matplotlib') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
