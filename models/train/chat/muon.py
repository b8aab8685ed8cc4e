"""Muon: momentum made nearly orthogonal before each step (Jordan et al. 2024), the work shared among processes.

Matrices of one shape are handled as one batch.
"""

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor, distributed
from torch.optim import Optimizer

__all__ = ["Muon", "orthogonal"]

MOMENTUM = 0.95
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ROUNDS = 5


def orthogonal(matrices: Tensor) -> Tensor:
    """Return matrices [N, rows, columns] with singular values near 1, by Newton and Schulz's iteration in bfloat16."""
    turned = matrices.shape[1] > matrices.shape[2]
    values = (matrices.transpose(1, 2) if turned else matrices).bfloat16()
    values = values / (values.norm(dim=(1, 2), keepdim=True) + 1e-7)
    one, two, three = COEFFICIENTS
    for _ in range(ROUNDS):
        squares = values @ values.transpose(1, 2)
        values = one * values + (two * squares + three * squares @ squares) @ values
    return (values.transpose(1, 2) if turned else values).float()


class Muon(Optimizer):
    """The optimizer; each of ``processes`` makes its share of every shape's matrices orthogonal."""

    def __init__(self, matrices: Sequence[Tensor], rate: float, rank: int, processes: int) -> None:
        super().__init__(matrices, {"lr": rate})
        self.rank, self.processes = rank, processes

    @torch.no_grad()
    def step(self) -> None:
        """Take one step."""
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for matrix in group["params"]:
                shapes[matrix.shape].append(matrix)
            for shape, matrices in shapes.items():
                steps = []
                for matrix in matrices:
                    state = self.state[matrix]
                    momentum = state.setdefault("momentum", torch.zeros_like(matrix))
                    momentum.lerp_(matrix.grad, 1 - MOMENTUM)
                    steps.append(matrix.grad.lerp(momentum, MOMENTUM))
                share = -(-len(matrices) // self.processes)
                steps += steps[-1:] * (share * self.processes - len(matrices))  # each process has as many
                mine = orthogonal(torch.stack(steps[self.rank * share : (self.rank + 1) * share]))
                made = [torch.empty_like(mine) for _ in range(self.processes)]
                distributed.all_gather(made, mine.contiguous())
                scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                for matrix, change in zip(matrices, torch.cat(made)[: len(matrices)], strict=True):
                    matrix.sub_(change, alpha=scale)
