"""The samplers of the masked models, where they could go wrong: wide kernels, and rows that are there to begin with."""

import pytest
import torch
from exact import order

from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.models.pixelrnn import PixelRNN


@pytest.mark.parametrize("kind", [PixelCNN, GatedPixelCNN, PixelRNN])
@pytest.mark.parametrize("kernel, first_kernel", [(5, 3), (3, 7)])
@pytest.mark.parametrize("known", [0, 1, 4])
def test_below_any_known_rows_the_steps_give_the_logits_of_the_whole_image(kind, kernel, first_kernel, known):
    torch.manual_seed(0)
    model = kind((3, 6, 5), channels=6, layers=3, kernel=kernel, first_kernel=first_kernel, classes=2, mixtures=2)
    model, y = model.double(), torch.tensor([0, 1])
    image = torch.rand(2, 3, 6, 5).round().double()
    x = torch.zeros_like(image)
    x[:, :, :known] = image[:, :, :known]
    with torch.no_grad():
        expected, step = model.logits(image, y), model.stepper(x, y)
        for s, r, c in order((3, 6, 5))[known * 5 * 3 :]:
            torch.testing.assert_close(step(r, c, s), expected[:, s, r, c])
            x[:, s, r, c] = image[:, s, r, c]
