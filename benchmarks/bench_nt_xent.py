"""NT-Xent, forwards and backwards, against lightly's, at two batch sizes. python benchmarks/bench_nt_xent.py"""

from collections.abc import Callable
from typing import Any

import torch
from lightly.loss import NTXentLoss
from table import compare, show

from gencourse.models.contrastive import nt_xent


def step(loss: Callable[..., Any], views: torch.Tensor) -> Callable[[], None]:
    def run() -> None:
        first, second = views.clone().requires_grad_()
        loss(first, second).backward()

    return run


if __name__ == "__main__":
    print(f"{torch.get_num_threads()} threads")
    for n in (256, 1024):
        views = torch.randn(2, n, 128, generator=torch.Generator().manual_seed(0))
        ways = {"lightly's NTXentLoss": step(NTXentLoss(0.5), views), "gencourse's nt_xent": step(nt_xent, views)}
        show(f"Forward and backward, N = {n}, 128 numbers a view", compare(ways, repeats=30), "ms", 1e3)
