"""Answers to lesson 01's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from pool.answer import right, wrong

# rotate_quarters


@wrong("rotate_quarters", "the images turn clockwise")
def _(x, quarters):
    return torch.stack([torch.rot90(image, -int(q), (1, 2)) for image, q in zip(x, quarters, strict=True)])


@wrong("rotate_quarters", "all images turn by the first one's number of quarters")
def _(x, quarters):
    return torch.rot90(x, int(quarters[0]), dims=(-2, -1))


@wrong("rotate_quarters", "three quarter turns are forgotten: the loop ends at two")
def _(x, quarters):
    out = x.clone()
    for k in range(1, 3):
        out[quarters == k] = torch.rot90(x[quarters == k], k, (2, 3))
    return out


@wrong("rotate_quarters", "half a turn is taken for a mirror image: only the rows are reversed")
def _(x, quarters):
    turned = [x, x.transpose(2, 3).flip(2), x.flip(2), x.transpose(2, 3).flip(3)]
    return torch.stack([turned[q][i] for i, q in enumerate(quarters.tolist())])


@wrong("rotate_quarters", "each image that turns does so by one quarter, however many are asked for")
def _(x, quarters):
    once = torch.rot90(x, 1, (2, 3))
    return torch.where(quarters[:, None, None, None] > 0, once, x)


@wrong("rotate_quarters", "a quarter turn is only transposed, which mirrors the image at its diagonal")
def _(x, quarters):
    out = []
    for image, q in zip(x, quarters.tolist(), strict=True):
        for _turn in range(q):
            image = image.transpose(1, 2)
        out.append(image)
    return torch.stack(out)


@right("rotate_quarters", "quarter by quarter: those still to turn, turn once more")
def _(x, quarters):
    out = x.clone()
    for k in (0, 1, 2):
        more = quarters > k
        out[more] = out[more].flip(3).transpose(2, 3)
    return out


@right("rotate_quarters", "einsum of all four turns with one-hot choices")
def _(x, quarters):
    turns = torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)])
    return torch.einsum("kbchw,bk->bchw", turns, F.one_hot(quarters.long(), 4).to(x.dtype))


# crop_patches


@wrong("crop_patches", "the row and the column are exchanged")
def _(x, top, left, size):
    return torch.stack([image[:, c : c + size, r : r + size] for image, r, c in zip(x, top, left, strict=True)])


@wrong("crop_patches", "all squares are cut at the first image's place")
def _(x, top, left, size):
    return x[:, :, top[0] : top[0] + size, left[0] : left[0] + size]


@wrong("crop_patches", "indexing puts the channels last, and they are moved by a reshape where a permute is needed")
def _(x, top, left, size):
    steps = torch.arange(size)
    rows = top[:, None, None] + steps[None, :, None]
    columns = left[:, None, None] + steps[None, None, :]
    square = x[torch.arange(len(x))[:, None, None], :, rows, columns]  # (B, size, size, C)
    return square.reshape(len(x), x.shape[1], size, size)


@wrong("crop_patches", "a row of the flattened image is taken to have as many pixels as the image has rows")
def _(x, top, left, size):
    B, C, H, _W = x.shape
    steps = torch.arange(size)
    places = (top[:, None, None] + steps[:, None]) * H + left[:, None, None] + steps  # (B, size, size)
    places = places.reshape(B, 1, -1).expand(B, C, -1)
    return x.flatten(2).gather(2, places).reshape(B, C, size, size)


@wrong("crop_patches", "only the first channel is cut out and repeated")
def _(x, top, left, size):
    out = torch.empty(len(x), x.shape[1], size, size, dtype=x.dtype)
    for i in range(len(x)):
        out[i] = x[i, 0, top[i] : top[i] + size, left[i] : left[i] + size]
    return out


@wrong("crop_patches", "the column is each image's own, but the row is the first image's")
def _(x, top, left, size):
    rows = x[:, :, int(top[0]) : int(top[0]) + size]
    columns = left[:, None] + torch.arange(size)  # (B, size)
    return rows.gather(3, columns[:, None, None].expand(-1, x.shape[1], size, -1))


@right("crop_patches", "all windows, and the one wanted of each image")
def _(x, top, left, size):
    windows = x.unfold(2, size, 1).unfold(3, size, 1)
    return windows[torch.arange(x.shape[0]), :, top, left]


@right("crop_patches", "pixel by pixel")
def _(x, top, left, size):
    out = x.new_zeros(x.shape[0], x.shape[1], size, size)
    for b, (r, c) in enumerate(zip(top.tolist(), left.tolist(), strict=True)):
        for i in range(size):
            for j in range(size):
                out[b, :, i, j] = x[b, :, r + i, c + j]
    return out


# hidden_patches


@wrong("hidden_patches", "the patches with the largest scores are hidden")
def _(scores, share):
    flat = scores.flatten(1)
    k = round(share * flat.shape[1])
    hidden = torch.zeros_like(flat, dtype=torch.bool)
    hidden.scatter_(1, flat.topk(k, dim=1).indices, True)
    return hidden.view_as(scores)


@wrong("hidden_patches", "each patch is hidden with probability `share`, so that images hide different numbers of them")
def _(scores, share):
    return scores < share


@wrong("hidden_patches", "the order that sorts the scores is taken for their ranks: one argsort, not two")
def _(scores, share):
    flat = scores.reshape(len(scores), -1)
    return (flat.argsort(1) < round(share * flat.shape[1])).reshape(scores.shape)


@wrong("hidden_patches", "the patches are chosen in the whole batch, not in each image")
def _(scores, share):
    k = round(share * scores.numel())
    flat = torch.zeros(scores.numel(), dtype=torch.bool)
    flat[scores.flatten().argsort()[:k]] = True
    return flat.reshape(scores.shape)


@wrong("hidden_patches", "the number of patches is cut off to a whole number, not rounded")
def _(scores, share):
    flat = scores.flatten(1)
    ranks = flat.argsort(dim=1).argsort(dim=1)
    return (ranks < int(share * flat.size(1))).view(scores.shape)


@wrong("hidden_patches", "off by one: the largest of the scores to be hidden is left out by a strict comparison")
def _(scores, share):
    flat = scores.flatten(1)
    k = max(round(share * flat.shape[1]), 1)
    limit = flat.kthvalue(k, dim=1).values
    return scores < limit[:, None, None]


@wrong("hidden_patches", "the patches are chosen in each row of patches, not in each image")
def _(scores, share):
    ranks = scores.argsort(-1).argsort(-1)
    return ranks < round(share * scores.shape[-1])


@right("hidden_patches", "Python's sorted, image by image")
def _(scores, share):
    B, rows, columns = scores.shape
    hidden = torch.zeros(B, rows, columns, dtype=torch.bool)
    places = [(r, c) for r in range(rows) for c in range(columns)]
    for b in range(B):
        for r, c in sorted(places, key=lambda place: scores[b, place[0], place[1]].item())[
            : round(share * len(places))
        ]:
            hidden[b, r, c] = True
    return hidden


@right("hidden_patches", "each patch counts those below it")
def _(scores, share):
    flat = scores.flatten(1)
    below = (flat[:, None, :] < flat[:, :, None]).sum(-1)
    return (below < round(share * flat.shape[1])).reshape_as(scores)


# masked_mse


@wrong("masked_mse", "the visible pixels' zeros are averaged in: the sum is divided by all pixels")
def _(guess, x, hidden):
    return ((guess - x) * hidden).square().mean()


@wrong("masked_mse", "the sum over all channels is divided by the number of hidden pixels, not of hidden values")
def _(guess, x, hidden):
    return ((guess - x) ** 2 * hidden).sum() / hidden.sum()


@wrong("masked_mse", "each image's mean counts the same, however much of it is hidden")
def _(guess, x, hidden):
    mask = hidden.expand_as(x).to(x.dtype).flatten(1)
    error = (guess - x).flatten(1) ** 2
    return ((error * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()


@wrong("masked_mse", "the error is taken where the image is visible")
def _(guess, x, hidden):
    visible = ~hidden.expand_as(x)
    return F.mse_loss(guess[visible], x[visible])


@wrong("masked_mse", "the error's size is averaged, not its square")
def _(guess, x, hidden):
    mask = hidden.expand(-1, x.shape[1], -1, -1)
    return (guess[mask] - x[mask]).abs().mean()


@wrong("masked_mse", "the root of the mean is taken")
def _(guess, x, hidden):
    mask = hidden.expand_as(guess)
    return torch.sqrt(((guess - x)[mask] ** 2).mean())


@wrong("masked_mse", "the guess is compared with zero where nothing is hidden: only the image is masked")
def _(guess, x, hidden):
    return (guess - x * hidden).pow(2).sum() / (hidden.sum() * x.shape[1])


@right("masked_mse", "channels last, and the hidden pixels picked out")
def _(guess, x, hidden):
    where = hidden[:, 0]
    return F.mse_loss(guess.movedim(1, -1)[where], x.movedim(1, -1)[where])


@right("masked_mse", "einsum over everything, in double precision")
def _(guess, x, hidden):
    error = (guess - x).double()
    mask = hidden.squeeze(1).double()
    return torch.einsum("bchw,bchw,bhw->", error, error, mask) / (mask.sum() * guess.shape[1])


# hue_bins


@wrong("hue_bins", "atan2's angles from −π to 0 are not moved up by a whole turn: their parts are negative")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b)
    part = torch.floor(angle / (2 * math.pi) * bins).long()
    return part, x.amax(1) - x.amin(1) >= 0.1


@wrong(
    "hue_bins", "half a turn is added to every angle to make it positive, so that all parts are moved by half a turn"
)
def _(x, bins):
    r, g, b = x[:, 0], x[:, 1], x[:, 2]
    angle = torch.atan2(3**0.5 * (g - b), 2 * r - g - b) + torch.pi
    part = (angle / (2 * torch.pi) * bins).long() % bins
    return part, (x.max(1).values - x.min(1).values) >= 0.1


@wrong("hue_bins", "atan2's arguments are exchanged: the angle is measured from the other axis")
def _(x, bins):
    r, g, b = x.unbind(1)
    turn = 2 * math.pi
    angle = torch.atan2(2 * r - g - b, math.sqrt(3) * (g - b)) % turn
    return (angle / turn * bins).long().clamp(max=bins - 1), x.amax(1) - x.amin(1) >= 0.1


@wrong("hue_bins", "the part is the nearest whole number, not the one below: the bins are moved by half a bin")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b)
    part = torch.round(angle / (2 * math.pi) * bins).long() % bins
    return part, x.amax(1) - x.amin(1) >= 0.1


@wrong("hue_bins", "it is HSV's hue, which runs along a hexagon and is not quite the angle")
def _(x, bins):
    r, g, b = x.unbind(1)
    high, low = x.amax(1), x.amin(1)
    spread = torch.where(high > low, high - low, 1.0)
    sixth = torch.where(high == b, (r - g) / spread + 4, 0.0)
    sixth = torch.where(high == g, (b - r) / spread + 2, sixth)
    sixth = torch.where(high == r, ((g - b) / spread) % 6, sixth)
    return (sixth / 6 * bins).long().clamp(max=bins - 1), high - low >= 0.1


@wrong("hue_bins", "a pixel counts as coloured for its saturation, the difference divided by the largest channel")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b)
    angle = torch.where(angle < 0, angle + 2 * math.pi, angle)
    part = (angle * bins / (2 * math.pi)).long().clamp(max=bins - 1)
    return part, (x.amax(1) - x.amin(1)) / x.amax(1).clamp(min=1e-6) >= 0.1


@wrong("hue_bins", "a difference of exactly 0.1 is not counted as coloured")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b) % (2 * math.pi)
    part = (angle * bins / (2 * math.pi)).long().clamp(max=bins - 1)
    return part, x.amax(1) - x.amin(1) > 0.1


@wrong("hue_bins", "the angle comes from atan of the quotient, which cannot tell a direction from its opposite")
def _(x, bins):
    r, g, b = x.unbind(1)
    across = 2 * r - g - b
    up = math.sqrt(3) * (g - b)
    angle = torch.atan(up / torch.where(across == 0, 1e-6, across)) % (2 * math.pi)
    return (angle / (2 * math.pi) * bins).long().clamp(max=bins - 1), x.amax(1) - x.amin(1) >= 0.1


@right("hue_bins", "the argument of a complex number, in NumPy")
def _(x, bins):
    r, g, b = np.moveaxis(x.numpy().astype(np.float64), 1, 0)
    turns = np.angle((2 * r - g - b) + 1j * math.sqrt(3) * (g - b)) / (2 * math.pi)
    part = np.minimum(np.floor((turns % 1.0) * bins), bins - 1).astype(np.int64)
    spread = x.max(dim=1).values - x.min(dim=1).values
    return torch.from_numpy(part), spread >= 0.1


@right("hue_bins", "negative angles gain a turn, and the bins' edges are counted")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(3**0.5 * (g - b), 2 * r - g - b)
    angle = angle + 2 * torch.pi * (angle < 0)
    edges = torch.arange(1, bins, dtype=x.dtype) * (2 * torch.pi / bins)
    part = torch.bucketize(angle, edges, right=True)
    low, _middle, high = x.sort(1).values.unbind(1)
    return part, (high - low) >= 0.1
