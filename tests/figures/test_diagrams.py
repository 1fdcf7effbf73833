"""What a drawing says is what it was given."""

from gencourse.figures.diagrams import family_tree, pretext_diagram

LEAVES = [
    ("explicit, tractable", "MADE", "= −23.1"),
    ("explicit, approximate", "VAE", "≥ −24.2"),
    ("no density", "autoencoder", "no number"),
    ("explicit, tractable", "coins", "= −27.4"),
    ("implicit, direct", "GAN", "no number"),
]


def texts(fig):
    return {text.get_text(): text for text in fig.axes[0].texts}


def test_the_tree_names_each_branch_once_and_each_leaf_with_its_note():
    fig = family_tree(LEAVES)
    words = [text.get_text() for text in fig.axes[0].texts]
    branches = ["generative model", "explicit", "tractable", "approximate", "implicit", "direct", "no density"]
    assert sorted(words) == sorted(branches + [w for _, name, note in LEAVES for w in (name, note)])


def test_leaves_stand_beside_their_branch_and_in_its_colour():
    said = texts(family_tree(LEAVES))
    heights = {name: said[name].get_position()[1] for name in said}
    assert heights["tractable"] == (heights["MADE"] + heights["coins"]) / 2
    assert heights["GAN"] == heights["direct"] and heights["autoencoder"] == heights["no density"]
    assert heights["approximate"] < heights["explicit"] < heights["tractable"]
    assert len({heights[name] for _, name, _ in LEAVES}) == len(LEAVES)
    assert said["MADE"].get_color() == said["coins"].get_color() != said["VAE"].get_color()


def test_branches_without_leaves_are_left_out():
    assert "implicit" not in texts(family_tree(LEAVES[:2])) and "explicit" in texts(family_tree(LEAVES[:1]))


def test_the_encoder_stands_in_both_rows_and_the_head_in_the_first_alone():
    words = [text.get_text() for text in pretext_diagram().axes[0].texts]
    assert words.count("encoder") == 2 and words.count("head") == 1 and words.count("classifier") == 1
    assert words.index("trained") < words.index("thrown away") < words.index("kept") < words.index("new")
