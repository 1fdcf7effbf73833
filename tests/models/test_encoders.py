"""Every encoder makes vectors of the length it says, of images of several sizes; attention is shared out."""

import pytest
import torch

from gencourse.models.contrastive import SimCLR
from gencourse.models.dino import DINO
from gencourse.models.encoders import ENCODERS, ConvEncoder, ViTEncoder, build_encoder
from gencourse.models.moco import MoCo


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28)])
def test_features_are_as_long_as_said_and_gradients_reach_every_parameter(name, shape):
    encoder = build_encoder(name, shape)
    features = encoder(torch.rand(4, *shape))
    assert features.shape == (4, encoder.n_features) and features.std() > 0
    (features * torch.randn_like(features)).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in encoder.parameters())


@pytest.mark.parametrize("name", ENCODERS)
def test_smaller_crops_go_through_too(name):
    encoder = build_encoder(name, (3, 32, 32)).eval()
    assert encoder(torch.rand(2, 3, 16, 16)).shape == (2, encoder.n_features)


def test_attention_is_shared_out_and_belongs_to_the_answer():
    torch.manual_seed(0)
    encoder = ViTEncoder((3, 32, 32), patch=8, width=16, depth=2, heads=2)
    x = torch.rand(3, 3, 32, 32)
    maps = encoder.attention(x)
    assert maps.shape == (3, 2, 4, 4) and (maps > 0).all() and (maps.sum((2, 3)) < 1).all()
    assert encoder.attention(torch.rand(1, 3, 16, 24)).shape == (1, 2, 2, 3)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: build_encoder("cnn", (3, 8, 8)), "encoder='cnn': allowed are 'conv', 'vit', 'resnet18'"),
        (lambda: ConvEncoder(channels=(8, 0)), r"channels=\(8, 0\)"),
        (lambda: ViTEncoder((3, 30, 32)), "patch=4: allowed is a divisor of height and width, 30 and 32"),
        (lambda: ViTEncoder(width=10), "width=10: allowed is a multiple of heads=4"),
    ],
)
def test_bad_arguments_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(("learner", "augment"), [(SimCLR, "augment"), (MoCo, "augment"), (DINO, "large")])
def test_images_that_are_not_square_are_seen_in_square_views(learner, augment):
    model, x = learner((3, 24, 32)), torch.rand(4, 3, 24, 32)
    assert getattr(model, augment)(x).shape == (4, 3, 32, 32)
    assert model.loss(x)["loss"].isfinite() and model.eval().encode(x).shape == (4, model.encoder.n_features)
