"""The road to the published backbones, walked with a tiny network of the same layout from a folder of its own."""

import urllib.error

import pytest
import torch

from gencourse import data
from gencourse.measure.probe import features
from gencourse.models import dinov2
from gencourse.models.dinov2 import Backbone, Unreachable, published_backbone

HUBCONF = """
import torch
from torch import nn

class Tiny(nn.Module):
    patch_size, embed_dim = 14, 6

    def __init__(self):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, 6, 14, stride=14)
        self.cls_token = nn.Parameter(torch.ones(1, 1, 6))
        self.norm = nn.LayerNorm(6)

    def forward(self, x):
        words = self.patch_embed(x).flatten(2).mT
        return self.norm(self.cls_token[:, 0] + words.mean(1))

def dinov2_vits14(pretrained=True):
    torch.manual_seed(0)
    return Tiny()
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hubconf.py").write_text(HUBCONF)
    return str(tmp_path)


def test_a_backbone_is_loaded_frozen_and_gives_features(folder):
    backbone = published_backbone("dinov2_vits14", folder)
    assert backbone.n_features == 6 and not any(p.requires_grad for p in backbone.parameters())
    images = data.load("sprites", split="test", n=5)
    found = features(backbone, images)
    assert found.shape == (5, 6)
    x = torch.nn.functional.interpolate(images.batch(slice(0, 5)), (112, 112), mode="bicubic", antialias=True)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (dinov2.MEAN, dinov2.STD))
    torch.testing.assert_close(found, backbone.network((x.clamp(0, 1) - mean) / std))


def test_grey_images_become_three_channels(folder):
    backbone, x = published_backbone("dinov2_vits14", folder), torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(backbone(x), backbone(x.expand(-1, 3, -1, -1)))


@pytest.mark.parametrize("error", [urllib.error.URLError("no route to host"), RuntimeError("no internet connection")])
def test_without_a_network_the_error_says_what_to_do(error, monkeypatch):
    def offline(*args, **kwargs):
        raise error

    monkeypatch.setattr(torch.hub, "load", offline)
    with pytest.raises(Unreachable, match="backbone='dinov2_vits14' could not be fetched.*leave the parameter empty"):
        published_backbone("dinov2_vits14")


def test_wrong_names_and_sizes_are_refused(folder):
    with pytest.raises(ValueError, match="backbone='dinov2_vits15'.*did you mean 'dinov2_vits14'"):
        published_backbone("dinov2_vits15")
    with pytest.raises(ValueError, match="size=100: allowed is a multiple of the patch, 14"):
        Backbone(published_backbone("dinov2_vits14", folder).network, size=100)
