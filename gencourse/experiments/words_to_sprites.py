"""From words to sprites: a conditional VAE is given captions, and small classifiers read off whether it obeyed.

Each of a caption's six words is left out with a chance of 0.2, and all of them in a tenth of the captions. Held-out
pairs of shape and colour are never seen in training. A classifier for each factor reads the words off a picture; how
often it is right on real test sprites is reported beside what it finds. Asked are all six words of test sprites.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data import sprites
from gencourse.data.captions import BANDS, COLOURS, N_WORDS, WORDS, captions, leave_out, obeyed, one_hot
from gencourse.data.images import Images
from gencourse.data.sprites import SHAPES
from gencourse.experiments.experiment import experiment
from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.training.fit import fit
from gencourse.training.how import How

EACH, WHOLE = 0.2, 0.1  # the chances of a word, and of all words, to be left out in training
HELD_OUT = (("flag", "blue"), ("heart", "green"), ("square", "purple"), ("triangle", "yellow"))


class Captioned(nn.Module):
    """A conditional VAE with its lessons: captions of sprites' factors, some of their words left out."""

    def __init__(self, model: ConditionalVAE, words: Tensor):
        super().__init__()
        self.model, self.shape, self.config, self.words = model, model.shape, model.config, words

    def loss(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Of sprites x (B, 3, 32, 32) whose captions are the rows y (B,) of the words."""
        words = self.words[y]
        noise = torch.rand(len(words), words.shape[1] + 1)
        return self.model.loss(x, one_hot(leave_out(words, EACH, WHOLE, noise)))


class FactorReader(nn.Module):
    """Reads the factors off a sprite: one classifier a factor, on shared features."""

    def __init__(self, factors: Tensor):
        super().__init__()
        self.shape, self.factors = (3, sprites.SIZE, sprites.SIZE), factors
        self.config = dict(shape=self.shape)
        layers: list[nn.Module] = []
        for before, width in pairwise((3, 32, 64, 64)):
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        # Where a thing lies, a mean over places would forget: the last map is read whole.
        self.features = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 16, 128), nn.ReLU())
        self.heads = nn.ModuleList(nn.Linear(128, n) for n in sprites.FACTORS.values())

    def loss(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """The cross-entropies of all factors, in nats; sprites x (B, 3, 32, 32), whose factors are rows y (B,)."""
        h, right = self.features(2 * x - 1), self.factors[y]
        return {"loss": torch.stack([F.cross_entropy(head(h), right[:, k]) for k, head in enumerate(self.heads)]).sum()}

    @torch.no_grad()
    def read(self, x: Tensor) -> Tensor:
        """x (B, 3, 32, 32) -> factors (B, 7)."""
        h = self.features(2 * x - 1)
        return torch.stack([head(h).argmax(1) for head in self.heads], dim=1)


def numbered(images: Images) -> Images:
    """The images with their own number as label, so that what is known of each can be looked up."""
    return replace(images, y=torch.arange(len(images)))


def is_held_out(words: Tensor) -> Tensor:
    """(N,): whether captions (N, 6) have one of the pairs of shape and colour that training leaves out."""
    shape, colour = words[:, list(WORDS).index("shape")], words[:, list(WORDS).index("colour")]
    pairs = [(SHAPES.index(a) + 1, COLOURS.index(b) + 1) for a, b in HELD_OUT]
    return torch.stack([(shape == a) & (colour == b) for a, b in pairs]).any(0)


def train_reader(steps: int, n: int, seed: int) -> FactorReader:
    """Classifiers of all factors, of n sprites that no other model saw, in evaluation mode."""
    images = sprites.load("train", n, seed=100 + seed)
    assert images.factors is not None
    torch.manual_seed(seed)
    return _fitted(FactorReader(images.factors), images, steps, 2e-3, seed)


def train_cvae(steps: int, n: int, seed: int) -> ConditionalVAE:
    """A conditional VAE of n sprites without the held-out pairs, in evaluation mode."""
    images = sprites.load("train", n, seed=seed)
    assert images.factors is not None
    images = images[~is_held_out(captions(images.factors))]
    assert images.factors is not None
    torch.manual_seed(seed)
    model = ConditionalVAE(conditions=N_WORDS)
    _fitted(Captioned(model, captions(images.factors)), images, steps, 1e-3, seed)
    return model.eval()


def _fitted(model: Any, images: Images, steps: int, lr: float, seed: int) -> Any:
    how = How(show="nothing", precision="fp32")
    options: dict[str, Any] = dict(steps=steps, batch_size=64, lr=lr, schedule="cosine", seed=seed)
    fit(model, numbered(images), how=how, **options)
    return model.eval()


def read_right(reader: FactorReader, n: int = 4000) -> dict[str, float]:
    """How often each word that the reader finds on real test sprites is the right one, by its slot."""
    images = sprites.load("test", n)
    assert images.factors is not None
    right = captions(_in_parts(reader.read, images.batch(slice(None)))) == captions(images.factors)
    return dict(zip(WORDS, right.float().mean(0).tolist(), strict=True))


def judged(model: ConditionalVAE, reader: FactorReader, seed: int, n: int = 2000) -> dict[str, float]:
    """Shares of obeyed words and of wholly obeyed captions, of those seen and of held-out pairs, and what is left open.

    "free" is the mean over factors of the entropy that the sampled factor keeps when its words are given, over that of
    the test sprites themselves, read by the same reader.
    """
    images = sprites.load("test", 10 * n)
    assert images.factors is not None
    words, generator = captions(images.factors), torch.Generator().manual_seed(seed)
    unseen = is_held_out(words)
    found: dict[str, float] = {}
    for name, chosen in {"": ~unseen, "held_out_": unseen}.items():
        some = chosen.nonzero()[:n, 0]
        read = _in_parts(reader.read, model.sample(one_hot(words[some]), generator=generator))
        share = obeyed(words[some], captions(read))
        found |= {f"{name}words": float(share.mean()), f"{name}captions": float((share == 1).float().mean())}
        if not name:
            real = _in_parts(reader.read, images.batch(some))
            found["free"] = open_entropy(read, words[some]) / open_entropy(real, words[some])
    return found


def open_entropy(factors: Tensor, words: Tensor) -> float:
    """The entropy of factors (N, 7) given their captions' words (N, 6), summed over factors, in nats."""
    slots, total = list(BANDS.values()), 0.0
    for k, name in enumerate(sprites.FACTORS):
        slot = next((s for s, (factor, _) in enumerate(slots) if factor == name), None)
        given = torch.zeros(len(words)).long() if slot is None else words[:, slot]
        for value in given.unique():
            some = factors[given == value, k]
            p = torch.bincount(some) / len(some)
            total += len(some) / len(words) * float(torch.special.entr(p).sum())
    return total


def _in_parts(read: Any, x: Tensor) -> Tensor:
    return torch.cat([read(part) for part in x.split(500)])


@experiment(
    grid={"n": (20_000,)},
    depends=(ConditionalVAE, Captioned, FactorReader, train_reader, train_cvae, judged),
    smoke={"n": 300, "steps": 2, "reader_steps": 2},
)
def words_to_sprites(n: int, steps: int = 4000, reader_steps: int = 3000, *, seed: int) -> dict[str, float]:
    """How many of a caption's words does a conditional VAE obey, also in pairs that it never saw?"""
    reader, model = train_reader(reader_steps, n, seed), train_cvae(steps, n, seed)
    right = {f"right_{slot}": share for slot, share in read_right(reader).items()}
    return judged(model, reader, seed) | right
