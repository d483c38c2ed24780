"""Thirty seconds at a time as a microphone would hear them: utterances, pauses and noise, with what is said when.

`python windows.py WORK SET COUNT SOURCES…` makes COUNT files of windows from the bank's sources; what is there is kept.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import zlib

import numpy as np
import torch

import effects
import noises
import spectrogram
from bank import SAMPLE_RATE, Bank
from grammar import utterance
from humans import SPEAKERS
from words import DIGITS, WORDS

SEED = 2
SECONDS = 30
WINDOWS_PER_FILE = 200
LABELS_PER_SECOND = 50
# Word labels of a frame: no speech, the words, and speech of no word we know.
NO_WORD, UNKNOWN_WORD, IGNORED = 0, len(WORDS) + 1, -100
WORD_LABELS = len(WORDS) + 2
_NUMBERS = {word: number + 1 for number, word in enumerate(WORDS)}
_HUMANS = [*SPEAKERS, "asterisk", "alsa"]
# How many of the men's digits are cut close in the sets whose names say so.
CLOSE = 0.6
# espeak-ng has hundreds of voices, which stay themselves at these speeds.
_SPEEDS = (0.93, 1.075)
# Of the few that sound like people each is many: at these speeds pitch and vocal tract are another's.
_WIDE_SPEEDS = (0.8, 1.24)


def _is_espeak(voice):
    return voice.startswith("espeak")


class Speech:
    """Utterances of the bank's voices. Each is (samples, words, spans, sounds), times in seconds."""

    def __init__(self, folder, sources, close):
        bank = Bank(folder, sources)
        self._bank, self._close = bank, close
        self._known, self._unknown, self._single = {}, {}, {}
        for number, (_, record) in enumerate(bank.clips):
            voice, words = record["voice"], record["words"]
            (self._known if words else self._unknown).setdefault(voice, []).append(number)
            if voice in _HUMANS and len(words) == 1:
                self._single.setdefault(voice, {}).setdefault(words[0], []).append(number)
        machines = [voice for voice in self._known if voice not in _HUMANS]
        self._espeak = [voice for voice in machines if _is_espeak(voice)]
        self._others = [voice for voice in machines if not _is_espeak(voice)]
        self._speakers = [voice for voice in SPEAKERS if voice in self._known]

    def unknown(self, rng):
        """Speech of no word we know."""
        draw = rng.random()
        voice = "asterisk" if draw < 0.25 else self._machine(rng, self._unknown, natural=draw < 0.6)
        return self._clip(rng, self._pick(rng, self._unknown[voice]))

    def known(self, rng, longest):
        """An utterance of at most `longest` words we know."""
        for _ in range(20):
            draw = rng.random()
            if draw < 0.2 and self._speakers:
                return self._counted(rng, self._pick(rng, self._speakers), longest)
            if draw < 0.33 and "asterisk" in self._single:
                return self._composed(rng, "asterisk", longest)
            if draw < 0.345 and "alsa" in self._known:
                number = self._pick(rng, self._known["alsa"])
            else:
                number = self._pick(rng, self._known[self._machine(rng, self._known, natural=draw > 0.58)])
            if len(self._bank.clips[number][1]["words"]) <= longest:
                return self._clip(rng, number)
        return self._counted(rng, self._pick(rng, self._speakers or list(self._single)), 1)

    def samples(self, rng):
        """Any clip's samples, for babble."""
        return self._bank.clip(int(rng.integers(len(self._bank)))).samples

    def _pick(self, rng, items):
        return items[int(rng.integers(len(items)))]

    def _machine(self, rng, clips, natural):
        """A synthesiser's voice; `natural`: not espeak-ng's."""
        return self._pick(rng, [voice for voice in (self._others if natural else self._espeak) if voice in clips])

    def _clip(self, rng, number):
        speeds = _SPEEDS if _is_espeak(self._bank.clips[number][1]["voice"]) else _WIDE_SPEEDS
        return self._at_speed(number, rng.uniform(*speeds))

    def _counted(self, rng, voice, longest):
        count = 1 if rng.random() < 0.2 else min(longest, 1 + rng.geometric(0.24))
        words = DIGITS if voice in SPEAKERS else list(self._single[voice])
        return self._joined(rng, voice, [self._pick(rng, words) for _ in range(count)])

    def _composed(self, rng, voice, longest):
        """What the voice has all words for: mostly sentences of the grammar, or one of its own prompts."""
        longer = [n for n in self._known[voice] if 1 < len(self._bank.clips[n][1]["words"]) <= longest]
        if longer and rng.random() < 0.1:
            return self._clip(rng, self._pick(rng, longer))
        for _ in range(12):
            words = utterance(rng, longest)
            if all(word in self._single[voice] for word in words):
                return self._joined(rng, voice, words)
        return self._counted(rng, voice, longest)

    def _joined(self, rng, voice, words):
        """Recordings of single words one after the other, all at one speed."""
        # One man is made several: speed moves his pitch and his vocal tract.
        factor = rng.uniform(0.82, 1.22) if rng.random() < 0.6 else rng.uniform(0.96, 1.04)
        base = rng.choice([0.0, 0.03, 0.1, 0.2])
        parts, spans, sounds, at = [], [], [], 0
        for word in words:
            samples, _, own, phones = self._at_speed(self._pick(rng, self._single[voice][word]), factor)
            if voice in SPEAKERS and self._close and rng.random() < self._close:
                samples, own, phones = _cut(rng, samples, own, phones)
            fade = min(80, len(samples) // 4)
            samples[:fade] *= np.linspace(0, 1, fade)
            samples[-fade:] *= np.linspace(1, 0, fade)
            samples *= 10 ** (rng.normal(0, 1.5) / 20)
            offset = at / SAMPLE_RATE
            spans += [(a + offset, b + offset) for a, b in own]
            sounds += [(start + offset, sound) for start, sound in phones]
            parts.append((at, samples))
            gap = np.clip(base + rng.normal(0, 0.05) + rng.exponential(0.05), -0.03, 0.33)
            at = max(0, at + len(samples) + int(gap * SAMPLE_RATE))
        joined = np.zeros(parts[-1][0] + len(parts[-1][1]), np.float32)
        for first, samples in parts:
            room = joined[first : first + len(samples)]
            room += samples[: len(room)]
        return joined, words, spans, sounds

    def _at_speed(self, number, factor):
        clip = self._bank.clip(number)
        spans = [(a / factor, b / factor) for a, b in clip.spans]
        sounds = [(start / factor, sound) for start, sound in clip.phones]
        return effects.faster(clip.samples, factor).copy(), clip.words, spans, sounds


def _cut(rng, samples, spans, sounds):
    """A recording of one word that was cut too close, at both ends."""
    length = len(samples) / SAMPLE_RATE
    first, last = rng.uniform(0, min(0.12, 0.4 * length)), rng.uniform(0, min(0.2, 0.35 * length))
    samples = samples[int(first * SAMPLE_RATE) : len(samples) - int(last * SAMPLE_RATE)]
    length = len(samples) / SAMPLE_RATE
    spans = [(max(0.0, a - first), min(length, b - first)) for a, b in spans]
    return samples, spans, [(min(length, max(0.0, start - first)), sound) for start, sound in sounds]


class Mixer:
    """Windows of speech, pauses and noise."""

    def __init__(self, folder, sources, rng, close):
        self._speech = Speech(folder, sources, close)
        self._noises = noises.make(rng, self._speech.samples)

    def window(self, rng):
        """A window: bytes of its log-mels [3000, 80], labels of sounds and words [1500], and (start, end, word)s."""
        samples = np.zeros(SECONDS * SAMPLE_RATE, np.float32)
        sounds = np.zeros(SECONDS * LABELS_PER_SECOND, np.int16)
        words = np.zeros_like(sounds)
        said = []
        kind = rng.random()
        end = SECONDS if rng.random() < 0.7 else rng.uniform(1.2, SECONDS)
        if kind > 0.08:
            self._speak(rng, samples, sounds, words, said, end, unknown=1.0 if kind < 0.13 else 0.09)
        samples = self._mixed(rng, samples, alone=kind <= 0.08)
        samples[int(end * SAMPLE_RATE) :] = 0
        samples = np.round(np.clip(samples, -1, 1) * 32767).astype(np.float32) / 32768
        floor = 0.0 if rng.random() < 0.75 else rng.uniform(0, 1.6)
        mels = spectrogram.to_bytes(spectrogram.log_mel(samples, floor)).T
        return mels, sounds, words, said

    def _speak(self, rng, samples, sounds, words, said, end, unknown):
        """Places utterances, half a second or more apart, until the window ends or nobody speaks any more."""
        at = rng.uniform(0, 0.8) if rng.random() < 0.85 else rng.uniform(0.8, 4)
        utterances = 99 if rng.random() < 0.75 else int(rng.integers(1, 4))
        while utterances > 0:
            strange = rng.random() < unknown
            speech, spoken, spans, phones = (
                self._speech.unknown(rng) if strange else self._speech.known(rng, longest=15)
            )
            length = len(speech) / SAMPLE_RATE
            if at + length > end:
                break
            narrow = len(spoken) > 0 and rng.random() < 0.4
            heard = effects.recorded(rng, speech, narrow) * 10 ** (rng.uniform(-8, 0) / 20)
            room = samples[int(at * SAMPLE_RATE) :][: len(heard)]
            room += heard[: len(room)]
            self._label(at, length, spoken, spans, phones, sounds, words)
            said += [(round(at + a, 3), round(at + b, 3), _NUMBERS[w] - 1) for w, (a, b) in zip(spoken, spans)]
            draw = rng.random()
            at += length + (
                rng.uniform(0.52, 0.8) if draw < 0.6 else rng.uniform(0.6, 2.2) if draw < 0.95 else rng.uniform(2, 8)
            )
            utterances -= 1

    @staticmethod
    def _label(at, length, spoken, spans, phones, sounds, words):
        def frame(time):
            return int(round((at + time) * LABELS_PER_SECOND))

        ends = [start for start, _ in phones[1:]] + [length]
        for (start, sound), stop in zip(phones, ends):
            sounds[frame(start) : frame(stop)] = sound
        if not spoken:
            words[frame(0) : frame(length)] = UNKNOWN_WORD
        for word, (start, stop) in zip(spoken, spans):
            words[frame(start) : frame(stop)] = _NUMBERS[word]

    def _noise(self, rng, count):
        kind, noise = self._noises[int(rng.integers(len(self._noises)))]
        first = int(rng.integers(len(noise) - count))
        return kind, noise[first : first + count]

    def _mixed(self, rng, samples, alone):
        """Noise under the speech, or alone; then some level."""
        if alone:
            if rng.random() < 0.2:
                return samples
            for share in (1.0, 0.3):
                if rng.random() < share:
                    samples = samples + self._noise(rng, len(samples))[1] * 10 ** (rng.uniform(-75, -12) / 20)
            return samples
        loud = samples[np.abs(samples) > 0.003]
        power = float((loud**2).mean()) if len(loud) else 1e-4
        for share, lowest in ((0.8, 5), (0.25, 15)):
            if rng.random() < share:
                kind, noise = self._noise(rng, len(samples))
                lowest = max(lowest, 10) if kind == noises.BABBLE else lowest
                samples = samples + noise * np.sqrt(power) * 10 ** (-rng.uniform(lowest, 45) / 20)
        level = rng.uniform(0, 12) if rng.random() < 0.7 else rng.uniform(10, 32)
        return samples / (np.abs(samples).max() + 1e-9) * 10 ** (-level / 20)


_mixers = {}


def make(job):
    """One file of windows: log-mels beside labels, the labels last, which says that it is complete."""
    path, name = job
    rng = np.random.default_rng([SEED, zlib.crc32(path.name.encode())])
    windows = [_mixers[name].window(rng) for _ in range(WINDOWS_PER_FILE)]
    mels, sounds, words, said = zip(*windows)
    temporary = path.with_suffix(f".{os.getpid()}.npy")
    np.save(temporary, np.stack(mels))
    os.replace(temporary, path.with_suffix(".npy"))
    said = np.frombuffer(json.dumps(said).encode(), np.uint8)
    temporary = path.with_suffix(f".{os.getpid()}.part")
    with open(temporary, "wb") as file:
        np.savez(file, sounds=np.stack(sounds), words=np.stack(words), said=said)
    os.replace(temporary, path.with_suffix(".npz"))
    return path.name


def main(work, name, count, *sources):
    """Makes a set of windows on all cores."""
    folder = pathlib.Path(work) / "windows"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(folder / f"{name}-{part:03}", name) for part in range(int(count))]
    jobs = [job for job in jobs if not job[0].with_suffix(".npz").exists()]
    if not jobs:
        return
    torch.set_num_threads(1)
    # Made before the processes are, which share its memory.
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    _mixers[name] = Mixer(pathlib.Path(work) / "bank", sources, rng, CLOSE if name.startswith("close") else 0.0)
    with multiprocessing.get_context("fork").Pool(int(os.environ.get("TRAIN_CORES", os.cpu_count()))) as pool:
        for made in pool.imap_unordered(make, jobs):
            print(f"windows: {made} is made", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
