"""Writes the trained model in openai-whisper's layout: `python export.py WORK OUT.pt [CHECKPOINT]`."""

import pathlib
import sys

import torch

from network import Network, Size, export


def main(work, out, checkpoint="state.pt"):
    """Exports the running average of the weights."""
    kept = torch.load(pathlib.Path(work) / checkpoint, weights_only=True)
    network = Network(Size.of(kept["average"]))
    network.load_state_dict(kept["average"])
    export(network, out)
    print(f"export: {out} holds the model after step {kept['state']['step']} of stage {kept['state']['stage']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
