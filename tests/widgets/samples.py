"""A widget of each kind, with names and numbers as long as those of the lessons: what must fit on a small screen."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gencourse.data.captions import N_WORDS
from gencourse.data.images import Card, Images
from gencourse.measure.comparison import Entry
from gencourse.measure.likelihood import Bound
from gencourse.models.autoencoder import Autoencoder
from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.models.figure_eight import FigureEight
from gencourse.models.made import MADE
from gencourse.models.rnn import RNN
from gencourse.models.vae import VAE
from gencourse.widgets import (
    AttentionMaps,
    AugmentationLab,
    Bottleneck,
    Bumps,
    CollapsePlayer,
    Competition,
    CostCalculator,
    Derivation,
    EmbeddingMap,
    Gap,
    Interpolation,
    KeyRing,
    KLDirections,
    LatentPad,
    LatentSliders,
    LikelihoodFit,
    MatrixPlayer,
    PixelPlayer,
    Playground,
    PretextGame,
    PriorSampling,
    PromptBoard,
    ReceptiveField,
    SimilarityMatrix,
    Taxonomy,
    TextPlayer,
    WhichModel,
    WordShelf,
)
from gencourse.widgets.collapse_player import NAMES
from gencourse.widgets.derivation import LINES


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def images(n: int = 40) -> Images:
    card = Card("noise", "train", (1, 8, 8), 256, "grey", "drawn here", "none")
    return Images(x=(255 * draw(n, 1, 8, 8)).to(torch.uint8), y=torch.arange(n) % 10, card=card)


def vae(latent: int) -> VAE:
    torch.manual_seed(latent)
    return VAE((1, 8, 8), latent, hidden=(16,))


def collapse_player() -> CollapsePlayer:
    def record(seed: int) -> dict[str, Any]:
        probs = draw(30, 64, seed=seed).mul(3).softmax(1)
        entropy = -(probs * probs.log()).sum(1)
        return {"step": list(range(0, 600, 20)), "entropy": entropy, "kl": 0.3 * entropy, "probs": probs}

    return CollapsePlayer({name: record(seed) for seed, name in enumerate(NAMES)})


def cost_calculator() -> CostCalculator:
    laws = {"pixel transformer": ((1e-6, 2.0), (1e-4, 1.0), 1), "tile transformer": ((1e-7, 2.0), (5e-5, 1.0), 4)}
    return CostCalculator(laws, {"pixel transformer": ([(64, 0.004), (256, 0.07)], [(64, 0.006)])}, side=1024)


def derivation() -> Derivation:
    widget = Derivation(FigureEight(0.3), (1.6, 0.5), 0.2, 0.3)
    widget.line = max(range(len(LINES)), key=lambda line: len(widget.terms(line)))
    return widget


def key_ring() -> KeyRing:
    step = torch.arange(8)
    born = (step[:, None] - torch.arange(64) % 9).clamp(min=-1)
    ages = (step[:, None] - born).float()
    return KeyRing(born, {0.0: 1 - ages / 10, 0.9: 1 - ages / 30, 0.99: 1 - ages / 100}, step)


def similarity_matrix() -> SimilarityMatrix:
    z = torch.nn.functional.normalize(draw(16, 6) - 0.5, dim=1)
    return SimilarityMatrix(z @ z.T, draw(16, 3, 8, 8), ["square", "ellipse"] * 4)


def matrix_player() -> MatrixPlayer:
    moments = {}
    for k, name in enumerate(("before training", "step 1,000", "step 4,000")):
        z = torch.nn.functional.normalize(draw(16, 6, seed=k) - 0.5, dim=1)
        moments[name] = z @ z.T
    classes = torch.arange(4).repeat_interleave(4)
    return MatrixPlayer(moments, draw(16, 3, 8, 8), classes, ["Animals & Nature", "Food & Drink", "Flags", "Objects"])


def which_model() -> WhichModel:
    def entry(name: str, way: str, nats: float | None, seconds: float, passes: int, codes: bool) -> Entry:
        kind = "IWAE-1000" if way == "approximate" else "exact"
        bound = None if nats is None else Bound(nats, 0.25, kind, 300, 64, "digits test, dynamic binarisation")
        return Entry(name, way, bound, 1_234_567, 12.0, seconds, passes, codes, draw(6, 1, 8, 8))

    return WhichModel(
        [
            entry("independent pixels", "tractable", -30.5, 0.001, 1, False),
            entry("gated PixelCNN", "tractable", -20.25, 0.5, 64, False),
            entry("variational autoencoder", "approximate", -22.0, 0.002, 1, True),
            entry("generative adversarial network", "direct", None, 0.001, 1, False),
        ]
    )


def prompt_board() -> PromptBoard:
    torch.manual_seed(0)
    model = ConditionalVAE((3, 8, 8), 2, conditions=N_WORDS, hidden=(8,), channels=())
    return PromptBoard(
        model, {"size": "large", "colour": "turquoise", "height": "in the middle", "ground": "turquoise"}
    )


def word_shelf() -> WordShelf:
    names = ["man in business suit levitating", "heart", "flag: Saint Vincent and the Grenadines"] * 14
    return WordShelf(
        draw(42, 3, 8, 8), draw(42, 6) - 0.5, names, draw(3, 6, seed=1) - 0.5, ["heart", "sad", "red"], "heart"
    )


SAMPLES: dict[str, Callable[[], Any]] = {
    "attention_maps": lambda: AttentionMaps(
        draw(3, 3, 16, 16), {"supervised": draw(3, 4, 4, 4), "DINO": draw(3, 4, 4, 4, seed=1)}, names=["a", "b", "c"]
    ),
    "augmentation_lab": lambda: AugmentationLab(draw(3, 3, 16, 16)),
    "bottleneck": lambda: Bottleneck([Autoencoder((1, 8, 8), n, hidden=(16,)) for n in (1, 2, 4, 16, 64)], images()),
    "bumps": lambda: Bumps(means=[-2.0, 0.5, 2.5], scales=[0.5, 0.8, 0.35], weights=[0.3, 0.5, 0.2]),
    "collapse_player": collapse_player,
    "competition": lambda: Competition(
        draw(4, 1, 8, 8), draw(4, 2).softmax(0) / 2, x_names=["a", "b", "c", "d"], y_names=["zero", "one"]
    ),
    "cost_calculator": cost_calculator,
    "derivation": derivation,
    "embedding_map": lambda: EmbeddingMap(
        {"untrained": draw(60, 2), "trained": draw(60, 2, seed=1)},
        draw(60, 3, 8, 8),
        torch.arange(60) % 4,
        ["square", "ellipse", "heart", "triangle"],
        title="features of 60 images",
    ),
    "gap": lambda: Gap(FigureEight(0.3), (0.0, 0.0), 0.7, 0.5),
    "interpolation": lambda: Interpolation(vae(6), images(), thumbnails=8),
    "key_ring": key_ring,
    "kl_directions": KLDirections,
    "latent_pad": lambda: LatentPad(vae(2), images(), n=30),
    "latent_sliders": lambda: LatentSliders(vae(8), images(), thumbnails=8),
    "likelihood_fit_coin": lambda: LikelihoodFit([1, 1, 0, 1, 0, 1, 1, 0, 1, 1], "coin"),
    "likelihood_fit_mixture": lambda: LikelihoodFit(torch.cat([1 + 0.2 * draw(90), 2 + 0.1 * draw(95)]), "mixture"),
    "matrix_player": matrix_player,
    "pixel_player": lambda: PixelPlayer(MADE((1, 14, 14), hidden=(12,), levels=2)),
    "playground": lambda: Playground("moons | mixture | vae"),
    "pretext_game": lambda: PretextGame(
        draw(4, 3, 8, 8), [0, 2, 1, 0], [0, 1, 1, 2], ("not turned", "a quarter", "a half"), "Which way was it turned?"
    ),
    "prior_sampling": PriorSampling,
    "prompt_board": prompt_board,
    "receptive_field": lambda: ReceptiveField(15, layers=4),
    "similarity_matrix": similarity_matrix,
    "taxonomy": lambda: Taxonomy(draw(50, 2), {"GAN": draw(50, 2, seed=1)}, "GAN"),
    "text_player": lambda: TextPlayer(RNN(6, cell="gru", width=8), ("\n", " ", "a", "b", "c", "d"), text="abba cab"),
    "which_model": which_model,
    "word_shelf": word_shelf,
}
