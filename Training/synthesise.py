"""Makes the bank of clips: `python synthesise.py WORK [DIGITS]`. What is there already is kept."""

import multiprocessing
import os
import pathlib
import sys
import zlib

import numpy as np

import bank
import espeak
import festival
import flite
import humans
from grammar import utterance
from unknown import sentence

SEED = 1
# Files of the bank by synthesiser, and utterances in each.
PARTS = {"espeak": (40, 600), "flite": (20, 500), "festival": (8, 320)}
UNKNOWN_SHARE = 0.12
_state = {}


def _text(rng):
    return sentence(rng) if rng.random() < UNKNOWN_SHARE else utterance(rng)


def _synthesised(source, count, rng):
    """`count` clips, less those that a synthesiser did not say word for word."""
    if source == "festival":
        return [clip for _ in range(count // 40) for clip in festival.read(rng, [_text(rng) for _ in range(40)])]
    module = {"espeak": espeak, "flite": flite}[source]
    if source not in _state:
        _state[source] = espeak.Espeak() if source == "espeak" else flite.Flite()
    return [module.read(_state[source], rng, _text(rng)) for _ in range(count)]


def make(job):
    """One file of the bank, unless it is there."""
    path, source, count, digits = job
    if path.exists():
        return path.name, 0
    rng = np.random.default_rng([SEED, zlib.crc32(path.name.encode())])
    if source in PARTS:
        clips = _synthesised(source, count, rng)
    elif source == "asterisk":
        clips = humans.asterisk()
    elif source == "alsa":
        clips = humans.alsa()
    else:
        clips = humans.digits(digits, source)
    clips = [clip for clip in clips if clip is not None and 0.1 < clip.duration < 14]
    bank.write(path, clips)
    return path.name, len(clips)


def main(work, digits=None):
    """Makes all files of the bank on all cores."""
    folder = pathlib.Path(work) / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    men = humans.speakers(digits)
    if digits and men != humans.SPEAKERS:
        print(f"bank: {digits} has every digit of {', '.join(men) or 'nobody'}, not of {', '.join(humans.SPEAKERS)}")
    sources = ["asterisk", "alsa", *men]
    jobs = [(folder / f"{source}-000.npz", source, 0, digits) for source in sources]
    for source, (parts, count) in PARTS.items():
        jobs += [(folder / f"{source}-{part:03}.npz", source, count, digits) for part in range(parts)]
    cores = int(os.environ.get("TRAIN_CORES", os.cpu_count()))
    with multiprocessing.get_context("fork").Pool(cores, maxtasksperchild=8) as pool:
        for name, count in pool.imap_unordered(make, jobs):
            if count:
                print(f"bank: {name} has {count} clips", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
