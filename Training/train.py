"""Trains the model, stage after stage: `python train.py WORK [BEGUN]`. Interrupted at any moment, it goes on where it was.

BEGUN is a run that was begun elsewhere, as begun.py writes it: what to go on from where WORK has no run of its own.
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
from augment import augment
from muon import Muon
from network import Network, rounded
from stages import PROCESSES, STAGES, Stage
from vocabulary import END, FIRST_TIME
from windows import IGNORED

SEED = 3
SAVE_SECONDS = 120
REPORT_STEPS = 50
AVERAGE = 0.99


@dataclasses.dataclass
class State:
    """What a checkpoint holds beside the weights."""

    stage: str = STAGES[0].name
    step: int = 0


def frame_loss(logits, labels):
    """Cross entropy of labels for every frame."""
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


def loss_of(network, stage, batch, figures):
    """The loss of a batch; its parts are added to `figures`."""
    mels, sounds, words = batch[:3]
    rows, goals, places, looks = batch[3:] if stage.writes else (None, None, None, None)
    states, sound_logits, word_logits = network.encode(mels, places)
    by_sound, by_word = frame_loss(sound_logits, sounds), frame_loss(word_logits, words)
    figures["sounds"] = by_sound.item()
    figures["words"] = by_word.item()
    spoken = words > 0
    figures["word frames"] = (word_logits.argmax(-1)[spoken] == words[spoken]).float().mean().item()
    loss = stage.listening * (by_sound + by_word)
    if stage.writes:
        wanted = goals != IGNORED
        logits, unseen = network.decode(rows, states, wanted, looks if stage.looking else None)
        goals = goals[wanted]
        by_token = F.cross_entropy(logits, goals)
        loss = loss + by_token
        if unseen is not None:
            loss = loss + stage.looking * unseen
            figures["unseen"] = unseen.item()
        guess = logits.argmax(-1)
        is_text, is_time = goals < END, goals >= FIRST_TIME
        figures["tokens"] = by_token.item()
        figures["text"] = (guess[is_text] == goals[is_text]).float().mean().item()
        figures["times"] = 0.02 * (guess[is_time] - goals[is_time]).abs().clamp(max=100).float().mean().item()
    return loss


def rate(stage, step):
    """The learning rate: a short warm-up, then a cosine from the first to the last."""
    done = min(1.0, step / stage.steps)
    falling = stage.last_rate + (stage.rate - stage.last_rate) * 0.5 * (1 + math.cos(math.pi * done))
    return falling * min(1.0, (step + 1) / stage.warmup)


class Trainer:
    """One of the processes that train together, each on its own batches; all hold the same weights."""

    def __init__(self, work, rank, ranks, begun=None):
        torch.manual_seed(SEED)
        self._work, self._rank, self._ranks = pathlib.Path(work), rank, ranks
        self._network = Network()
        self._moments = []
        self._state = State()
        path = self._work / "state.pt"
        if begun and not path.exists():
            other = torch.load(begun, weights_only=True)
            self._network.load_state_dict(other["weights"])
            self._state = State(**other["state"])
            if rank == 0:
                (self._work / "log.txt").write_text(other["log"])
        self._average = {name: tensor.clone() for name, tensor in self._network.state_dict().items()}
        if path.exists():
            kept = torch.load(path, weights_only=True)
            self._network.load_state_dict(kept["network"])
            self._average, self._moments = kept["average"], kept["moments"]
            self._state = State(**kept["state"])

    def run(self):
        """All stages from the state's on."""
        names = [stage.name for stage in STAGES]
        for stage in STAGES[names.index(self._state.stage) :]:
            if stage.name != self._state.stage:
                self._state, self._moments = State(stage.name), []
            self._stage(stage)
            self._save(f"after-{stage.name}.pt")
            self._save()

    def _optimizers(self, stage):
        """Muon for the matrices of the layers, AdamW for all else, with what they remember."""
        trained = {id(p) for p in self._network.trained(stage.writes)}
        named = [(name, p) for name, p in self._network.named_parameters() if id(p) in trained]
        layers = [p for name, p in named if p.dim() >= 2 and "blocks" in name or "conv" in name and p.dim() == 3]
        others = [p for _, p in named if not any(p is layer for layer in layers)]
        optimizers = [
            Muon(layers, stage.rate, rank=self._rank, ranks=self._ranks),
            torch.optim.AdamW(others, stage.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
        ]
        for optimizer, moments in zip(optimizers, self._moments):
            optimizer.load_state_dict(moments)
        return optimizers

    def _stage(self, stage: Stage):
        windows = batches.Windows(self._work, stage.sets)
        optimizers = self._optimizers(stage)
        groups = [group for optimizer in optimizers for group in optimizer.param_groups]
        parameters = [p for group in groups for p in group["params"]]
        self._say(f"stage {stage.name}: {len(windows)} windows, {sum(p.numel() for p in parameters)} parameters")
        saved = began = time.time()
        sums, seconds = {}, 0.0
        while self._state.step < stage.steps:
            step = self._state.step
            shape = np.random.default_rng([SEED, STAGES.index(stage), step])
            rng = np.random.default_rng([SEED, STAGES.index(stage), step, self._rank])
            length, count = stage.crops[int(shape.choice(len(stage.crops), p=stage.shares))]
            if stage.writes:
                batch = batches.writing(rng, windows, count, length, stage.later)
            else:
                batch = batches.listening(rng, windows, count, length)
            if rng.random() < stage.augmented:
                batch = (augment(rng, batch[0]), *batch[1:])
            for group in groups:
                group["lr"] = rate(stage, step)
            figures = {}
            # Rounding is for what bfloat16 would round once more.
            with rounded(self._network) if stage.quantises else contextlib.nullcontext():
                with torch.autocast("cpu", torch.bfloat16, enabled=HALVES and not stage.quantises):
                    loss = loss_of(self._network, stage, batch, figures)
                loss.backward()
            self._share(parameters)
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            self._state.step += 1
            self._follow()
            seconds += count * length * self._ranks
            for name, value in figures.items():
                if value == value:
                    total, times = sums.get(name, (0.0, 0))
                    sums[name] = total + value, times + 1
            if self._state.step % REPORT_STEPS == 0:
                means = " ".join(f"{name.replace(' ', '-')} {a / b:.4f}" for name, (a, b) in sums.items())
                self._say(
                    f"{stage.name} {self._state.step}/{stage.steps} rate {rate(stage, step):.1e} {means} "
                    f"speed {seconds / (time.time() - began):.0f}"
                )
                sums, seconds, began = {}, 0.0, time.time()
            if self._rank == 0 and time.time() - saved > SAVE_SECONDS:
                self._moments = [optimizer.state_dict() for optimizer in optimizers]
                self._save()
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

    def _follow(self):
        """The average of the weights over the last hundred steps or so, which is what is shipped."""
        if self._rank:
            return
        weights = self._network.state_dict()
        with torch.no_grad():
            torch._foreach_lerp_([self._average[n] for n in weights], list(weights.values()), 1 - AVERAGE)

    def _save(self, name="state.pt"):
        """Writes the checkpoint: all of it or nothing."""
        if self._rank:
            return
        temporary = self._work / f"{name}.part"
        torch.save(
            {
                "network": self._network.state_dict(),
                "average": self._average,
                "moments": self._moments,
                "state": dataclasses.asdict(self._state),
            },
            temporary,
        )
        os.replace(temporary, self._work / name)

    def _say(self, line):
        if self._rank == 0:
            line = time.strftime("%Y-%m-%d %H:%M:%S ", time.gmtime()) + line
            print(line, flush=True)
            with open(self._work / "log.txt", "a") as log:
                print(line, file=log)


def locked(work):
    """The file that says that somebody trains here; ends the program where another does."""
    lock = open(pathlib.Path(work) / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"train: another training goes on in {work}")
    return lock


def train(rank, ranks, work, port, begun):
    """One process's share of the training."""
    # Threads wait for each other at every one of many small multiplications: few of them.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // ranks))
    lock = None if rank else locked(work)
    distributed.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=ranks)
    Trainer(work, rank, ranks, begun).run()
    if lock:
        lock.close()


def main(work, begun=None):
    """Trains with as many processes as the recipe says; they end with this one."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Asked here for the sake of a clear message; the process that writes the checkpoints holds it.
    locked(work).close()
    processes.spawn(train, (PROCESSES, work, 20000 + os.getpid() % 10000, begun), PROCESSES, daemon=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
