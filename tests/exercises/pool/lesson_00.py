"""Answers to lesson 00's exercises, written from the cards alone."""

import math

import numpy as np
import torch

from pool.answer import right, wrong

# bits_per_dim


@wrong("bits_per_dim", "nats are turned into bits the wrong way round: times ln 2, not divided by it")
def _(nats, n_dims):
    return nats * math.log(2) / n_dims


@wrong("bits_per_dim", "the unit is changed, but the cost of the whole image is not shared among its numbers")
def _(nats, n_dims):
    return nats / math.log(2)


@wrong("bits_per_dim", "the binary logarithm of the nats is taken, as though they were a likelihood")
def _(nats, n_dims):
    return torch.log2(nats) / n_dims


@wrong("bits_per_dim", "the cost is averaged over the images too: one number, not one for each image")
def _(nats, n_dims):
    return (nats / (n_dims * math.log(2))).mean()


@wrong("bits_per_dim", "the cost is still in nats: it is shared among the numbers, but not turned into bits")
def _(nats, n_dims):
    return nats / n_dims


@wrong("bits_per_dim", "it is divided by the number of images, not by the number of numbers in an image")
def _(nats, n_dims):
    return nats * np.log2(np.e) / len(nats)


@right("bits_per_dim", "a nat is log2 e bits")
def _(nats, n_dims):
    return torch.mul(nats, math.log2(math.e)).div(n_dims)


@right("bits_per_dim", "plain Python, one image after another")
def _(nats, n_dims):
    return torch.tensor([cost / n_dims / math.log(2) for cost in nats.tolist()])
