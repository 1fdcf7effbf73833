"""Lesson 08, second part: principal components, and the angle between two subspaces.

In the mistakes, x holds images as rows; a and b hold bases as columns.
"""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import pca as key

# -------------------------------------------------------------------------------------------- pca_reconstruct


def _rows(generator: torch.Generator, N: int, P: int, k: int) -> dict[str, Tensor | int]:
    """Rows that vary more in some directions than in others, far from the origin, in double precision."""
    mix = torch.randn(P, P, generator=generator) * 0.7 ** torch.arange(P)
    rows = torch.randn(N, P, generator=generator) @ mix.T + 1 + torch.randn(P, generator=generator)
    return {"x": rows.double(), "k": k}


def _directions(x: Tensor) -> Tensor:
    return torch.linalg.svd(x, full_matrices=False).Vh


def _through(x: Tensor, mean: Tensor, directions: Tensor) -> Tensor:
    return (x - mean) @ directions.T @ directions + mean


pca_reconstruct = Exercise(
    reference=key.pca_reconstruct,
    helpers=(key.principal_components,),
    title="through k principal components and back",
    difficulty=2,
    minutes=12,
    question="Write `pca_reconstruct(x, k)`: send the rows of `x` (N, P) through their first `k` principal components "
    "and back. Subtract the mean row, keep what lies in the k directions of largest variance, and add the "
    "mean again. The result is (N, P), in double precision as x is.",
    make_inputs=_rows,
    example=dict(x=torch.tensor([[3.0, 3], [-1, -1], [2, 0], [0, 2]]).double(), k=1),
    sizes=(dict(N=4, P=3, k=1), dict(N=6, P=4, k=2), dict(N=9, P=3, k=2), dict(N=5, P=5, k=2), dict(N=6, P=1, k=1)),
    hints=(
        "The directions are the right singular vectors of the centred rows: `torch.linalg.svd(centred, "
        "full_matrices=False)` gives U, S and Vh, and each *row* of Vh is one, the largest first.",
        "With `V = Vh[:k]` of shape (k, P), the code of a row is its products with the k directions: `centred @ V.T`, "
        "(N, k). And `codes @ V + mean` goes back.",
    ),
    mistakes=(
        Mistake(
            lambda x, k: _through(x, torch.zeros(x.shape[1]).double(), _directions(x)[:k]),
            "You did not centre. The first direction then points at the mean instead of along the largest variance.",
        ),
        Mistake(
            lambda x, k: _through(x, x.mean(0), _directions(x - x.mean(0))[:k]) - x.mean(0),
            "You did not add the mean again: your reconstructions lie around 0.",
        ),
        Mistake(
            lambda x, k: x @ (v := _directions(x - x.mean(0))[:k]).T @ v,
            "The directions are right, but you projected the rows themselves: subtract the mean before, and add "
            "it after.",
        ),
        Mistake(
            lambda x, k: x @ (v := _directions(x - x.mean(0))[:k]).T @ v + x.mean(0),
            "You projected the rows with their mean still in them, and added the mean again: part of it counts twice.",
        ),
        Mistake(
            lambda x, k: _through(x, x.mean(0), _directions(x - x.mean(0))[-k:]),
            "You kept the directions of *smallest* variance. `svd` sorts from the largest down, `eigh` from the "
            "smallest up.",
        ),
        Mistake(
            lambda x, k: _through(x, x.mean(0), _directions(x - x.mean(0))[:, :k].T),
            "You took the first k columns of Vh. The directions are its rows: `Vh[:k]`.",
        ),
        Mistake(
            lambda x, k: _through(x, x.mean(), _directions(x - x.mean())[:k]),
            "You subtracted one number, the mean of all. Each column has its own: `x.mean(0)`.",
        ),
        Mistake(
            lambda x, k: _through(x, m := x.mean(1, keepdim=True), _directions(x - m)[:k]),
            "You subtracted each row's own mean. It is the mean *over the rows* that has to go: `x.mean(0)`.",
        ),
        Mistake(
            lambda x, k: (x - x.mean(0)) @ _directions(x - x.mean(0))[:k].T,
            "Those are the codes, (N, k). Now go back: multiply by the directions and add the mean.",
        ),
        Mistake(
            lambda x, k: (
                _through(x / x.std(0), (x / x.std(0)).mean(0), _directions((x - x.mean(0)) / x.std(0))[:k]) * x.std(0)
            ),
            "You divided each column by its standard deviation: that finds other directions, those of the "
            "correlations. Only the mean is subtracted.",
        ),
        Mistake(
            lambda x, k: _through(x, x.mean(0), _directions(x - x.mean(0))[: k + 1]),
            "You kept one direction too many: `Vh[:k]` has exactly k.",
        ),
    ),
)


# ------------------------------------------------------------------------------------------- principal_angles


def _bases(generator: torch.Generator, P: int, k: int, apart: float) -> dict[str, Tensor]:
    """Two bases, neither orthonormal, of subspaces that lie `apart` from each other or so, in double precision."""
    a = torch.randn(P, k, generator=generator).double()
    change = torch.randn(k, k, generator=generator).double() + 2 * torch.eye(k)
    return {"a": a, "b": (a + apart * torch.randn(P, k, generator=generator)) @ change}


def _orthonormal(a: Tensor) -> Tensor:
    return torch.linalg.qr(a).Q


def _cosines(a: Tensor, b: Tensor) -> Tensor:
    return torch.linalg.svdvals(_orthonormal(a).T @ _orthonormal(b)).clamp(max=1)


def _unit(a: Tensor) -> Tensor:
    return a / a.norm(dim=0)


principal_angles = Exercise(
    reference=key.principal_angles,
    title="the angles between two subspaces",
    difficulty=3,
    minutes=12,
    question="Write `principal_angles(a, b)`: the angles between the subspace spanned by the columns of `a` and that "
    "spanned by the columns of `b`, both (P, k), in double precision. Make both bases orthonormal; the "
    "cosines are then the singular values of QₐᵀQ_b. The result is (k,), in radians, the smallest angle "
    "first.",
    make_inputs=_bases,
    example=dict(
        a=torch.tensor([[1.0, 0], [0, 1], [0, 0]]).double(), b=torch.tensor([[1.0, 1], [0, 3], [0, 4]]).double()
    ),
    sizes=(
        dict(P=3, k=1, apart=1.0),
        dict(P=5, k=2, apart=0.5),
        dict(P=6, k=3, apart=2.0),
        dict(P=9, k=3, apart=1.0),
        dict(P=8, k=4, apart=0.02),
    ),
    hints=(
        "`torch.linalg.qr(a).Q` has orthonormal columns that span what a's columns span. Which vectors of the two "
        "subspaces agree best is a question for singular values.",
        "`torch.linalg.svdvals(Qa.T @ Qb)` gives the cosines, the largest first: `torch.acos` of them is the answer, "
        "the smallest angle first. For angles near 0, where cosines round to 1, use the sines too: singular values of "
        "`Qb - Qa @ (Qa.T @ Qb)`.",
    ),
    mistakes=(
        Mistake(_cosines, "Those are the cosines. `torch.acos` turns them into angles."),
        Mistake(lambda a, b: _cosines(a, b).acos().rad2deg(), "Your angles are in degrees: radians are asked for."),
        Mistake(
            lambda a, b: _cosines(a, b).acos().flip(0), "You gave the largest angle first: the smallest comes first."
        ),
        Mistake(
            lambda a, b: _cosines(a, b).asin().flip(0),
            "You took the arcsine of cosines: a shared direction then has a right angle to itself.",
        ),
        Mistake(
            lambda a, b: _cosines(a, b).asin(),
            "You took the arcsine of cosines: a shared direction then has a right angle to itself. (And the order "
            "is turned.)",
        ),
        Mistake(
            lambda a, b: torch.linalg.svdvals(_unit(a).T @ _unit(b)).clamp(max=1).acos(),
            "You gave the columns length 1, but they are still not at right angles to each other: the result then "
            "depends on the basis, not only on the subspace. Use `torch.linalg.qr`.",
        ),
        Mistake(
            lambda a, b: torch.linalg.svdvals(a.T @ b).clamp(max=1).acos(),
            "You did not make the bases orthonormal. Take `torch.linalg.qr(a).Q` first, and the same for b.",
        ),
        Mistake(
            lambda a, b: (_orthonormal(a).T @ _orthonormal(b)).diagonal().clamp(-1, 1).acos(),
            "You compared column by column. Two bases of one subspace may have quite different columns: take the "
            "singular values of the whole QₐᵀQ_b.",
        ),
        Mistake(
            lambda a, b: (_unit(a) * _unit(b)).sum(0).clamp(-1, 1).acos(),
            "Those are the angles between the columns. The subspaces may be the same although the columns differ: "
            "make both orthonormal, and take the singular values of QₐᵀQ_b.",
        ),
        Mistake(lambda a, b: _cosines(a, b).acos().max(), "That is the largest angle alone: there are k of them."),
        Mistake(
            lambda a, b: _cosines(a, b).square().clamp(max=1).acos(),
            "You took eigenvalues of QₐᵀQ_b Q_bᵀQₐ for the cosines: they are the cosines' squares.",
        ),
    ),
)
