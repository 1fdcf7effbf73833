"""One of two processes that train on half a batch each: it loads nothing but what it needs."""

import torch

from gencourse.models.contrastive import nt_xent


def loss_and_gradient(rank, path, views, folder):
    """Leave the loss of the own half of `views` (2, 6, D), and its gradient, as `folder`/`rank`.pt."""
    torch.distributed.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=2)
    mine = views[:, rank * 3 : rank * 3 + 3].clone().requires_grad_()
    loss = nt_xent(*mine, 0.3)
    loss.backward()
    torch.save((loss.detach(), mine.grad), f"{folder}/{rank}.pt")
    torch.distributed.destroy_process_group()
