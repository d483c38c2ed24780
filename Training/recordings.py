"""The recordings that the model is judged by, the same every time: voices, recordings of people and sentences of other
words that no training saw, and noises drawn anew."""

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
from words import DIGITS

SEED = 4
# None of the words that the model knows is in them, but for the smallest.
_SENTENCES = """
Harvest begins once those apples ripen. | Nobody noticed how quietly they came inside. | She wore leather boots under her
dress. | Their cousin sells insurance near Boston. | Please water these plants while we travel. | Several engineers argued
about bridges. | My uncle grows enormous cucumbers. | Winter arrived early this year. | He apologized because breakfast
was burnt. | Could somebody explain that joke? | Dogs chase squirrels across every park. | Libraries lend books without
charging anybody. | That lawyer never answers his phone. | We painted our fence yellow. | An old sailor told strange
stories. | Everyone laughed when Peter slipped. | Those mountains look beautiful under fresh snow. | Scientists discovered
another planet. | They would rather drink coffee than tea. | Her violin teacher lives upstairs. | Wolves howl whenever the moon
is full. | You should have brought an umbrella. | Bakers rise long before everybody else. | Nothing surprises my
grandmother anymore.
""".replace("\n", " ").strip().split(" | ")


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


class _Machines:
    """The synthesisers' voices that are held out."""

    def __init__(self):
        self._espeak, self._flite = espeak.Espeak(), flite.Flite()

    def clip(self, rng, engine, text):
        """A clip of what `text()` draws; a synthesiser does not say all of it word for word."""
        clip = None
        while clip is None:
            if engine == "espeak":
                clip = espeak.read(self._espeak, rng, text(), espeak.HELD_OUT_VARIANTS)
            else:
                clip = flite.read(self._flite, rng, text(), flite.HELD_OUT_VOICES)
        return clip

    def utterance(self, rng, engine):
        """Speaks: samples, words, start and end."""
        clip = self.clip(rng, engine, lambda: utterance(rng))
        return clip.samples / 32768, clip.words, clip.spans[0][0], clip.spans[-1][1]


class _Digits:
    """Digits of one man, a quarter of a second apart at most."""

    def __init__(self, clips):
        self._clips = {digit: [clip for clip in clips if clip.words == [digit]] for digit in DIGITS}

    def utterance(self, rng, longest):
        """Speaks: samples, words, start and end."""
        parts, words = [], [DIGITS[int(d)] for d in rng.integers(0, 10, rng.integers(1, longest + 1))]
        for word in words:
            clips = self._clips[word]
            parts.append(clips[int(rng.integers(len(clips)))].samples / 32768)
            parts.append(np.zeros(int(rng.uniform(0, 0.25) * SAMPLE_RATE)))
        samples = np.concatenate(parts[:-1])
        return samples, words, 0.02, len(samples) / SAMPLE_RATE - 0.02


def _placed(rng, group, voice, speak, seconds, utterances=99, noise=None, decibels=40):
    """A recording of utterances with pauses of 0.6 to 2 s; `speak()` gives samples, words, start and end."""
    samples, segments = np.zeros(int(seconds * SAMPLE_RATE)), []
    at = rng.uniform(0.1, 0.9) if utterances == 1 or rng.random() < 0.8 else rng.uniform(1, 4)
    for _ in range(utterances):
        spoken, words, start, end = speak()
        while not segments and at + len(spoken) / SAMPLE_RATE > seconds - 0.4:
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


def _men(rng, group, men, share, counts):
    """Recordings of each man: whole windows, and single utterances."""
    found = []
    for speaker, man in men.items():
        for _ in range(int(counts[0] * share)):
            found.append(_placed(rng, group, speaker, lambda: man.utterance(rng, 8), 30))
        for _ in range(int(counts[1] * share)):
            seconds = rng.uniform(4, 7)
            found.append(
                _placed(rng, f"{group}, one utterance", speaker, lambda: man.utterance(rng, 4), seconds, utterances=1)
            )
    return found


def make(digits=None, share=1.0):
    """All recordings, or a `share` of each group. `digits` is the folder of human digits, if there is one."""
    rng = np.random.default_rng(SEED)
    machines, found = _Machines(), []
    sounds = [noise for _, noise in noises.make(rng)]

    def noise(number, seconds=30):
        sound = sounds[number % len(sounds)]
        first = int(rng.integers(len(sound) - seconds * SAMPLE_RATE))
        return sound[first : first + seconds * SAMPLE_RATE]

    for engine in ("espeak", "flite"):

        def speak():
            return machines.utterance(rng, engine)

        for _ in range(int(24 * share)):
            found.append(_placed(rng, "synthetic", engine, speak, 30))
        for _ in range(int(12 * share)):
            under = noise(int(rng.integers(len(sounds))))
            found.append(_placed(rng, "synthetic, noise at 15 dB", engine, speak, 30, noise=under, decibels=15))
        for _ in range(int(40 * share)):
            found.append(_placed(rng, "synthetic, one utterance", engine, speak, 9, utterances=1))
    men = {name: _Digits(list(humans.digits(digits, name, test=True))) for name in humans.speakers(digits)}
    found += _men(rng, "digits, other recordings of speakers heard", men, share, (12, 20))
    for number in range(int(60 * share)):
        # Noises by turns, so that each is heard.
        samples = noise(number) * 10 ** (rng.uniform(-70, -14) / 20) if number % 10 else np.zeros(30 * SAMPLE_RATE)
        found.append(Recording("nobody speaks", "", samples, []))
    for engine in ("espeak", "flite"):
        for number in range(int(40 * share)):
            text = _SENTENCES[number % len(_SENTENCES)]
            samples = np.pad(machines.clip(rng, engine, lambda: text).samples / 32768, int(0.7 * SAMPLE_RATE))
            found.append(Recording("unknown words", engine, samples + 0.001 * rng.normal(size=len(samples)), []))
    return found


def of_stranger(digits, share=1.0):
    """All recordings of the man whom a model did not hear that was trained up to the stage before he is."""
    if humans.STRANGER not in humans.speakers(digits):
        return []
    clips = [clip for test in (True, False) for clip in humans.digits(digits, humans.STRANGER, test)]
    men = {humans.STRANGER: _Digits(clips)}
    return _men(np.random.default_rng([SEED, 1]), "digits, speaker never heard", men, share, (36, 30))


def write_all(recordings, folder):
    """Writes the recordings as numbered files; returns their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04}.wav" for number in range(len(recordings))]
    for recording, path in zip(recordings, paths):
        save(recording, path)
    return paths
