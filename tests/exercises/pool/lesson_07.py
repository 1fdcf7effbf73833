"""Answers to lesson 07's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy.signal import convolve2d
from torch.distributions import Bernoulli, Categorical

from pool.answer import right, wrong

# level_log_prob


@wrong("level_log_prob", "the logarithm of a softmax or a sigmoid that has already underflown to 0")
def _(k, logits):
    if logits.shape[-1] == 1:
        p = torch.sigmoid(logits[..., 0])
        return torch.where(k == 1, p, 1 - p).log()
    return torch.softmax(logits, -1).gather(-1, k[..., None])[..., 0].log()


@wrong("level_log_prob", "with one logit, it is taken for that of level 0 against level 1")
def _(k, logits):
    if logits.shape[-1] == 1:
        logits = torch.cat([logits, torch.zeros_like(logits)], dim=-1)
    return logits.log_softmax(-1).gather(-1, k.unsqueeze(-1)).squeeze(-1)


@wrong("level_log_prob", "the softmax runs over the sub-pixels, not over the levels")
def _(k, logits):
    if logits.shape[-1] == 1:
        return F.logsigmoid(torch.where(k == 1, logits[..., 0], -logits[..., 0]))
    return logits.log_softmax(1).gather(2, k[..., None]).squeeze(2)


@wrong("level_log_prob", "it is what a sub-pixel costs, −log p, and not log p")
def _(k, logits):
    if logits.shape[-1] == 1:
        return F.binary_cross_entropy_with_logits(logits.squeeze(-1), k.to(logits.dtype), reduction="none")
    return F.cross_entropy(logits.movedim(-1, 1), k, reduction="none")


@wrong("level_log_prob", "the logit of level 0 is not normalised with one logit: log σ(l) and 0 for level 0")
def _(k, logits):
    if logits.shape[-1] == 1:
        return k * F.logsigmoid(logits[..., 0])
    one_hot = F.one_hot(k, logits.shape[-1])
    return (one_hot * logits.log_softmax(-1)).sum(-1)


@wrong("level_log_prob", "exp overflows where the largest logit is not taken off first")
def _(k, logits):
    if logits.shape[-1] == 1:
        logits = torch.cat([torch.zeros_like(logits), logits], dim=-1)
    chosen = torch.gather(logits, 2, k[:, :, None])[:, :, 0]
    return chosen - torch.log(torch.exp(logits).sum(2))


@right("level_log_prob", "torch.distributions, one of two")
def _(k, logits):
    if logits.shape[-1] == 1:
        return Bernoulli(logits=logits.squeeze(-1)).log_prob(k.to(logits.dtype))
    return Categorical(logits=logits).log_prob(k)


@right("level_log_prob", "a logit of 0 for level 0 is put before the one; then sub-pixel by sub-pixel")
def _(k, logits):
    if logits.shape[-1] == 1:
        logits = F.pad(logits, (1, 0))
    rows = []
    for image, levels in zip(logits, k, strict=True):
        rows.append(torch.stack([row.log_softmax(0)[level] for row, level in zip(image, levels, strict=True)]))
    return torch.stack(rows)


# subpixel_mask


@wrong("subpixel_mask", "the kinds are exchanged: A sees the sub-pixel itself and B does not")
def _(before, after, kind):
    mask = before <= after[:, None] if kind == "A" else before < after[:, None]
    return mask.float()


@wrong("subpixel_mask", "the mask is transposed: its rows are the features before")
def _(before, after, kind):
    allowed = before[:, None] < after[None] if kind == "A" else before[:, None] <= after[None]
    return allowed.float()


@wrong("subpixel_mask", "the order of the colours is the wrong way round: blue feeds red")
def _(before, after, kind):
    if kind == "A":
        return (before > after[:, None]).float()
    return (before >= after[:, None]).float()


@wrong("subpixel_mask", "the first layer may see the sub-pixel that it is to predict")
def _(before, after, kind):
    return (after.unsqueeze(1) >= before.unsqueeze(0)).float()


@wrong("subpixel_mask", "the sub-pixel is read off a feature's position, not off before and after")
def _(before, after, kind):
    ones = torch.ones(len(after), len(before))
    return ones.tril(-1) if kind == "A" else ones.tril()


@wrong("subpixel_mask", "in the later layers a feature hears only its own sub-pixel, none drawn before it")
def _(before, after, kind):
    if kind == "A":
        return (before[None, :] < after[:, None]).float()
    return (before[None, :] == after[:, None]).float()


@right("subpixel_mask", "two plain loops")
def _(before, after, kind):
    step = 1 if kind == "A" else 0
    return torch.tensor([[float(b + step <= a) for b in before.tolist()] for a in after.tolist()])


@right("subpixel_mask", "a 3 × 3 table of the colours, looked up")
def _(before, after, kind):
    table = np.tril(np.ones((3, 3), dtype=np.float32), -1 if kind == "A" else 0)
    return torch.from_numpy(table[np.ix_(after.numpy(), before.numpy())])


# causal_mask


@wrong("causal_mask", "the rest of the middle row stays too: pixels to the right come later in raster order")
def _(size, centre):
    mask = torch.zeros(*centre.shape, size, size)
    mask[:, :, : size // 2 + 1] = 1
    mask[:, :, size // 2, size // 2] = centre
    return mask


@wrong("causal_mask", "rows and columns are exchanged: what lies in the columns to the left is kept")
def _(size, centre):
    half = size // 2
    mask = torch.zeros(*centre.shape, size, size)
    mask[..., :, :half] = 1
    mask[..., :half, half] = 1
    mask[..., half, half] = centre
    return mask


@wrong("causal_mask", "the pixel itself is always cut, whatever centre says")
def _(size, centre):
    flat = (torch.arange(size * size) < size * size // 2).float()
    return flat.view(size, size).expand(*centre.shape, size, size).clone()


@wrong("causal_mask", "only the rows above are kept; the pixels to the left in the same row are cut")
def _(size, centre):
    mask = torch.zeros(centre.shape[0], centre.shape[1], size, size)
    mask[:, :, : size // 2, :] = 1.0
    mask[:, :, size // 2, size // 2] = centre
    return mask


@wrong("causal_mask", "centre multiplies the whole kernel, so that a cut pair loses the pixels before as well")
def _(size, centre):
    kernel = (torch.arange(size * size) <= size * size // 2).float().view(size, size)
    return torch.einsum("oi,hw->oihw", centre.float(), kernel)


@wrong(
    "causal_mask", "the mask sees what comes after its pixel: it is flipped as a mathematician's convolution would be"
)
def _(size, centre):
    half = size // 2
    mask = torch.zeros(*centre.shape, size, size)
    mask[..., half + 1 :, :] = 1
    mask[..., half, half + 1 :] = 1
    mask[..., half, half] = centre
    return mask


@right("causal_mask", "cells numbered in raster order, those before the middle first, then centre, then zeros")
def _(size, centre):
    n = size * size // 2
    ones = torch.ones(*centre.shape, n)
    flat = torch.cat([ones, centre[..., None].float(), torch.zeros_like(ones)], dim=-1)
    return flat.reshape(*centre.shape, size, size)


@right("causal_mask", "four plain loops")
def _(size, centre):
    n_out, n_in = centre.shape
    mask = np.zeros((n_out, n_in, size, size), dtype=np.float32)
    middle = (size // 2, size // 2)
    for o, i, row, column in np.ndindex(*mask.shape):
        if (row, column) < middle:
            mask[o, i, row, column] = 1
        elif (row, column) == middle:
            mask[o, i, row, column] = float(centre[o, i])
    return torch.from_numpy(mask)


# compose_kernels


@wrong("compose_kernels", "conv2d does not flip, so that the second kernel's offsets are subtracted, not added")
def _(first, second):
    pad = len(second) - 1
    return F.conv2d(first[None, None], second[None, None], padding=pad)[0, 0]


@wrong("compose_kernels", "the wrong kernel slides unflipped: the first one's offsets are subtracted, not added")
def _(first, second):
    k, m = len(first), len(second)
    result = torch.zeros(k + m - 1, k + m - 1, dtype=first.dtype)
    for i in range(k):
        for j in range(k):
            top, left = k - 1 - i, k - 1 - j
            result[top : top + m, left : left + m] += first[i, j] * second
    return result


@wrong("compose_kernels", "the kernels are laid over one another and added, not composed")
def _(first, second):
    size = len(first) + len(second) - 1
    a, b = (size - len(first)) // 2, (size - len(second)) // 2
    return F.pad(first, (a, a, a, a)) + F.pad(second, (b, b, b, b))


@wrong("compose_kernels", "overlapping contributions overwrite one another, where they must be added")
def _(first, second):
    k, m = len(first), len(second)
    result = torch.zeros(k + m - 1, k + m - 1, dtype=first.dtype)
    for i in range(k):
        for j in range(k):
            if first[i, j] != 0:
                result[i : i + m, j : j + m] = first[i, j] * second
    return result


@wrong(
    "compose_kernels", "the row offsets of one kernel are added to the column offsets of the other: it is transposed"
)
def _(first, second):
    return F.conv_transpose2d(first[None, None], second.T[None, None])[0, 0]


@wrong("compose_kernels", "the edge is cut off: the result is as large as the first kernel, framed with zeros")
def _(first, second):
    full = F.conv_transpose2d(first[None, None], second[None, None])[0, 0]
    pad = len(second) // 2
    inner = full[pad : pad + len(first), pad : pad + len(first)]
    return F.pad(inner, (pad, pad, pad, pad))


@right("compose_kernels", "SciPy's convolution of the two kernels, which does flip")
def _(first, second):
    return torch.from_numpy(convolve2d(first.numpy(), second.numpy(), mode="full"))


@right("compose_kernels", "a product of their Fourier transforms")
def _(first, second):
    size = len(first) + len(second) - 1
    shape = (size, size)
    product = torch.fft.rfft2(first.double(), s=shape) * torch.fft.rfft2(second.double(), s=shape)
    return torch.fft.irfft2(product, s=shape)


@right("compose_kernels", "four loops over pairs of weights")
def _(first, second):
    a, b = first.tolist(), second.tolist()
    size = len(a) + len(b) - 1
    result = [[0.0] * size for _ in range(size)]
    for i, row in enumerate(a):
        for j, weight in enumerate(row):
            for s, other_row in enumerate(b):
                for t, other in enumerate(other_row):
                    result[i + s][j + t] += weight * other
    return torch.tensor(result)


# made_mask


@wrong("made_mask", "the output may know the sub-pixel that it answers for")
def _(before, after, last):
    return (after[:, None] >= before).float()


@wrong("made_mask", "the strict comparison is used in every layer, so that hidden layers lose what they may know")
def _(before, after, last):
    return (after[:, None] > before[None, :]).float()


@wrong("made_mask", "the mask is transposed: its rows are the units before")
def _(before, after, last):
    return (before[:, None] < after if last else before[:, None] <= after).float()


@wrong("made_mask", "the comparison is the wrong way round: units feed those that may know less")
def _(before, after, last):
    return (after[:, None] < before if last else after[:, None] <= before).float()


@wrong("made_mask", "the two cases are exchanged: strict between hidden layers, and not at the output")
def _(before, after, last):
    return torch.ge(after[:, None], before).float() if last else torch.gt(after[:, None], before).float()


@wrong("made_mask", "the degrees are not looked at: the mask is a triangle, as if they stood in order")
def _(before, after, last):
    return torch.tril(torch.ones(len(after), len(before)), diagonal=-1 if last else 0)


@right("made_mask", "at the output every degree is one lower; two plain loops")
def _(before, after, last):
    known = [degree - 1 if last else degree for degree in after.tolist()]
    return torch.tensor([[1.0 if b <= a else 0.0 for b in before.tolist()] for a in known])


@right("made_mask", "a step function of the difference of the degrees")
def _(before, after, last):
    difference = np.subtract.outer(after.numpy(), before.numpy())
    return torch.from_numpy(np.heaviside(difference, 0.0 if last else 1.0))


# patchify


@wrong("patchify", "all tiles of one channel come before those of the next")
def _(x, size):
    tiles = x.unfold(2, size, size).unfold(3, size, size)  # (B, C, h, w, size, size)
    return tiles.reshape(len(x), -1, size * size)


@wrong("patchify", "the memory is only cut into runs of pixels, which are not tiles")
def _(x, size):
    return x.reshape(x.shape[0], -1, size * size)


@wrong("patchify", "in a tile the pixels come column by column")
def _(x, size):
    b, c, height, width = x.shape
    x = x.view(b, c, height // size, size, width // size, size)
    return x.permute(0, 2, 4, 1, 5, 3).reshape(b, -1, size * size)


@wrong("patchify", "the tiles come column by column, not in raster order")
def _(x, size):
    b, c, h, w = x.shape
    x = x.reshape(b, c, h // size, size, w // size, size)
    return x.permute(0, 4, 2, 1, 3, 5).flatten(1, 3).flatten(2)


@wrong("patchify", "the channels of a place are mixed: they vary fastest and share its tiles")
def _(x, size):
    b, c, h, w = x.shape
    x = x.reshape(b, c, h // size, size, w // size, size)
    return torch.einsum("bchiwj->bhwijc", x).reshape(b, -1, size * size)


@wrong("patchify", "a tile holds all channels of its place, where each channel should have a tile of its own")
def _(x, size):
    return F.unfold(x, size, stride=size).transpose(1, 2)


@right("patchify", "unfold, with its channels and pixels taken apart")
def _(x, size):
    b, c = x.shape[:2]
    columns = F.unfold(x, size, stride=size)  # (B, C · size · size, places)
    return columns.view(b, c, size * size, -1).permute(0, 3, 1, 2).flatten(1, 2)


@right("patchify", "loops over the places and the channels")
def _(x, size):
    _, channels, height, width = x.shape
    tiles = []
    for top in range(0, height, size):
        for left in range(0, width, size):
            for c in range(channels):
                tiles.append(x[:, c, top : top + size, left : left + size].flatten(1))
    return torch.stack(tiles, dim=1)


# unpatchify


@wrong("unpatchify", "it takes all tiles of one channel to come before those of the next")
def _(tiles, shape):
    c, height, width = shape
    size = math.isqrt(tiles.shape[-1])
    grid = tiles.reshape(len(tiles), c, height // size, width // size, size, size)
    return grid.transpose(3, 4).reshape(len(tiles), c, height, width)


@wrong("unpatchify", "the tiles' memory is only given the images' shape")
def _(tiles, shape):
    return tiles.reshape(tiles.shape[0], *shape)


@wrong("unpatchify", "height and width are exchanged when the tiles are laid out, which shows where they differ")
def _(tiles, shape):
    c, height, width = shape
    size = round(tiles.shape[-1] ** 0.5)
    grid = tiles.reshape(-1, width // size, height // size, c, size, size)
    return torch.einsum("bhwcij->bchiwj", grid).reshape(-1, c, height, width)


@wrong("unpatchify", "the rows and the columns in each tile are exchanged")
def _(tiles, shape):
    c, height, width = shape
    size = math.isqrt(tiles.shape[-1])
    grid = tiles.reshape(-1, height // size, width // size, c, size, size)
    return grid.permute(0, 3, 1, 5, 2, 4).reshape(-1, c, height, width)


@wrong("unpatchify", "the axes are permuted as for cutting, not back: rows of pixels and of tiles change places")
def _(tiles, shape):
    c, height, width = shape
    size = math.isqrt(tiles.shape[-1])
    grid = tiles.reshape(-1, height // size, width // size, c, size, size)
    return grid.permute(0, 3, 4, 1, 5, 2).reshape(-1, c, height, width)


@right("unpatchify", "fold, from columns that hold all channels of a place")
def _(tiles, shape):
    c, height, width = shape
    b, _, area = tiles.shape
    size = math.isqrt(area)
    columns = tiles.reshape(b, -1, c * area).transpose(1, 2)
    return F.fold(columns, (height, width), size, stride=size)


@right("unpatchify", "each tile is written to its place, counted with divmod")
def _(tiles, shape):
    c, height, width = shape
    size = round(tiles.shape[2] ** 0.5)
    x = torch.zeros(len(tiles), c, height, width, dtype=tiles.dtype)
    for number in range(tiles.shape[1]):
        place, channel = divmod(number, c)
        row, column = divmod(place, width // size)
        block = tiles[:, number].reshape(-1, size, size)
        x[:, channel, row * size : (row + 1) * size, column * size : (column + 1) * size] = block
    return x


# draw_level


@wrong("draw_level", "the logits are multiplied by the temperature, so that a low one flattens the distribution")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        logits = torch.cat([torch.zeros_like(logits), logits], 1)
    cumulated = (logits * temperature).softmax(1).cumsum(1)
    return (cumulated <= u[:, None]).sum(1).clamp(max=logits.shape[1] - 1)


@wrong("draw_level", "with one logit, the climb begins at level 1: small u give 1")
def _(logits, u, temperature):
    scaled = logits / temperature
    if scaled.shape[1] == 1:
        return (u < torch.sigmoid(scaled[:, 0])).long()
    return (scaled.softmax(1).cumsum(1) <= u[:, None]).sum(1).clamp(max=scaled.shape[1] - 1)


@wrong("draw_level", "the likeliest level is taken, whatever u is")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).long()
    return (logits / temperature).argmax(1)


@wrong("draw_level", "where the cumulated probability equals u the climb stops, though it does not yet exceed u")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        logits = F.pad(logits, (1, 0))
    cumulated = torch.softmax(logits / temperature, dim=1).cumsum(1)
    return torch.searchsorted(cumulated, u[:, None]).squeeze(1).clamp(max=logits.shape[1] - 1)


@wrong("draw_level", "the level is one too high: the last level that u has passed is counted from 1")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        logits = F.pad(logits, (1, 0))
    cumulated = torch.softmax(logits / temperature, dim=1).cumsum(1)
    return ((cumulated <= u[:, None]).sum(1) + 1).clamp(max=logits.shape[1] - 1)


@wrong("draw_level", "the probabilities are divided by the temperature, not the logits")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        logits = torch.cat([torch.zeros_like(logits), logits], 1)
    p = logits.softmax(1) / temperature
    return (p.cumsum(1) <= u[:, None]).sum(1).clamp(max=logits.shape[1] - 1)


@wrong("draw_level", "with one logit the temperature is forgotten")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        return (u >= torch.sigmoid(-logits[:, 0])).long()
    cumulated = (logits / temperature).softmax(1).cumsum(1)
    return torch.searchsorted(cumulated, u[:, None], right=True)[:, 0].clamp(max=logits.shape[1] - 1)


@right("draw_level", "a climb level by level in Python's floats")
def _(logits, u, temperature):
    levels = []
    for row, limit in zip(logits.tolist(), u.tolist(), strict=True):
        row = [0.0, *row] if len(row) == 1 else row
        scaled = [logit / temperature for logit in row]
        weights = [math.exp(s - max(scaled)) for s in scaled]
        level, cumulated = 0, weights[0] / sum(weights)
        while cumulated <= limit and level < len(row) - 1:
            level += 1
            cumulated += weights[level] / sum(weights)
        levels.append(level)
    return torch.tensor(levels)


@right("draw_level", "the first level whose cumulated probability exceeds u, found by argmax")
def _(logits, u, temperature):
    if logits.shape[1] == 1:
        logits = F.pad(logits, (1, 0))
    cumulated = (logits.double() / temperature).softmax(1).cumsum(1)
    cumulated[:, -1] = 1
    return (cumulated > u[:, None]).int().argmax(1)
