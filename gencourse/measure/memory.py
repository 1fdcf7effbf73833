"""How much memory a training step takes: what autograd really saves, and not what one would count."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


def saved_for_backward(forward: Callable[[], object], parameters: Iterable[Tensor] = ()) -> int:
    """Bytes that autograd keeps from `forward()` for its backward pass, each storage counted once.

    Args:
        forward: computes a loss; what it returns is dropped.
        parameters: tensors that are there in any case, such as `model.parameters()`; they are not counted.
    """
    known = {parameter.untyped_storage().data_ptr() for parameter in parameters}
    kept: dict[int, Tensor] = {}  # held until the end, so that no address is given twice

    def note(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        forward()
    return sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in known)
