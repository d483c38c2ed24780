"""Clips of speech with their words, in files of some hundred, each of which appears whole or not at all."""

import dataclasses
import json
import os
import pathlib

import numpy as np
from scipy.signal import resample_poly

SAMPLE_RATE = 16000


@dataclasses.dataclass
class Clip:
    """One utterance of one voice.

    `spans` are the words' starts and ends, `phones` the starts and classes of the sounds, in seconds; a sound ends
    where the next starts. Speech of unknown words has no `words`.
    """

    voice: str
    words: list
    spans: list
    phones: list
    samples: np.ndarray

    @property
    def duration(self):
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE


def resample(samples, rate):
    """Samples at `SAMPLE_RATE`, as floats."""
    common = np.gcd(SAMPLE_RATE, rate)
    return resample_poly(samples.astype(np.float32), SAMPLE_RATE // common, rate // common)


def trim(clip, keep=0.03, threshold=-42):
    """The clip without the silence around it, scaled to a common peak; None for a clip of silence."""
    samples = np.asarray(clip.samples, np.float32)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    energy = (frames**2).mean(1)
    loud = np.flatnonzero(energy > energy.max(initial=0) * 10 ** (threshold / 10))
    if len(loud) < 5 or energy.max() <= 0:
        return None
    first = max(0, int(loud[0] * 160 - keep * SAMPLE_RATE))
    last = min(len(samples), int((loud[-1] + 1) * 160 + keep * SAMPLE_RATE))
    offset, length = first / SAMPLE_RATE, (last - first) / SAMPLE_RATE
    samples = samples[first:last] * (29000 / np.abs(samples[first:last]).max())
    spans = [(max(0.0, a - offset), min(length, b - offset)) for a, b in clip.spans]
    phones = [(max(0.0, start - offset), phone) for start, phone in clip.phones if start - offset < length]
    return Clip(clip.voice, clip.words, spans, phones, np.round(samples).astype(np.int16))


def write(path, clips):
    """Writes a part of the bank."""
    records, offset = [], 0
    for clip in clips:
        records.append(
            {
                "voice": clip.voice,
                "words": clip.words,
                "spans": [[round(a, 4), round(b, 4)] for a, b in clip.spans],
                "phones": [[round(start, 4), phone] for start, phone in clip.phones],
                "first": offset,
                "count": len(clip.samples),
            }
        )
        offset += len(clip.samples)
    samples = np.concatenate([clip.samples for clip in clips]) if clips else np.zeros(0, np.int16)
    temporary = pathlib.Path(f"{path}.part")
    with open(temporary, "wb") as file:
        np.savez(file, samples=samples, records=np.frombuffer(json.dumps(records).encode(), np.uint8))
    os.replace(temporary, path)


class Bank:
    """All clips of the parts whose names begin with one of `sources`."""

    def __init__(self, folder, sources):
        self.clips = []
        self._samples = []
        paths = sorted(p for p in pathlib.Path(folder).glob("*.npz") if p.name.split("-")[0] in sources)
        for path in paths:
            with np.load(path) as part:
                records = json.loads(part["records"].tobytes())
                self._samples.append(part["samples"])
            for record in records:
                self.clips.append((len(self._samples) - 1, record))

    def __len__(self):
        return len(self.clips)

    def clip(self, number):
        """A clip with samples as floats of -1…1."""
        part, record = self.clips[number]
        first, count = record["first"], record["count"]
        samples = self._samples[part][first : first + count].astype(np.float32) / 32768
        return Clip(record["voice"], record["words"], record["spans"], record["phones"], samples)
