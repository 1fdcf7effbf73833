"""A model's `config` is all it was made of: it makes the same model again, and no argument is left out of it.

A checkpoint rests on it to refuse another model's settings, and the shipped weights to be loaded.
"""

import inspect
import json

import numpy as np
import pytest
import torch

from gencourse.models.autoencoder import Autoencoder
from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.models.contrastive import SimCLR
from gencourse.models.dino import DINO
from gencourse.models.disentangling import TotalCorrelationVAE
from gencourse.models.implicit import GAN, Diffusion
from gencourse.models.made import MADE
from gencourse.models.moco import MoCo
from gencourse.models.ngram import NGram
from gencourse.models.patches import PatchTransformer
from gencourse.models.pictures_words import PicturesAndWords
from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.models.pixelrnn import PixelRNN
from gencourse.models.pretext_models import Colorization, Inpainting, RelativePatch, Rotation
from gencourse.models.rnn import RNN
from gencourse.models.supervised import Classifier
from gencourse.models.transformer import Transformer
from gencourse.models.vae import VAE
from gencourse.models.vq import VQVAE

IMAGE = dict(shape=(3, 8, 8))
COLOURS = dict(shape=(3, 16, 16), encoder="vit")
VIEWS = dict(projection=5, temperature=0.3, augment=dict(blur=0.5, crop=(0.5, 0.9)))
PIXELS = dict(shape=(1, 8, 8), levels=4, classes=3, mixtures=2)
MASKED = PIXELS | dict(channels=6, layers=1, kernel=5, first_kernel=5)
CODES = IMAGE | dict(latent=3, hidden=(5, 4), channels=(4,), activation="tanh")

# For each model, a value other than its default (or than a first one) for every argument.
OTHERS = {
    Autoencoder: CODES,
    VAE: CODES | dict(likelihood="gaussian", sigma=0.3, levels=17, beta=4.0, free_bits=0.5),
    TotalCorrelationVAE: CODES
    | dict(likelihood="gaussian", sigma=0.3, levels=17, beta=4.0, free_bits=0.5, total_correlation=3.0, n_images=50),
    ConditionalVAE: IMAGE | dict(latent=3, hidden=(5, 4), channels=(4,), conditions=2, sigma=0.3, beta=4.0),
    VQVAE: IMAGE | dict(patch=2, codes=8, width=4, hidden=5, levels=3, commitment=1.0),
    MADE: PIXELS | dict(hidden=(9, 8), direct=True),
    PixelCNN: MASKED,
    GatedPixelCNN: MASKED,
    PixelRNN: MASKED,
    PatchTransformer: IMAGE | dict(patch=1, width=8, layers=1, heads=2, levels=3, classes=2),
    Transformer: dict(vocab=5, length=6, width=8, layers=1, heads=2, classes=2, grid=3, recent=True),
    RNN: dict(vocab=5, cell="lstm", width=6, layers=2, classes=2),
    NGram: dict(vocab=5, order=2, strength=1.0),
    SimCLR: COLOURS | VIEWS,
    MoCo: COLOURS | VIEWS | dict(version=1, queue=32, momentum=0.9),
    DINO: COLOURS
    | dict(outputs=7, hidden=6, bottleneck=5, local_crops=1, local_size=8, student_temperature=0.2)
    | dict(teacher_temperature=0.05, warmup_temperature=0.06, warmup=3, momentum=0.9, horizon=50, centre_momentum=0.5)
    | dict(centering=False, sharpening=False, global_scale=(0.5, 0.9), local_scale=(0.2, 0.3), augment=dict(blur=0.5)),
    Classifier: COLOURS | dict(classes=3),
    PicturesAndWords: IMAGE | dict(vocabulary=("heart", "sun"), width=6, objective="sigmoid"),
    Rotation: COLOURS,
    RelativePatch: dict(shape=(3, 36, 36), encoder="vit", size=4, gap=1, jitter=1),
    Inpainting: COLOURS | dict(patch=8, share=0.25),
    Colorization: COLOURS | dict(bins=5),
    GAN: dict(dim=3, noise=2, hidden=5, penalty=0.1),
    Diffusion: dict(dim=3, steps=7, hidden=5),
}
FIRST = {
    Transformer: dict(vocab=4, length=12),
    RNN: dict(vocab=4),
    NGram: dict(vocab=4),
    ConditionalVAE: dict(conditions=1),
    PicturesAndWords: dict(vocabulary=("sea",)),
}


@pytest.fixture(params=OTHERS, ids=lambda model: model.__name__)
def model(request):
    return request.param


def weights(module):
    return {name: (tensor.shape, tensor.dtype) for name, tensor in module.state_dict().items()}


def arguments(model):
    """The names a model's constructor takes; where it hands `options` on, those of the class above it as well."""
    names = set(inspect.signature(model).parameters)
    return names - {"options"} | arguments(model.__base__) if "options" in names else names


def test_every_argument_is_tried_with_another_value(model):
    assert set(OTHERS[model]) == arguments(model)


def test_it_makes_the_same_model_again_after_a_way_through_json(model):
    made = model(**OTHERS[model])
    again = model(**json.loads(json.dumps(made.config)))
    assert again.config == made.config and str(again) == str(made) and weights(again) == weights(made)
    assert set(made.config) == arguments(model)


def test_every_argument_changes_it(model):
    first = model(**FIRST.get(model, {})).config
    for name, value in OTHERS[model].items():
        changed = model(**FIRST.get(model, {}) | {name: value})
        assert changed.config[name] != first[name], name


def test_numpy_s_numbers_are_as_good(model):
    def numpy(value):
        if isinstance(value, bool | str | dict):
            return value
        if isinstance(value, tuple):
            return tuple(map(numpy, value))
        return np.int64(value) if isinstance(value, int) else np.float64(value)

    plain = model(**OTHERS[model])
    made = model(**{name: numpy(value) for name, value in OTHERS[model].items()})
    assert made.config == plain.config and weights(made) == weights(plain)
    json.dumps(made.config)


@pytest.mark.parametrize("bad", ["0.3", None, float("nan"), float("inf"), -1, True, torch.ones(2)], ids=str)
def test_a_number_that_is_none_is_named(model, bad):
    for name, value in OTHERS[model].items():
        optional = bad is None and name in ("temperature", "grid")
        if isinstance(value, int | float) and not isinstance(value, bool) and not optional:
            with pytest.raises(ValueError, match=f"{name}=.*allowed"):
                model(**OTHERS[model] | {name: bad})
