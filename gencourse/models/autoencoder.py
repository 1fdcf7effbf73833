"""The autoencoder: an image through a narrow code and back, trained to come out as it went in.

    x ── encoder ──> z ── decoder ──> x̂,     minimise ‖x − x̂‖²

There is no probability in it: it has a code, and neither a density nor samples of its own.
Sums run over pixels, means over the batch.

[1] Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006.
[2] Baldi and Hornik, Neural Networks and Principal Component Analysis, 1989.       without hidden layers: PCA
[3] Ghosh, Sajjadi, Vergari, Black and Schölkopf, From Variational to Deterministic Autoencoders, 2020.
                                                        a density fitted to the codes afterwards, section 4
"""

from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.networks import mirrored
from gencourse.support.checks import at_least, image_shape, of_shape, widths


def squared_error(x: Tensor, reconstruction: Tensor) -> Tensor:
    """‖x − x̂‖², the loss of each image: (B, ...) twice -> (B,), summed over everything but the batch [1]."""
    return (x - reconstruction).square().flatten(1).sum(dim=1)


def sample_like(codes: Tensor, noise: Tensor) -> Tensor:
    """New codes, drawn from the Gaussian that fits the given ones best [3].

    The fit is by maximum likelihood: the codes' mean, and their covariance divided by N.

    Args:
        codes: (N, D), more of them than latents.
        noise: (n, D), drawn from N(0, I).

    Returns:
        (n, D): mean + L · noise for each row, where L is the covariance's lower Cholesky factor.
    """
    mean = codes.mean(dim=0)
    centred = codes - mean
    covariance = centred.T @ centred / len(codes)  # (D, D)
    factor = torch.linalg.cholesky(covariance)  # covariance = L Lᵀ
    return mean + noise @ factor.T


class Autoencoder(nn.Module):
    """An encoder and a decoder with a code of `latent` numbers between them [1].

    The decoder's answer is any real number, so that without hidden layers the whole is linear, and its best weights
    are PCA's subspace [2].

    Args:
        shape: (C, H, W) of an image.
        latent: D, the length of the code.
        hidden: widths of the fully connected layers of the encoder; the decoder mirrors them. () with no channels
            makes a linear autoencoder.
        channels: () for fully connected networks. (32, 64) puts two strided convolutions before the encoder's
            hidden layers, mirrored in the decoder; H and W must be divisible by 2 ** len(channels).
        activation: "relu", "tanh" or "silu".

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        latent: int = 8,
        *,
        hidden: tuple[int, ...] = (128,),
        channels: tuple[int, ...] = (),
        activation: str = "relu",
    ):
        super().__init__()
        shape, latent = image_shape(shape), at_least("latent", latent, 1)
        hidden, channels = widths("hidden", hidden), widths("channels", channels)
        self.config: dict[str, Any] = dict(
            shape=shape, latent=latent, hidden=hidden, channels=channels, activation=activation
        )
        self.shape, self.latent = shape, latent
        self.encoder, self.decoder = mirrored(shape, latent, latent, hidden, channels, activation)

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> z (B, D)."""
        of_shape("x", x, self.shape)
        z: Tensor = self.encoder(x)
        return z

    def decode(self, z: Tensor) -> Tensor:
        """z (B, D) -> x̂ (B, C, H, W): real numbers near [0, 1], which pictures clip."""
        image: Tensor = self.decoder(z)
        return image

    @torch.no_grad()
    def reconstruct(self, x: Tensor) -> Tensor:
        """x -> z -> x̂, (B, C, H, W)."""
        return self.decode(self.encode(x))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: the squared error, averaged over the batch; y is not used."""
        return {"loss": squared_error(x, self.decode(self.encode(x)).to(x.dtype)).mean()}
