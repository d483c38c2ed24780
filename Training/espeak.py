"""espeak-ng through its C library: samples, and which word and which phoneme sounds when."""

import ctypes

import numpy as np

from bank import Clip, resample, trim
from phones import SILENCE, from_ipa
from words import SPELLED

SYNCHRONOUS, PHONEME_EVENTS, PHONEMES_IN_IPA, UTF8 = 2, 1, 2, 1
WORD, PHONEME = 1, 7
RATE, PITCH, RANGE, WORD_GAP = 1, 3, 4, 7


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h; `name` is the union's eight characters."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The synthesiser, one per process: its library keeps global state."""

    def __init__(self):
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        options = PHONEME_EVENTS | PHONEMES_IN_IPA
        self.sample_rate = self._library.espeak_Initialize(SYNCHRONOUS, 200, None, options)
        if self.sample_rate <= 0:
            raise RuntimeError("libespeak-ng finds no voices; is espeak-ng-data installed?")
        self._callback = _Callback(self._collect)  # kept: the library holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples, count, events):
        """Takes what was synthesised last; called by the library."""
        if samples and count > 0:
            self._parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type:
            event = events[index]
            if event.type in (WORD, PHONEME):
                name = bytes(event.name).split(b"\0")[0].decode("utf-8", "ignore")
                self._events.append((event.type, event.text_position, event.sample, name))
            index += 1
        return 0

    def speak(self, voice, text, speed=170, pitch=50, pitch_range=50, word_gap=0):
        """Speaks `text`.

        Returns int16 samples and the events (type, position in the text counted from 1, sample, phoneme).
        """
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        settings = {RATE: speed, PITCH: pitch, RANGE: pitch_range, WORD_GAP: word_gap}
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        self._parts, self._events = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 0, 0, UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)
        return samples, self._events


ACCENTS = [
    "gmw/en", "gmw/en-US", "gmw/en-US-nyc", "gmw/en-GB-scotland", "gmw/en-029", "gmw/en-GB-x-rp", "gmw/en-GB-x-gbclan",
    "gmw/en-GB-x-gbcwmd",
]  # fmt: skip
VARIANTS = (
    "m1 m2 m3 m4 m5 m6 m8 f1 f2 f3 f5 Alex Alicia Andrea Andy Annie Denis Diogo Gene Gene2 Henrique Hugo Jacky "
    "Lee Marco Mario Michael Mike Nguyen adam anika announcer antonio aunty belinda benjamin boris caleb david ed "
    "edward edward2 grandma grandpa gustave iven iven2 iven3 iven4 john kaukovalta klatt klatt2 klatt3 klatt4 "
    "klatt5 klatt6 linda marcelo max michel miguel norbert pablo paul pedro quincy rob robert sandro shelby steph "
    "steph2 steph3 travis victor zac "
).split()
HELD_OUT_VARIANTS = ["m7", "f4"]


def _text(words, commas):
    """What to say, and where in it (counted from 1) each word begins."""
    text, starts = "", []
    for word, comma in zip(words, commas):
        starts.append(len(text) + 1)
        # A lone A is an article to espeak-ng.
        text += {"A": "eh"}.get(word, SPELLED.get(word, word)) + (", " if comma else " ")
    return text, starts


def read(synthesiser, rng, words, variants=VARIANTS):
    """A clip of `words` by a random voice, or of the text `words` without any known word if it is a string."""
    voice = f"{ACCENTS[int(rng.integers(len(ACCENTS)))]}+{variants[int(rng.integers(len(variants)))]}"
    known = not isinstance(words, str)
    # Some people count every word, some read as if it were one.
    commas = rng.random(len(words)) < rng.choice([0, 0, 0.15, 0.6]) if known else []
    text, starts = _text(words, commas) if known else (words, [])
    samples, events = synthesiser.speak(
        voice,
        text,
        speed=int(rng.integers(95, 230)),
        pitch=int(rng.integers(15, 86)),
        pitch_range=int(rng.integers(20, 81)),
        word_gap=int(rng.choice([0, 0, 0, 2, 6, 15])),
    )
    rate = synthesiser.sample_rate
    sounds = [(position, at / rate, from_ipa(name)) for kind, position, at, name in events if kind == PHONEME]
    spans = [None] * len(starts)
    for (position, start, phone), following in zip(sounds, sounds[1:] + [(0, len(samples) / rate, 0)]):
        if phone == SILENCE or not known:
            continue
        word = int(np.searchsorted(starts, position, side="right")) - 1
        spans[word] = (spans[word][0] if spans[word] else start, following[1])
    if any(span is None for span in spans):
        return None
    phones = [(start, phone) for _, start, phone in sounds]
    return trim(Clip("espeak/" + voice, list(words) if known else [], spans, phones, resample(samples, rate)))
