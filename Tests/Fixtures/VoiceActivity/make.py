"""What the silero-vad package hears in sample recordings, and what it takes for speech.

    pip install silero-vad==6.2.3 onnxruntime torch soundfile openai-whisper
    python make.py [FOLDER OF HUMAN RECORDINGS]

probabilities.json  of each recording, what the ONNX model answers for every 32 ms, under onnxruntime
segments.json       of sequences of probabilities, 1024 times each, what get_speech_timestamps_from_probs
                    finds in them with several options
"""

import json
import pathlib
import random
import sys

import numpy as np
import soundfile
import torch
from silero_vad import utils_vad

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parent / "Transcripts"))
from make_transcripts import compose  # noqa: E402

audio = here.parents[2] / "Audio"
human = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here.parents[3] / "shared" / "audio")
RECORDINGS = ["demo", "count-down", "hiss", "noise", "long-pause", "silence"]
HUMAN = ["jfk", "george-1-0", "jackson-2-1", "nicolas-2-2", "yweweler-3-3"]


def mix(x):
    """A hash of 32 bits, as in Fixtures/README.md."""
    x = np.asarray(x, dtype=np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def triangle(phase):
    """One period in 65536 steps, in -16384...16384."""
    phase = phase % 65536
    return np.where(phase < 32768, phase, 65536 - phase) - 16384


def generated(name, seconds=6):
    """Sound that any language computes exactly."""
    index = np.arange(seconds * 16000, dtype=np.int64)
    if name == "quiet":
        values = np.zeros(len(index), dtype=np.int64)
    elif name == "white":
        values = (mix(index) & 0x3FFF).astype(np.int64) - 8192
    elif name == "tone":
        values = triangle(index * 65536 * 440 // 16000) // 2
    elif name == "chords":
        chord = np.array([[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]])[index // 8000 % 4]
        voices = sum(triangle(index * 65536 * chord[:, voice] // 16000) for voice in range(3))
        values = voices * (8000 - index % 8000) // 8000 // 4
    return (values / 32768).astype(np.float32)


def recordings():
    for name in ["quiet", "white", "tone", "chords"]:
        yield name, generated(name)
    for name in RECORDINGS:
        path = audio / f"{name}.flac"
        if path.exists():
            samples, rate = soundfile.read(path, dtype="float32")
            assert rate == 16000 and samples.ndim == 1
            yield path.name, samples
    for recipe in json.loads((here.parent / "Transcripts" / "human.json").read_text()):
        if recipe["name"] in HUMAN:
            yield f"human/{recipe['name']}", compose(recipe, str(human))


def write(name, value):
    text = json.dumps(value, separators=(",", ":")).replace('],"', '],\n"').replace("},{", "},\n{")
    (here / name).write_text(text + "\n")


def probability_sequences(heard):
    """Speech as the model heard it, and sequences that visit every rule."""
    yield from heard
    chance = random.Random(7)
    for length in [1, 2, 5, 40, 300, 300, 300, 1200]:
        values, isSpeech = [], False
        while len(values) < length:
            isSpeech = not isSpeech
            run = chance.choice([1, 1, 2, 3, 4, 6, 10, 20, 70])
            low, high = (430, 1024) if isSpeech else (0, 400)
            values += [chance.randint(low, high) for _ in range(run)]
        yield values[:length]


model = utils_vad.OnnxWrapper(str(pathlib.Path(utils_vad.__file__).parent / "data" / "silero_vad.onnx"))
probabilities = {}
for name, samples in recordings():
    heard = model.audio_forward(torch.from_numpy(samples), 16000)[0].tolist()
    probabilities[name] = [round(value, 6) for value in heard]
write("probabilities.json", probabilities)

OPTIONS = [
    {},
    {"min_speech_duration_ms": 0, "min_silence_duration_ms": 2000, "speech_pad_ms": 400},
    {"max_speech_duration_s": 3.0},
    {"max_speech_duration_s": 1.5, "min_silence_duration_ms": 500, "speech_pad_ms": 100},
    {"max_speech_duration_s": 0.7, "min_silence_duration_ms": 2000, "speech_pad_ms": 0, "min_speech_duration_ms": 0},
    {"threshold": 0.7, "neg_threshold": 0.2, "min_speech_duration_ms": 600},
    {"threshold": 0.1, "min_silence_duration_ms": 0, "speech_pad_ms": 0},
    {"min_silence_duration_ms": 0, "speech_pad_ms": 15, "min_speech_duration_ms": 0},
]
cases = []
heard = [[round(value * 1024) for value in probabilities[name]] for name in ["demo.flac", "human/jfk"]]
for sequence in probability_sequences(heard):
    for missing in [0, 200]:
        length = len(sequence) * 512 - missing
        found = []
        for options in OPTIONS:
            speeches = utils_vad.get_speech_timestamps_from_probs(
                [value / 1024 for value in sequence], audio_length_samples=length, **options)
            found.append([[speech["start"], speech["end"]] for speech in speeches])
        cases.append({"probabilities": sequence, "length": length, "speech": found})
write("segments.json", {"options": OPTIONS, "cases": cases})
