#!/usr/bin/env python3
"""Makes the sample recordings of this folder and their manifest: synthetic speech only.

    python3 Audio/make.py                     # rebuilds the recordings and manifest.json
    python3 Audio/make.py --reference MODEL   # also writes down what openai-whisper hears with MODEL (a .pt)

Needs espeak-ng, flite and ffmpeg from Debian; numpy, soundfile and soxr from PyPI; openai-whisper only for
`--reference`. The same versions of these give the same bytes: nothing here is random or dated.

A recording is a list of utterances, each followed by a silence. An utterance is spoken in one breath, or
word by word (a voice with a leading `+`) with a short gap between the words, as people dictate digits.
Segment times in the manifest are those of the synthesis.
"""
import argparse
import json
import os
import subprocess
import tempfile

import numpy as np
import soundfile
import soxr

from recordings import RECORDINGS

HERE = os.path.dirname(os.path.abspath(__file__))
RATE = 16000
LEAD = 0.4  # silence before the first utterance, seconds
WORD_GAP = 0.12  # between words spoken one by one, seconds
LICENCE = "MIT, as the project (synthetic: no person was recorded)"


def speak(voice: str, text: str) -> np.ndarray:
    """One utterance at 16 kHz, trimmed to what is louder than -38 dB of its peak, peak 0.5."""
    engine, name, rate, pitch = voice.lstrip("+").split(":")
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        if engine == "espeak-ng":
            command = ["espeak-ng", "-v", name, "-s", rate, "-p", pitch, "-w", file.name, text]
        else:
            command = ["flite", "-voice", name, "--setf", f"duration_stretch={rate}",
                       "--setf", f"int_f0_target_mean={pitch}", "-t", text, "-o", file.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        samples, rate = soundfile.read(file.name, dtype="float64")
    samples = soxr.resample(samples, rate, RATE, quality="VHQ")
    frame = 160
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    level = np.sqrt((frames**2).mean(1) + 1e-12)
    loud = np.flatnonzero(level > level.max() * 10 ** (-38 / 20))
    margin = RATE // 50
    samples = samples[max(0, loud[0] * frame - margin) : (loud[-1] + 1) * frame + margin]
    return samples / np.abs(samples).max() * 0.5


def utterance(voice: str, words: str) -> np.ndarray:
    if not voice.startswith("+"):
        return speak(voice, words)
    gap = np.zeros(int(WORD_GAP * RATE))
    parts = [part for word in words.split() for part in (speak(voice, word), gap)]
    return np.concatenate(parts[:-1])


def noise(count: int, level: float) -> np.ndarray:
    """Hiss from a 64-bit hash of the sample's number (splitmix64): the same on every machine."""
    x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x >> np.uint64(40)).astype(np.float64) / 2**23 - 1) * level


def render(recipe: dict) -> tuple[np.ndarray, list[dict]]:
    """The samples at 16 kHz in [-1, 1] and the segments spoken in them."""
    parts, segments, at = [np.zeros(int(recipe.get("lead", LEAD) * RATE))], [], recipe.get("lead", LEAD)
    for index, (words, pause) in enumerate(recipe["utterances"]):
        voices = recipe["voices"]
        if words:
            samples = utterance(voices[index % len(voices)], words)
            length = len(samples) / RATE
            segments.append({"start": round(at, 2), "end": round(at + length, 2), "text": words})
            parts.append(samples)
            at += length
        parts.append(np.zeros(int(pause * RATE)))
        at += pause
    samples = np.concatenate(parts)
    if "seconds" in recipe:
        samples = samples[: int(recipe["seconds"] * RATE)]
    return samples + noise(len(samples), recipe.get("noise", 0)), segments


def write(recipe: dict, samples: np.ndarray) -> None:
    path = os.path.join(HERE, recipe["file"])
    rate, channels = recipe.get("rate", RATE), recipe.get("channels", 1)
    if rate != RATE:
        samples = soxr.resample(samples, RATE, rate, quality="VHQ")
    if channels == 2:  # the voice nearer to the left
        samples = np.stack([samples, 0.6 * samples], axis=1)
    integers = np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
    if path.endswith((".flac", ".wav")):
        soundfile.write(path, integers, rate, subtype="PCM_16")
        return
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file.name, integers, rate, subtype="PCM_16")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", file.name, "-map_metadata", "-1",
                        "-fflags", "+bitexact", "-flags:a", "+bitexact", "-b:a", "48k", path], check=True)


def entry(recipe: dict, samples: np.ndarray, segments: list[dict]) -> dict:
    engines = sorted({voice.lstrip("+").split(":")[0] for voice in recipe["voices"]})
    return {
        "file": recipe["file"],
        "text": " ".join(segment["text"] for segment in segments),
        "engine": " + ".join(engines) or "none",
        "voice": ", ".join(recipe["voices"]) or "none",
        "licence": LICENCE,
        "rate": recipe.get("rate", RATE),
        "channels": recipe.get("channels", 1),
        "duration": round(len(samples) / RATE, 3),
        "segments": segments,
    }


def add_reference(entries: list[dict], model_path: str) -> None:
    """What openai-whisper hears, with the decoding defaults the default model wants."""
    import torch
    import whisper

    torch.set_num_threads(1)
    model = whisper.load_model(model_path, device="cpu")
    for recording in entries:
        heard = model.transcribe(os.path.join(HERE, recording["file"]), language="en", fp16=False,
                                 temperature=0.0, condition_on_previous_text=False)
        recording["reference_text"] = heard["text"].strip()
        same = recording["reference_text"] == recording["text"]
        print(f"{recording['file']:24s} {'same' if same else 'heard: ' + recording['reference_text']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--reference", metavar="MODEL", help="a .pt to transcribe with openai-whisper")
    arguments = parser.parse_args()
    manifest = os.path.join(HERE, "manifest.json")
    known = {}
    if os.path.exists(manifest):
        with open(manifest) as file:
            known = {recording["file"]: recording for recording in json.load(file)["recordings"]}
    entries = []
    for recipe in RECORDINGS:
        samples, segments = render(recipe)
        write(recipe, samples)
        entries.append(entry(recipe, samples, segments))
        before = known.get(recipe["file"], {})
        if before.get("text") == entries[-1]["text"] and "reference_text" in before:
            entries[-1]["reference_text"] = before["reference_text"]
    if arguments.reference:
        add_reference(entries, arguments.reference)
    with open(manifest, "w") as file:
        json.dump({"reference": "openai-whisper 20250625, the default model, temperature 0, language en, "
                                "no conditioning on previous text", "recordings": entries}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
