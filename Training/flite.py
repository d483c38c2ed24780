"""flite through its C library: samples, words and sounds of its five English voices."""

import ctypes

import numpy as np

from bank import Clip, resample, trim
from phones import from_festival
from words import LETTER_NAMES, SPELLED

VOICES = {"slt": (150, 240), "awb": (100, 170), "kal": (80, 140), "kal16": (80, 140)}
HELD_OUT_VOICES = {"rms": (80, 130)}

_POINTER, _STRING, _FLOAT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float
_FUNCTIONS = {
    "flite_synth_text": (_POINTER, [_STRING, _POINTER]),
    "flite_feat_set_float": (None, [_POINTER, _STRING, _FLOAT]),
    "feat_set_float": (None, [_POINTER, _STRING, _FLOAT]),
    "utt_relation": (_POINTER, [_POINTER, _STRING]),
    "utt_wave": (_POINTER, [_POINTER]),
    "delete_utterance": (None, [_POINTER]),
    "relation_head": (_POINTER, [_POINTER]),
    "item_next": (_POINTER, [_POINTER]),
    "item_daughter": (_POINTER, [_POINTER]),
    "item_as": (_POINTER, [_POINTER, _STRING]),
    "item_feat_string": (_STRING, [_POINTER, _STRING]),
    "item_feat_float": (_FLOAT, [_POINTER, _STRING]),
    "ffeature_float": (_FLOAT, [_POINTER, _STRING]),
}


class _Wave(ctypes.Structure):
    """`cst_wave` of cst_wave.h."""

    _fields_ = [
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("count", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    ]


class _Voice(ctypes.Structure):
    """The beginning of `cst_voice` of cst_voice.h."""

    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class Flite:
    """The synthesiser with its voices."""

    def __init__(self):
        library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        library.flite_init()
        for name in ("usenglish", "cmulex"):
            ctypes.CDLL(f"libflite_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
        for name, (result, arguments) in _FUNCTIONS.items():
            if hasattr(library, name):
                getattr(library, name).restype = result
                getattr(library, name).argtypes = arguments
        self._library, self._voices = library, {}

    def _voice(self, name):
        if name not in self._voices:
            register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
            register.restype, register.argtypes = _POINTER, [_STRING]
            self._voices[name] = register(None)
        return self._voices[name]

    def _items(self, item):
        while item:
            yield item
            item = self._library.item_next(item)

    def speak(self, name, text, stretch=1.0, pitch=120.0):
        """Speaks `text`.

        Returns int16 samples, their rate, the spans of the spoken words, and the starts and names of the sounds.
        """
        library, voice = self._library, self._voice(name)
        features = ctypes.cast(voice, ctypes.POINTER(_Voice)).contents.features
        library.feat_set_float(features, b"duration_stretch", stretch)
        library.feat_set_float(features, b"int_f0_target_mean", pitch)
        utterance = library.flite_synth_text(text.encode(), voice)
        wave = ctypes.cast(library.utt_wave(utterance), ctypes.POINTER(_Wave)).contents
        samples = np.ctypeslib.as_array(wave.samples, (wave.count,)).copy()
        sounds, starts, previous = [], {}, 0.0
        for segment in self._items(library.relation_head(library.utt_relation(utterance, b"Segment"))):
            sounds.append((previous, library.item_feat_string(segment, b"name").decode()))
            starts[end := library.item_feat_float(segment, b"end")] = previous
            previous = end
        spans = []
        for word in self._items(library.relation_head(library.utt_relation(utterance, b"Word"))):
            ends = [
                library.item_feat_float(segment, b"end")
                for syllable in self._items(library.item_daughter(library.item_as(word, b"SylStructure")))
                for segment in self._items(library.item_daughter(syllable))
            ]
            spans.append((starts[ends[0]], ends[-1]) if ends else None)
        result = samples, wave.sample_rate, spans, sounds
        library.delete_utterance(utterance)
        return result


def spoken(words, commas):
    """The text to say, and how many spoken words each written word is."""
    text, counts = "", []
    for word, comma in zip(words, commas):
        said = LETTER_NAMES.get(word, SPELLED.get(word, word))
        counts.append(len(said.replace("-", " ").split()))
        text += said.replace("-", " ") + (", " if comma else " ")
    return text.strip(), counts


def gather(spans, counts):
    """The spans of written words from those of spoken ones, or None where these are not what was to be said."""
    if len(spans) != sum(counts) or any(span is None for span in spans):
        return None
    ends = np.cumsum(counts)
    return [(spans[end - count][0], spans[end - 1][1]) for end, count in zip(ends, counts)]


def read(synthesiser, rng, words, voices=VOICES):
    """A clip of `words` by a random voice, or of the text `words` without any known word if it is a string."""
    name = list(voices)[int(rng.integers(len(voices)))]
    known = not isinstance(words, str)
    commas = rng.random(len(words)) < rng.choice([0, 0, 0.15, 0.6]) if known else []
    text, counts = spoken(words, commas) if known else (words, [])
    stretch, pitch = rng.uniform(0.75, 1.45), rng.uniform(*voices[name])
    samples, rate, spans, sounds = synthesiser.speak(name, text, stretch, pitch)
    spans = gather(spans, counts) if known else []
    if spans is None:
        return None
    phones = [(start, from_festival(sound)) for start, sound in sounds]
    return trim(Clip(f"flite/{name}", list(words) if known else [], spans, phones, resample(samples, rate)))
