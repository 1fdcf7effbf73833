"""A decoder as data: a short program and a blob of half floats, which decoder.js runs in the page.

So the picture follows the hand within one frame, and goes on doing so in an exported page with no kernel.
float16 halves what is sent and changes a pixel by about 0.001.
"""

from typing import Any

import torch
from torch import Tensor, nn

SUPPORTED = "Linear, ReLU, Tanh, SiLU, Unflatten and ConvTranspose2d (square kernel, one group, no dilation)"
ACTIVATIONS = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.SiLU: "silu"}


def export_decoder(
    decoder: nn.Sequential, likelihood: str, shape: tuple[int, int, int]
) -> tuple[dict[str, Any], bytes]:
    """The program and the weights of `decoder`, which maps z (B, D) to parameters (B, C, H, W).

    Args:
        decoder: layers among the supported ones; it is read and not changed.
        likelihood: "bernoulli" ends in a sigmoid; "none" leaves the numbers as they are; any other word ends in a clamp
            to [0, 1].
        shape: (C, H, W) of an image.

    Returns:
        A dict for JSON (shape, output, layers) and the float16 weights, layer after layer, each weight then bias.

    Raises:
        TypeError: on a layer that the page cannot run, naming it.
        ValueError: on a weight that float16 cannot hold.
    """
    if not isinstance(decoder, nn.Sequential):
        raise TypeError(f"decoder is a {type(decoder).__name__}: the page runs nn.Sequential of {SUPPORTED}")
    layers, weights = [], []
    for number, layer in enumerate(decoder):
        layers.append(_describe(number, layer))
        weights += [_half(number, p) for name in ("weight", "bias") if (p := getattr(layer, name, None)) is not None]
    output = {"bernoulli": "sigmoid", "none": "none"}.get(likelihood, "clamp")
    return {"shape": list(shape), "output": output, "layers": layers}, b"".join(weights)


def _describe(number: int, layer: nn.Module) -> dict[str, Any]:
    """What decoder.js must know of a layer, besides its weights."""
    if isinstance(layer, nn.Linear):
        return {"op": "linear", "in": layer.in_features, "out": layer.out_features, "bias": layer.bias is not None}
    if type(layer) in ACTIVATIONS:
        return {"op": ACTIVATIONS[type(layer)]}
    if isinstance(layer, nn.Unflatten) and layer.dim in (1, -1) and len(layer.unflattened_size) == 3:
        return {"op": "unflatten", "shape": [int(n) for n in layer.unflattened_size]}
    if isinstance(layer, nn.ConvTranspose2d) and _is_plain(layer):
        return {
            "op": "conv_transpose",
            "in": layer.in_channels,
            "out": layer.out_channels,
            "bias": layer.bias is not None,
            "kernel": layer.kernel_size[0],
            "stride": layer.stride[0],
            "padding": layer.padding[0],
        }
    raise TypeError(f"decoder[{number}] is {layer}: the page cannot run it; it runs {SUPPORTED}")


def _is_plain(layer: nn.ConvTranspose2d) -> bool:
    square = all(len(set(pair)) == 1 for pair in (layer.kernel_size, layer.stride, layer.padding))
    return square and layer.groups == 1 and set(layer.dilation) == {1} and set(layer.output_padding) == {0}


def _half(number: int, parameter: Tensor) -> bytes:
    half = parameter.detach().cpu().to(torch.float16)
    if not half.isfinite().all():
        raise ValueError(
            f"decoder[{number}] has a weight that is not finite as float16 (its largest is 65,504): "
            "train the model again, with a smaller learning rate if it diverged"
        )
    return half.contiguous().numpy().tobytes()
