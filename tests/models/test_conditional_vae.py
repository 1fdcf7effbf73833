"""The conditional VAE: its loss, and that a condition decides what is drawn."""

import pytest
import torch

from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.models.vae import gaussian_kl

SMALL = dict(shape=(3, 8, 8), latent=2, conditions=3, hidden=(16,), channels=(4,))


def test_its_loss_is_that_of_a_vae_whose_networks_read_the_condition():
    torch.manual_seed(0)
    model, x, c = ConditionalVAE(**SMALL, beta=2.0), torch.rand(5, 3, 8, 8), torch.eye(3)[[0, 1, 2, 0, 1]]
    terms = model.loss(x, c)
    kl = gaussian_kl(*model.encode(x, c)).mean()
    torch.testing.assert_close(terms["kl"], kl)
    torch.testing.assert_close(terms["loss"], 2 * kl - terms["reconstruction"])


def test_the_condition_decides_the_picture_and_the_same_noise_gives_the_same_picture():
    torch.manual_seed(0)
    model = ConditionalVAE(**SMALL)
    optimiser, c = torch.optim.Adam(model.parameters(), lr=0.01), torch.eye(3)
    x = c[:, :, None, None].expand(-1, -1, 8, 8)  # red, green and blue
    for _ in range(150):
        optimiser.zero_grad()
        model.loss(x, c)["loss"].backward()
        optimiser.step()
    assert model.sample(c).mean((2, 3)).argmax(1).tolist() == [0, 1, 2]
    one, same = (model.sample(c, generator=torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(one, same)


def test_what_does_not_fit_is_refused():
    model = ConditionalVAE(**SMALL)
    with pytest.raises(ValueError, match="c"):
        model.encode(torch.rand(2, 3, 8, 8), torch.rand(2, 4))
    with pytest.raises(ValueError, match="conditions=0"):
        ConditionalVAE(conditions=0)
