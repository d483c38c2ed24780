"""The recordings that the model is judged by: voices, words and noises that no training saw, the same every time."""

import dataclasses
import pathlib
import wave

import numpy as np

import espeak
import flite
import humans
import noises
from bank import SAMPLE_RATE
from grammar import utterance
from unknown import sentence
from words import DIGITS

SEED = 4


@dataclasses.dataclass
class Recording:
    """Samples, who speaks, and the (start, end, words)s of what is said."""

    group: str
    voice: str
    samples: np.ndarray
    segments: list

    @property
    def words(self):
        """All that is said."""
        return [word for _, _, words in self.segments for word in words]


def save(recording, path):
    """Writes a WAV file of 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(np.clip(recording.samples, -1, 1) * 32767).astype("<i2").tobytes())


class _Voices:
    """Utterances of held-out voices: (samples, (start, end) of the words)."""

    def __init__(self, digits, stranger):
        self._espeak, self._flite = espeak.Espeak(), flite.Flite()
        self._digits = {}
        for speaker in humans.SPEAKERS if digits else []:
            clips = list(humans.digits(digits, speaker, test=True))
            if stranger and speaker == humans.STRANGER:
                clips += humans.digits(digits, speaker)
            self._digits[speaker] = {d: [c for c in clips if c.words == [d]] for d in DIGITS}

    @property
    def speakers(self):
        return list(self._digits)

    def synthetic(self, rng, engine, words):
        if engine == "espeak":
            return espeak.read(self._espeak, rng, words, espeak.HELD_OUT_VARIANTS)
        return flite.read(self._flite, rng, words, flite.HELD_OUT_VOICES)

    def spoken_digits(self, rng, speaker, longest):
        """Digits of one man, a quarter of a second apart at most."""
        parts, words = [], [DIGITS[int(d)] for d in rng.integers(0, 10, rng.integers(1, longest + 1))]
        for word in words:
            clips = self._digits[speaker][word]
            parts.append(clips[int(rng.integers(len(clips)))].samples / 32768)
            parts.append(np.zeros(int(rng.uniform(0, 0.25) * SAMPLE_RATE)))
        samples = np.concatenate(parts[:-1])
        return samples, words, 0.02, len(samples) / SAMPLE_RATE - 0.02


def _placed(rng, group, voice, speak, seconds, utterances=99, noise=None, decibels=40):
    """A recording of utterances with pauses of 0.6 to 2 s; `speak()` gives samples, words, start and end."""
    samples, segments = np.zeros(int(seconds * SAMPLE_RATE)), []
    at = rng.uniform(0.1, 0.9)
    for _ in range(utterances):
        spoken, words, start, end = speak()
        if at + len(spoken) / SAMPLE_RATE > seconds - 0.4:
            break
        first = int(at * SAMPLE_RATE)
        samples[first : first + len(spoken)] += spoken
        segments.append((at + start, at + end, words))
        at += len(spoken) / SAMPLE_RATE + rng.uniform(0.6, 2.0)
    loud = samples[np.abs(samples) > 0.003]
    power = (loud**2).mean() if len(loud) else 1e-4
    if noise is None:
        noise = rng.normal(size=len(samples))
    samples = samples + noise[: len(samples)] * np.sqrt(power) * 10 ** (-decibels / 20)
    samples *= 10 ** (-rng.uniform(1, 10) / 20) / np.abs(samples).max()
    return Recording(group, voice, samples, segments)


def _synthetic(rng, voices, engine):
    def speak():
        clip = voices.synthetic(rng, engine, utterance(rng))
        return clip.samples / 32768, clip.words, clip.spans[0][0], clip.spans[-1][1]

    return speak


def _digits(rng, voices, speaker, longest):
    return lambda: voices.spoken_digits(rng, speaker, longest)


def make(digits=None, stranger=False, share=1.0):
    """All recordings, or a `share` of each group.

    `digits` is the folder of human digits, if there is one. `stranger`: the model was trained without
    `humans.STRANGER`, of whom then every recording is new; of the others, those that are kept for tests.
    """
    rng = np.random.default_rng(SEED)
    voices, found = _Voices(digits, stranger), []
    sounds = [noise for kind, noise in noises.make(rng)]

    def noise():
        return sounds[int(rng.integers(len(sounds)))]

    for engine in ("espeak", "flite"):
        for _ in range(int(24 * share)):
            found.append(_placed(rng, "synthetic", engine, _synthetic(rng, voices, engine), 30))
        for _ in range(int(12 * share)):
            speak = _synthetic(rng, voices, engine)
            found.append(_placed(rng, "synthetic, noise at 15 dB", engine, speak, 30, noise=noise(), decibels=15))
        for _ in range(int(40 * share)):
            speak = _synthetic(rng, voices, engine)
            found.append(_placed(rng, "synthetic, one utterance", engine, speak, 9, utterances=1))
    for speaker in voices.speakers:
        is_new = stranger and speaker == humans.STRANGER
        group = "digits, speaker never heard" if is_new else "digits, other recordings of speakers heard"
        for _ in range(int((36 if is_new else 12) * share)):
            found.append(_placed(rng, group, speaker, _digits(rng, voices, speaker, 8), 30))
        for _ in range(int((30 if is_new else 20) * share)):
            speak, seconds = _digits(rng, voices, speaker, 4), rng.uniform(4, 7)
            found.append(_placed(rng, group + ", one utterance", speaker, speak, seconds, utterances=1))
    for number in range(int(60 * share)):
        samples = np.zeros(30 * SAMPLE_RATE)
        if number % 10:
            samples = noise()[: len(samples)] * 10 ** (rng.uniform(-70, -14) / 20)
        found.append(Recording("nobody speaks", "", samples, []))
    for engine in ("espeak", "flite"):
        for _ in range(int(40 * share)):
            speech = voices.synthetic(rng, engine, sentence(rng)).samples / 32768
            samples = np.pad(speech, int(0.7 * SAMPLE_RATE))
            found.append(Recording("unknown words", engine, samples + 0.001 * rng.normal(size=len(samples)), []))
    return found


def write_all(recordings, folder):
    """Writes the recordings as numbered files; returns their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04}.wav" for number in range(len(recordings))]
    for recording, path in zip(recordings, paths):
        save(recording, path)
    return paths
