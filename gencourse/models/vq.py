"""Learned tiles: a VQ-VAE squeezes an image into a few code words [1], a transformer says which words follow which.

    x ── encoder ──> vectors, one for each tile ── the nearest of K code vectors ──> decoder ──> params of p(x | codes)

The code words of an image are a function of it, so q(codes | x) puts all its mass on one sequence, and the bound is
log p(x) ≥ log p(x | codes) + log p(codes).

[1] van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017.   eq. 2, 3; moving means: A.1
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.pixels import draw_level, level_log_prob, to_levels
from gencourse.models.transformer import Transformer
from gencourse.models.vae import Elbo
from gencourse.support.checks import at_least, between, image_shape


def nearest_code(z: Tensor, codebook: Tensor) -> Tensor:
    """The index of the nearest code vector: z (..., D), codebook (K, D) -> (...) [1, eq. 1]."""
    return torch.cdist(z.flatten(0, -2), codebook).argmin(-1).view(z.shape[:-1])


def straight_through(z: Tensor, quantised: Tensor) -> Tensor:
    """`quantised` in value; its gradient goes to z as if nothing had happened [1, section 3.2]."""
    return z + (quantised - z).detach()


class VQVAE(nn.Module):
    """An autoencoder whose code is a grid of code words.

    Args:
        shape: (C, H, W) of an image, H and W multiples of the tile's side.
        patch: the side of a tile in pixels; each tile becomes one code word.
        codes: K, how many code words there are. width: D, of a code vector.
        hidden: features of the two networks.
        levels: values a sub-pixel takes.
        commitment: β, how strongly the encoder is held to the code vectors [1, eq. 3].
    """

    usage: Tensor
    total: Tensor
    codebook: Tensor

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        *,
        patch: int = 4,
        codes: int = 64,
        width: int = 16,
        hidden: int = 64,
        levels: int = 2,
        commitment: float = 0.25,
    ):
        super().__init__()
        channels, height, columns = image_shape(shape)
        patch, codes, levels = at_least("patch", patch, 1), at_least("codes", codes, 2), at_least("levels", levels, 2)
        width, hidden = at_least("width", width, 1), at_least("hidden", hidden, 1)
        commitment = between("commitment", commitment, 0, math.inf)
        if height % patch or columns % patch:
            raise ValueError(f"patch={patch!r}: allowed is a divisor of height and width, {height} and {columns}")
        self.config: dict[str, Any] = dict(
            shape=(channels, height, columns),
            patch=patch,
            codes=codes,
            width=width,
            hidden=hidden,
            levels=levels,
            commitment=commitment,
        )
        self.shape, self.levels, self.commitment = (channels, height, columns), levels, commitment
        self.grid = (height // patch, columns // patch)
        self.n_logits = 1 if levels == 2 else levels
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, hidden, patch, stride=patch),
            nn.ReLU(),
            nn.Conv2d(hidden, hidden, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, width, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(width, hidden, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, hidden, 3, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(hidden, channels * self.n_logits, patch, stride=patch),
        )
        self.register_buffer("codebook", torch.randn(codes, width))
        self.register_buffer("usage", torch.ones(codes))  # moving mean of how often a code is the nearest
        self.register_buffer("total", self.codebook.clone())  # and of the sum of the vectors it is nearest to

    def vectors(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [0, 1] -> what the encoder says of each tile, (B, h, w, D)."""
        return self.encoder(2 * x - 1).permute(0, 2, 3, 1)

    def encode(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) -> their code words in raster order, (B, L)."""
        return nearest_code(self.vectors(x).float(), self.codebook).flatten(1)

    def decode(self, codes: Tensor) -> Tensor:
        """Code words (B, L) -> logits of the pixels, (B, C, H, W, K)."""
        return self._decode(self.codebook[codes].unflatten(1, self.grid))

    def log_likelihood(self, x: Tensor, logits: Tensor) -> Tensor:
        """log p(x | codes) in nats, (B,), from the pixels' logits (B, C, H, W, K) that the codes decode to."""
        return level_log_prob(to_levels(x, self.levels), logits).sum((1, 2, 3))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """−log p(x | codes), and the commitment of the encoder; the code vectors follow by moving means [1, eq. 3]."""
        z = self.vectors(x).float()
        codes = nearest_code(z.detach(), self.codebook)
        quantised = self.codebook[codes]
        reconstruction = -self.log_likelihood(x, self._decode(straight_through(z, quantised))).mean()
        commitment = (z - quantised.detach()).square().sum((1, 2, 3)).mean()
        if self.training:
            self._move_codebook(z.detach().flatten(0, 2), codes.flatten())
        return {
            "loss": reconstruction + self.commitment * commitment,
            "reconstruction": reconstruction.detach(),
            "commitment": commitment.detach(),
        }

    @torch.no_grad()
    def _move_codebook(self, z: Tensor, codes: Tensor, momentum: float = 0.95) -> None:
        """Each code vector becomes the moving mean of the vectors (N, D) it is nearest to [1, A.1].

        One that hardly any vector is near to begins anew, at a vector of this batch.
        """
        counts = torch.bincount(codes, minlength=len(self.codebook)).to(z)
        sums = torch.zeros_like(self.total).index_add_(0, codes, z)
        self.usage.mul_(momentum).add_(counts, alpha=1 - momentum)
        self.total.mul_(momentum).add_(sums, alpha=1 - momentum)
        idle = self.usage < 0.02 * len(z) / len(self.usage)
        fresh = z[torch.randint(len(z), (len(self.codebook),), device=z.device)]
        self.total.copy_(torch.where(idle[:, None], fresh, self.total))
        self.usage.copy_(torch.where(idle, torch.ones_like(self.usage), self.usage))
        self.codebook.copy_(self.total / self.usage[:, None])

    def _decode(self, vectors: Tensor) -> Tensor:
        logits = self.decoder(vectors.permute(0, 3, 1, 2)).unflatten(1, (self.shape[0], self.n_logits))
        return logits.permute(0, 1, 3, 4, 2)


class VQTransformer(nn.Module):
    """A trained VQ-VAE, which is left as it is, and a transformer that learns the order of its code words.

    Args:
        vq: the VQ-VAE.
        width, layers, heads: of the transformer.
    """

    def __init__(self, vq: VQVAE, *, width: int = 128, layers: int = 4, heads: int = 4):
        super().__init__()
        self.vq = vq.requires_grad_(False).eval()
        self.shape, self.levels = vq.shape, vq.levels
        self.prior = Transformer(
            len(vq.codebook), length=math.prod(vq.grid), width=width, layers=layers, heads=heads, grid=vq.grid[1]
        )

    def train(self, mode: bool = True) -> "VQTransformer":
        super().train(mode)
        self.vq.eval()
        return self

    @property
    def calls(self) -> int:
        """How many questions sampling one image asks, one after another: the number of code words."""
        return self.prior.length

    def elbo(self, x: Tensor, n_samples: int = 1) -> Elbo:
        """A lower bound on log p(x) in nats; kl = −log p(codes), as q has no choice. The draw of codes is certain."""
        codes = self.vq.encode(x)
        reconstruction, kl = self.vq.log_likelihood(x, self.vq.decode(codes)), -self.prior.log_prob(codes)
        return Elbo(reconstruction - kl, reconstruction, kl)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(codes), averaged over the batch."""
        with torch.no_grad():
            codes = self.vq.encode(x)
        return {"loss": -self.prior.log_prob(codes).mean()}

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None, **options: Any) -> Tensor:
        """n images (n, C, H, W) in [0, 1]: code words from the transformer, then each pixel by itself.

        Args:
            options: temperature, top_k, top_p and cached, as in `SequenceModel.sample`.
        """
        codes = self.prior.sample(n, self.calls, generator=generator, **options)
        logits = self.vq.decode(codes)  # (n, C, H, W, K)
        u = torch.rand(logits.shape[:-1], generator=generator, device=getattr(generator, "device", logits.device))
        levels = draw_level(logits.flatten(0, 3), u.flatten().to(logits.device)).view(logits.shape[:-1])
        return levels.float() / (self.levels - 1)
