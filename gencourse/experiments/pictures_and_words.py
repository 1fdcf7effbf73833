"""Pictures and words: which of 420 names of unseen emoji is a drawing's?

A batch is 256 drawings in random views and a random text of each: the name, or one to four keywords. Other drawings of
an emoji are no negatives of its text. Test emoji are unseen in every style; a word that no training emoji has is left
out of a text. The right one comes first, or among five, by cosine; "name" compares with the names' vectors, "together"
with the mean of the vectors of name and of name and keywords.
"""

import random
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.data import emoji
from gencourse.data.augment import Augment
from gencourse.data.emoji_words import all_of, name_of, random_texts, vocabulary
from gencourse.data.images import Images
from gencourse.experiments.experiment import experiment
from gencourse.measure.probe import features
from gencourse.models.contrastive import cosines
from gencourse.models.pictures_words import PicturesAndWords, modality_gap, prompt_ensemble
from gencourse.training.fit import fit
from gencourse.training.how import How

VIEWS: dict[str, Any] = dict(crop=(0.6, 1.0), jitter=0.2, hue=0.03, grey=0.05)


class OfEmoji(nn.Module):
    """The model with its lessons: a view of each drawing, a random text of its emoji."""

    def __init__(self, model: PicturesAndWords):
        super().__init__()
        self.model, self.shape, self.config = model, model.shape, model.config
        self.augment = Augment(model.shape[-1], **VIEWS)

    def loss(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Of drawings x (B, 3, 32, 32) of the emoji numbered y (B,)."""
        chance = random.Random(int(torch.randint(2**62, ())))  # the step's, as `fit` seeds torch for each
        texts = self.model.numbers(random_texts(y.tolist(), chance))
        return {"loss": self.model.pair_loss(self.augment(x), texts, y[:, None] == y[None])}


def by_number(split: str) -> Images:
    """The drawings of a split, with the emoji's number as label."""
    images = emoji.load(split)
    assert images.factors is not None
    return replace(images, y=images.factors[:, 0].clone(), class_names=())


def train(objective: str, steps: int, batch_size: int, seed: int) -> PicturesAndWords:
    """A model of the training emoji, in evaluation mode."""
    torch.manual_seed(seed)
    model = PicturesAndWords(vocabulary=vocabulary(), objective=objective)
    options: dict[str, Any] = dict(steps=steps, batch_size=batch_size, lr=3e-3, schedule="cosine", seed=seed)
    fit(OfEmoji(model), by_number("train"), how=How(show="nothing"), **options)
    return model.eval()


@torch.no_grad()
def recalled(model: PicturesAndWords, split: str) -> dict[str, float]:
    """How often the right text is first, and among five, of all the split's; and the gap between the modalities."""
    images = by_number(split)
    things = images.y.unique()
    pictures = features(model, images)
    rows = [emoji.table()[k] for k in things.tolist()]
    names, everything = (model.encode_text(model.numbers([words(row) for row in rows])) for words in (name_of, all_of))
    right = (images.y[:, None] == things[None]).long().argmax(1)
    found = {"gap": float(modality_gap(pictures, names))}
    for name, texts in {"name": names, "together": prompt_ensemble(torch.stack([names, everything], 1))}.items():
        place = _place(cosines(pictures, texts), right)
        found |= {f"{name}_1": float((place < 1).float().mean()), f"{name}_5": float((place < 5).float().mean())}
    return found


def _place(scores: Tensor, right: Tensor) -> Tensor:
    """How many texts score above the right one, (N,); ties count half, so that a text without words is not first."""
    own = scores.gather(1, right[:, None])
    return (scores > own).sum(1) + ((scores == own).sum(1) - 1) / 2


@experiment(
    grid={"objective": ("softmax", "sigmoid")},
    depends=(PicturesAndWords, OfEmoji, train, recalled),
    smoke={"steps": 2, "batch_size": 16},
)
def pictures_and_words(objective: str, steps: int = 700, batch_size: int = 256, *, seed: int) -> dict[str, float]:
    """How often is a drawing of an unseen emoji given its own name, and does the loss matter?"""
    model = train(objective, steps, batch_size, seed)
    return recalled(model, "test") | {f"validation_{k}": v for k, v in recalled(model, "validation").items()}
