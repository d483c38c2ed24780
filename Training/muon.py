"""Muon (Jordan et al., 2024): momentum whose directions all count alike, for the matrices of hidden layers.

Here it needs far fewer steps than AdamW. Steps are scaled to AdamW's size (Liu et al., 2025), so
that both share one learning rate.
"""

import torch
import torch.distributed as distributed

from attention import HALVES


def orthogonal(matrices, steps=5):
    """Matrices [count, rows, columns] with all singular values moved near one, by Newton and Schulz's iteration."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.transpose(1, 2) if tall else matrices
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    x = x.bfloat16() if HALVES or x.is_cuda else x
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Updates matrices, kernels of convolutions as matrices of outputs times the rest.

    With several processes, each orthogonalises its share of the matrices and tells the others.
    """

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.03, rank=0, ranks=1):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self._rank, self._ranks = rank, ranks

    @torch.no_grad()
    def step(self):
        """One step along the gradients."""
        for group in self.param_groups:
            by_shape = {}
            for parameter in group["params"]:
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                direction = parameter.grad.lerp(state["momentum"], group["momentum"]).flatten(1)
                by_shape.setdefault(direction.shape, []).append((parameter, direction))
            for number, (shape, pairs) in enumerate(by_shape.items()):
                self._move(group, shape, pairs, number)

    def _move(self, group, shape, pairs, number):
        """Moves all matrices of one shape."""
        directions = torch.stack([direction for _, direction in pairs])
        mine = slice((self._rank + number) % self._ranks, None, self._ranks)
        if self._ranks > 1:
            moves = torch.zeros_like(directions)
            if len(directions[mine]):
                moves[mine] = orthogonal(directions[mine])
            distributed.all_reduce(moves)
        else:
            moves = orthogonal(directions)
        size = group["lr"] * 0.2 * max(shape) ** 0.5
        for (parameter, _), move in zip(pairs, moves):
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.add_(move.view_as(parameter), alpha=-size)
