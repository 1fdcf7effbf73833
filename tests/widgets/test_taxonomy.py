import pytest
import torch
import traitlets

from gencourse.models.families import FAMILIES
from gencourse.widgets import Taxonomy
from gencourse.widgets.taxonomy import tree


def build(chosen=None):
    points = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    return Taxonomy(points, {"GAN": points + 0.1, "Mixture": points[:20]}, chosen)


@pytest.fixture
def host(mount):
    return mount(build(), viewport={"width": 900, "height": 700})


def badges(host):
    return host.page.locator(".gc-badges [role=listitem]").all_inner_texts()


def test_the_tree_holds_every_family_under_its_branches():
    nodes = tree()
    assert [n["name"] for n in nodes if n["abilities"] is not None] == [f.name for f in FAMILIES]
    for family in FAMILIES:
        node = next(n for n in nodes if n["name"] == family.name)
        assert node["path"] == f"{family.kind}, {family.way}" and node["abilities"] == list(family.abilities)
    assert [n["level"] for n in nodes][:4] == [0, 1, 2, 3]


def test_the_root_says_how_many_leaves_have_what(host):
    host.settle()
    assert badges(host) == ["1 of 4 log_prob", "1 of 4 elbo", "✓ sample"]


def test_the_arrow_keys_walk_the_tree(host):
    item = "[role=treeitem][aria-selected=true] > .gc-node"
    host.page.focus("[role=treeitem][tabindex='0']")
    walk = [
        ("ArrowDown", "explicit"),
        ("ArrowRight", "tractable"),
        ("ArrowRight", "Mixture"),
        ("ArrowRight", "Mixture"),
        ("ArrowLeft", "tractable"),
        ("ArrowLeft", "explicit"),
        ("End", "Diffusion"),
        ("ArrowDown", "Diffusion"),
        ("ArrowUp", "indirect"),
        ("Home", "generative model"),
        ("ArrowUp", "generative model"),
    ]
    for key, name in walk:
        host.page.keyboard.press(key)
        host.settle()
        assert host.page.locator(item).all_inner_texts() == [name]
        assert host.page.inner_text(".gc-family") == name
        assert host.js("document.activeElement.getAttribute('aria-selected')") == "true"


def test_a_leaf_shows_what_it_has_and_its_own_samples(host):
    for name, has, count in (
        ("GAN", ["✗ log_prob", "✗ elbo", "✓ sample"], 50),
        ("Mixture", ["✓ log_prob", "✗ elbo", "✓ sample"], 20),
    ):
        host.page.get_by_text(name, exact=True).first.click()
        host.settle()
        assert badges(host) == has
        assert host.page.locator(".gc-chart circle").count() == 50 + count
    host.page.get_by_text("VAE", exact=True).click()
    host.settle()
    assert badges(host) == ["✗ log_prob", "✓ elbo", "✓ sample"]
    assert host.page.locator(".gc-chart circle").count() == 50, "no samples of it were given"


def test_it_can_start_at_a_leaf(mount):
    host = mount(build("GAN"))
    host.settle()
    assert host.page.inner_text(".gc-family") == "GAN"
    assert host.page.locator("[role=tree] [role=treeitem][aria-level='4']").count() == len(FAMILIES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_node_stands_out(mount, scheme):
    host = mount(build("GAN"), color_scheme=scheme)
    host.settle()
    chosen, other = (
        host.js(f"getComputedStyle(document.querySelector('[aria-selected={state}] > .gc-node')).borderColor")
        for state in ("true", "false")
    )
    assert chosen != other


def test_label_and_still():
    assert "GAN has sample" in build().label() and "Mixture has log_prob and sample" in build().label()
    assert build().still().width > 500


def test_bad_arguments_are_refused():
    points = torch.zeros(4, 2)
    with pytest.raises(ValueError, match="samples\\['Flow'\\]: allowed are 'Mixture'"):
        Taxonomy(points, {"Flow": points})
    with pytest.raises(ValueError, match="chosen='Flow'"):
        Taxonomy(points, {}, "Flow")
    with pytest.raises(ValueError, match=r"GAN \(4, 3\)"):
        Taxonomy(points, {"GAN": torch.zeros(4, 3)})
    with pytest.raises(traitlets.TraitError, match="chosen=99"):
        build().chosen = 99
