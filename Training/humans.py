"""Human speech: the prompts of Debian's Asterisk, ALSA's channel names, and recordings of single digits."""

import gzip
import pathlib
import re

import numpy as np
from scipy.io import wavfile

import flite
from bank import Clip, resample, trim
from phones import IGNORED, PHONES, from_festival
from words import DIGITS, WORDS

PROMPTS = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
TRANSCRIPTS = pathlib.Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
CHANNELS = pathlib.Path("/usr/share/sounds/alsa")
SPEAKERS = ["george", "jackson", "nicolas", "yweweler"]
# Whom the first stages never hear, so that the error rate for a stranger is known; the last stage hears him, too.
STRANGER = "yweweler"
# Recordings 0 to 4 of every digit and speaker are for tests.
TEST_RECORDINGS = range(5)

_SAME = {"xray": "x-ray", "zed": "Z", "oh": "O", "alfa": "alpha", "fourtieth": "fortieth", "centre": "center"}
# Words that say too little for a prompt with them alone to be speech we know.
_WEAK = set("the a of for at in is it what my to and please on".split())
_VOWELS = set("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())


class Pronunciations:
    """How words sound, from flite's dictionary."""

    def __init__(self):
        self._flite, self._known = flite.Flite(), {}

    def __call__(self, word):
        if word not in self._known:
            text, _ = flite.spoken([word], [False])
            sounds = self._flite.speak("kal16", text)[3]
            self._known[word] = [from_festival(name) for _, name in sounds if name != "pau"]
        return self._known[word]


def _read(path):
    rate, samples = wavfile.read(path)
    return resample(samples[:, 0] if samples.ndim > 1 else samples, rate)


def _spread(clip, pronounce):
    """The clip with times for its words and sounds: vowels twice as long as consonants, evenly."""
    if clip is None or not clip.words:
        return clip
    sounds = [(number, phone) for number, word in enumerate(clip.words) for phone in pronounce(word)]
    lengths = np.array([2.0 if PHONES[phone] in _VOWELS else 1.0 for _, phone in sounds])
    edges = 0.03 + np.concatenate([[0], np.cumsum(lengths)]) / lengths.sum() * (clip.duration - 0.06)
    clip.phones = [(0.0, 0)] + [(start, phone) for start, (_, phone) in zip(edges, sounds)] + [(edges[-1], 0)]
    numbers = np.array([number for number, _ in sounds])
    for word in range(len(clip.words)):
        own = np.flatnonzero(numbers == word)
        clip.spans.append((edges[own[0]], edges[own[-1] + 1]))
    return clip


def _words(text):
    """The words of a prompt as the model writes them; None where something else than words is heard."""
    if re.search(r"[\[<(\d]", text.split("[@]")[0]) and not text.startswith(("at", "plus")):
        return None
    letters = text.lower().replace("a.m.", "A M").replace("p.m.", "P M")
    found = re.findall(r"[A-Za-z']+(?:-[a-z]+)?", re.sub(r"\[.*?\]", "", letters))
    found = [part for word in found for part in ([word] if word in WORDS else word.split("-"))]
    return [_SAME.get(word, word) for word in found]


def asterisk():
    """One woman at 8 kHz. Prompts of known words have them; prompts of other words have none; the rest is left out."""
    pronounce = Pronunciations()
    with gzip.open(TRANSCRIPTS, "rt") as file:
        lines = [line.rstrip("\n").split(": ", 1) for line in file if ": " in line and not line.startswith(";")]
    for name, text in lines:
        path = PROMPTS / f"{name}.wav"
        words = _words(text)
        if words is None or not path.exists():
            continue
        if name.startswith("letters/") and len(text) == 1:
            words = [text.upper()]
        known = [word in WORDS for word in words]
        strong = [word for word in words if word in WORDS and word not in _WEAK]
        if all(known) and words:
            yield _spread(trim(Clip("asterisk", words, [], [], _read(path))), pronounce)
        elif not strong and len(words) < 25:
            yield trim(Clip("asterisk", [], [], [(0.0, IGNORED)], _read(path)))


def alsa():
    """ALSA's speaker test: front center, rear left and so on, by one woman."""
    pronounce = Pronunciations()
    for path in sorted(CHANNELS.glob("*_*.wav")):
        words = path.stem.lower().split("_")
        yield _spread(trim(Clip("alsa", words, [], [], _read(path))), pronounce)


def _takes(folder, speaker, test):
    """(digit, path) of a man's recordings, those for tests or the others."""
    for path in sorted(pathlib.Path(folder).glob(f"?_{speaker}_*.wav")):
        found = re.fullmatch(r"(\d)_[^_]+_(\d+)", path.stem)
        if found and (int(found[2]) in TEST_RECORDINGS) == test:
            yield int(found[1]), path


def speakers(folder):
    """Of `SPEAKERS`, those of whom there is every digit, for training and for tests; none without a folder."""
    if folder is None:
        return []
    return [
        speaker
        for speaker in SPEAKERS
        if all(len({digit for digit, _ in _takes(folder, speaker, test)}) == 10 for test in (True, False))
    ]


def digits(folder, speaker, test=False):
    """One man's digits: files `DIGIT_SPEAKER_NUMBER.wav`, as in the Free Spoken Digit Dataset."""
    pronounce = Pronunciations()
    for digit, path in _takes(folder, speaker, test):
        yield _spread(trim(Clip(speaker, [DIGITS[digit]], [], [], _read(path))), pronounce)
