"""Trains the larger network on a GPU in minutes: `python broad.py WORK [SECONDS]`.

Stages end by the clock, and what they learn from may still be in the making. SECONDS: how long all of them take together.
Interrupted, it begins anew.
"""

import os
import pathlib
import sys
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

import batches
from network import LARGE, Network
from stages import BROAD, BROAD_SECONDS
from train import SEED, Figures, follow, gradients, move, optimizers, parameters_of, rate, save, say

REPORT_SECONDS, REFRESH_SECONDS = 5, 20
# They make batches; the other cores, windows.
WORKERS = int(os.environ.get("TRAIN_WORKERS", max(1, (os.cpu_count() or 1) * 5 // 8)))


class Batches(IterableDataset):
    """A stage's batches without end, another series for each worker."""

    def __init__(self, windows, stage):
        self._windows, self._stage = windows, stage

    def __iter__(self):
        rng = np.random.default_rng([SEED, BROAD.index(self._stage), get_worker_info().id])
        looked = time.time()
        while True:
            if time.time() - looked > REFRESH_SECONDS:
                self._windows.refresh()
                looked = time.time()
            crops = self._stage.crops
            seconds, count = crops[int(rng.choice(len(crops), p=self._stage.shares))]
            mels, *rest = batches.make(rng, self._windows, self._stage, seconds, count)
            yield mels.half(), *rest


class Trainer:
    """One process with the GPU; its workers make the batches."""

    def __init__(self, work, seconds):
        torch.manual_seed(SEED)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        self._work = pathlib.Path(work)
        self._scale = seconds / sum(stage.length for stage in BROAD)
        if not torch.cuda.is_available():
            sys.exit("broad: torch finds no graphics card here")
        self._network = Network(LARGE).to("cuda")
        self._average = {name: tensor.clone() for name, tensor in self._network.state_dict().items()}

    def run(self):
        """All stages, each for its share of the time, of which loading its windows is part."""
        (self._work / "log.txt").unlink(missing_ok=True)
        ends = time.time()
        for stage in BROAD:
            begins, ends = ends, ends + stage.length * self._scale
            step = self._stage(stage, begins, ends)
            average = {name: tensor.cpu() for name, tensor in self._average.items()}
            checkpoint = {"average": average, "state": {"stage": stage.name, "step": step}}
            save(self._work / f"broad-{stage.name}.pt", checkpoint)

    def _stage(self, stage, begins, ends):
        windows = batches.Windows(self._work, stage.sets)
        workers = {"num_workers": WORKERS, "prefetch_factor": 3, "multiprocessing_context": "fork", "pin_memory": True}
        both = optimizers(self._network, stage)
        parameters = parameters_of(both)
        step, figures, heard, waited, reported = 0, Figures(), 0.0, 0.0, time.time()
        say(self._work, f"stage {stage.name}: {len(windows)} windows, {sum(p.numel() for p in parameters)} parameters")
        made = iter(DataLoader(Batches(windows, stage), batch_size=None, **workers))
        while (now := time.time()) < ends:
            batch = next(made)
            waited += time.time() - now
            batch = [tensor.to("cuda", non_blocking=True) for tensor in batch]
            batch[0] = batch[0].float()
            own_rate = rate(stage, (now - begins) / (ends - begins), step)
            figures.add(gradients(self._network, stage, batch, True))
            move(both, parameters, own_rate)
            follow(self._average, self._network)
            step += 1
            heard += batch[0].shape[0] * batch[0].shape[2] / 100
            if now - reported > REPORT_SECONDS:
                means = str(figures)
                passed = time.time() - reported
                say(
                    self._work,
                    f"{stage.name} {step}/0 rate {own_rate:.1e} {means} speed {heard / passed:.0f} "
                    f"waited {waited / passed:.2f}",
                )
                figures, heard, waited, reported = Figures(), 0.0, 0.0, time.time()
        return step


if __name__ == "__main__":
    Trainer(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else BROAD_SECONDS).run()
