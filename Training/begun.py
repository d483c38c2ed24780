"""Writes a run that is not finished as a file that another machine goes on from: `python begun.py WORK OUT.pt`.

In half precision, and without what the optimisers remember: they find it again in some steps.
"""

import pathlib
import sys

import torch


def main(work, out):
    """The running average of the weights, the step it belongs to, and the log up to there."""
    work = pathlib.Path(work)
    kept = torch.load(work / "state.pt", weights_only=True)
    weights = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in kept["average"].items()}
    torch.save({"weights": weights, "state": kept["state"], "log": (work / "log.txt").read_text()}, out)
    print(f"begun: {out} goes on after step {kept['state']['step']} of stage {kept['state']['stage']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
