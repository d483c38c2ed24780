"""Trains the model, stage after stage: `python train.py WORK [RECIPE CHECKPOINT]`. Interrupted at any moment, it goes on
where it was.

RECIPE is one of those in stages.py, which takes the weights of CHECKPOINT as its first.
"""

import contextlib
import dataclasses
import fcntl
import math
import os
import pathlib
import signal
import sys
import time

import numpy as np
import torch
import torch.distributed as distributed
import torch.multiprocessing as processes
import torch.nn.functional as F

import batches
from attention import HALVES
from muon import Muon
from network import Network, Size, rounded
from stages import PROCESSES, RECIPES, STAGES, Stage
from vocabulary import END, FIRST_TIME
from windows import IGNORED

SEED = 3
SAVE_SECONDS = 120
REPORT_STEPS = 50
AVERAGE = 0.99


@dataclasses.dataclass
class State:
    """What a checkpoint holds beside the weights."""

    stage: str
    step: int = 0


def frame_loss(logits, labels):
    """Cross entropy of labels for every frame."""
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


def loss_of(network, stage, batch, figures):
    """The loss of a batch; its parts are added to `figures`, as tensors: a GPU that is asked for numbers has to wait."""
    mels, sounds, words = batch[:3]
    rows, goals, places, looks, wanted = batch[3:] if stage.writes else [None] * 5
    states, sound_logits, word_logits = network.encode(mels, places)
    by_sound, by_word = frame_loss(sound_logits, sounds), frame_loss(word_logits, words)
    figures["sounds"] = by_sound.detach()
    figures["words"] = by_word.detach()
    figures["word frames"] = share(word_logits.argmax(-1) == words, words > 0)
    loss = stage.listening * (by_sound + by_word)
    if stage.writes:
        logits, unseen = network.decode(rows, states, wanted, looks if stage.looking else None)
        goals = goals.flatten()[wanted]
        by_token = F.cross_entropy(logits, goals)
        loss = loss + by_token
        if unseen is not None:
            loss = loss + stage.looking * unseen
            figures["unseen"] = unseen.detach()
        guess = logits.argmax(-1)
        figures["tokens"] = by_token.detach()
        figures["text"] = share(guess == goals, goals < END)
        figures["times"] = 0.02 * share((guess - goals).abs().clamp(max=100), goals >= FIRST_TIME)
    return loss


def share(values, where):
    """The mean of values where it says so; NaN where it says so nowhere."""
    return (values * where).sum() / where.sum()


def rate(stage, done, step):
    """The learning rate after the part `done` of a stage: a short warm-up, then a cosine from the first to the last."""
    falling = stage.last_rate + (stage.rate - stage.last_rate) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return falling * min(1.0, (step + 1) / stage.warmup)


def optimizers(network, stage, rank=0, ranks=1):
    """Muon for the matrices of the layers, AdamW for all else."""
    trained = {id(p) for p in network.trained(stage.writes)}
    named = [(name, p) for name, p in network.named_parameters() if id(p) in trained]
    layers = [p for name, p in named if p.dim() >= 2 and "blocks" in name or "conv" in name and p.dim() == 3]
    others = [p for _, p in named if not any(p is layer for layer in layers)]
    return [
        Muon(layers, stage.rate, rank=rank, ranks=ranks),
        torch.optim.AdamW(others, stage.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def gradients(network, stage, batch, halves):
    """Computes the gradients of a batch's loss, in bfloat16 if `halves`; returns its figures."""
    figures = {}
    # Rounding is for what bfloat16 would round once more.
    with rounded(network) if stage.quantises else contextlib.nullcontext():
        with torch.autocast(batch[0].device.type, torch.bfloat16, enabled=halves and not stage.quantises):
            loss = loss_of(network, stage, batch, figures)
        loss.backward()
    return figures


def move(both, parameters, rate):
    """One step of both optimisers along the gradients, which are cleared."""
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for optimizer in both:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def parameters_of(both):
    """All that two optimisers move."""
    return [p for optimizer in both for group in optimizer.param_groups for p in group["params"]]


def follow(average, network):
    """Draws the average of the weights over the last hundred steps or so, which is what is shipped, after them."""
    weights = network.state_dict()
    with torch.no_grad():
        torch._foreach_lerp_([average[name] for name in weights], list(weights.values()), 1 - AVERAGE)


def save(path, checkpoint):
    """Writes a checkpoint: all of it or nothing."""
    temporary = path.with_name(f"{path.name}.part")
    torch.save(checkpoint, temporary)
    os.replace(temporary, path)


def say(work, line):
    """Prints a line with the time, and adds it to the log."""
    line = time.strftime("%Y-%m-%d %H:%M:%S ", time.gmtime()) + line
    print(line, flush=True)
    with open(work / "log.txt", "a") as log:
        print(line, file=log)


class Figures:
    """Means of what the steps since the last report tell."""

    def __init__(self):
        self._sums = {}

    def add(self, figures):
        """Takes one step's figures; those that are not a number count nothing."""
        for name, value in figures.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = total + torch.nan_to_num(value), count + ~torch.isnan(value)

    def __str__(self):
        means = ((name.replace(" ", "-"), float(a / b)) for name, (a, b) in self._sums.items())
        return " ".join(f"{name} {mean:.4f}" for name, mean in means)


class Trainer:
    """One of the processes that train together, each on its own batches; all hold the same weights."""

    def __init__(self, work, rank, ranks, recipe, checkpoint=None):
        torch.manual_seed(SEED)
        self._work, self._rank, self._ranks = pathlib.Path(work), rank, ranks
        self._stages, self._file = RECIPES[recipe], f"{recipe}.pt"
        self._moments, self._state = [], State(self._stages[0].name)
        begun = (self._work / self._file).exists()
        file = self._file if begun else checkpoint
        kept = torch.load(self._work / file, weights_only=True) if file else {}
        self._network = Network(Size.of(kept["average"])) if kept else Network()
        if kept:
            self._network.load_state_dict(kept["network" if begun else "average"])
        self._average = {name: tensor.clone() for name, tensor in self._network.state_dict().items()}
        if begun:
            self._average, self._moments = kept["average"], kept["moments"]
            self._state = State(**kept["state"])

    def run(self):
        """All stages from the state's on."""
        names = [stage.name for stage in self._stages]
        for stage in self._stages[names.index(self._state.stage) :]:
            if stage.name != self._state.stage:
                self._state, self._moments = State(stage.name), []
            self._stage(stage)
            if self._stages is STAGES:
                self._save(f"after-{stage.name}.pt")
            self._save(self._file)

    def _stage(self, stage: Stage):
        windows = batches.Windows(self._work, stage.sets)
        both = optimizers(self._network, stage, self._rank, self._ranks)
        for optimizer, moments in zip(both, self._moments):
            optimizer.load_state_dict(moments)
        parameters = parameters_of(both)
        self._say(f"stage {stage.name}: {len(windows)} windows, {sum(p.numel() for p in parameters)} parameters")
        saved = began = time.time()
        figures, seconds = Figures(), 0.0
        while self._state.step < stage.length:
            step = self._state.step
            shape = np.random.default_rng([SEED, self._stages.index(stage), step])
            rng = np.random.default_rng([SEED, self._stages.index(stage), step, self._rank])
            length, count = stage.crops[int(shape.choice(len(stage.crops), p=stage.shares))]
            batch = batches.make(rng, windows, stage, length, count)
            own_rate = rate(stage, step / stage.length, step)
            figures.add(gradients(self._network, stage, batch, HALVES))
            self._share(parameters)
            move(both, parameters, own_rate)
            self._state.step += 1
            if self._rank == 0:
                follow(self._average, self._network)
            seconds += count * length * self._ranks
            if self._state.step % REPORT_STEPS == 0:
                self._say(
                    f"{stage.name} {self._state.step}/{stage.length} rate {own_rate:.1e} {figures} "
                    f"speed {seconds / (time.time() - began):.0f}"
                )
                figures, seconds, began = Figures(), 0.0, time.time()
            if self._rank == 0 and time.time() - saved > SAVE_SECONDS:
                self._moments = [optimizer.state_dict() for optimizer in both]
                self._save(self._file)
                saved = time.time()
        self._moments = []

    def _share(self, parameters):
        """Gradients become their mean over the processes."""
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        together = torch.cat([g.flatten() for g in gradients])
        distributed.all_reduce(together)
        together /= self._ranks
        at = 0
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = together[at : at + gradient.numel()].view_as(gradient)
            at += gradient.numel()

    def _save(self, name):
        if self._rank:
            return
        checkpoint = {
            "network": self._network.state_dict(),
            "average": self._average,
            "moments": self._moments,
            "state": dataclasses.asdict(self._state),
        }
        save(self._work / name, checkpoint)

    def _say(self, line):
        if self._rank == 0:
            say(self._work, line)


def locked(work):
    """The file that says that somebody trains here; ends the program where another does."""
    lock = open(pathlib.Path(work) / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"train: another training goes on in {work}")
    return lock


def train(rank, ranks, work, port, *recipe):
    """One process's share of the training."""
    # Threads wait for each other at every one of many small multiplications: few of them.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // ranks))
    lock = None if rank else locked(work)
    distributed.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=ranks)
    Trainer(work, rank, ranks, *recipe).run()
    if lock:
        lock.close()


def main(work, *recipe):
    """Trains with as many processes as the recipe says; they end with this one."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Asked here for the sake of a clear message; the process that writes the checkpoints holds it.
    locked(work).close()
    processes.spawn(train, (PROCESSES, work, 20000 + os.getpid() % 10000, *(recipe or ["state"])), PROCESSES, daemon=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
