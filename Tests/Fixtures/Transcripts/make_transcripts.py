#!/usr/bin/env python3
"""What openai-whisper writes for the sample recordings, greedily, in float32 on a CPU.

    python make_transcripts.py --default-model default.pt [--human AUDIO] [NAME ...]

writes NAME.json beside this script, for all of RUNS or those named, and human.json. Needs from PyPI:
openai-whisper 20250625, torch, numpy, soundfile. AUDIO is a folder with human recordings that the project does
not ship (`digits/` of the Free Spoken Digit Dataset and jfk.wav); without it nothing is computed for them.

A recording during which the two best choices of any step were closer than MARGIN is left out, and named under
`leftOut`: there another order of summation could decide otherwise.
"""
import argparse
import json
import os
import random
import sys
import time

import numpy as np
import soundfile
import torch
import whisper
from whisper import decoding

HERE = os.path.dirname(os.path.abspath(__file__))
AUDIO = os.path.join(HERE, "../../../Audio")
sys.path.insert(0, os.path.join(HERE, "../Models"))
import random_weights  # noqa: E402

MARGIN = 1e-3
SIXTEEN_KILOHERTZ = 16000

# name: model, language (None: detect), condition on previous text, human recordings too
RUNS = {
    "default": ("default", None, False, True),
    "default-previous-text": ("default", "en", True, True),
    "tiny": ("tiny", "en", True, True),
    "tiny.en": ("tiny.en", "en", False, False),
}

# --------------------------------------------------------------------------------------- recordings


def shipped() -> dict[str, np.ndarray]:
    """The recordings in Audio/ that need no resampling."""
    manifest = json.load(open(f"{AUDIO}/manifest.json"))["recordings"]
    names = [r["file"] for r in manifest if r["rate"] == SIXTEEN_KILOHERTZ and r["channels"] == 1]
    return {name: soundfile.read(f"{AUDIO}/{name}", dtype="float32")[0] for name in names}


def human_recipes() -> list[dict]:
    """Digits of one speaker with pauses: silence is a number of samples at 16 kHz, speech a file at 8 kHz."""
    chance = random.Random(7)
    recipes = [{"name": "jfk", "parts": ["jfk.wav"]}]
    for index, utterances in enumerate([1, 2, 2, 3, 3, 3, 4, 4, 5, 12]):
        speaker = ["george", "jackson", "nicolas", "yweweler"][index % 4]
        parts: list = [6400]
        for _ in range(utterances):
            for _ in range(chance.randint(1, 5)):
                take = f"digits/{chance.randint(0, 9)}_{speaker}_{chance.randint(0, 49)}.wav"
                parts += [take, chance.randint(0, 3200)]
            parts[-1] = chance.randint(12800, 32000)
        recipes.append({"name": f"{speaker}-{utterances}-{index}", "parts": parts})
    return recipes


def doubled(samples: np.ndarray) -> np.ndarray:
    """8 kHz int16 to 16 kHz float32: between two samples, (9 (b + c) - (a + d)) / 16. Exact in any arithmetic."""
    x = np.concatenate([[0], samples.astype(np.int64), [0, 0]])
    out = np.empty(2 * len(samples), dtype=np.float32)
    out[0::2] = samples / 32768
    out[1::2] = (9 * (x[1:-2] + x[2:-1]) - (x[:-3] + x[3:])) / 16 / 32768
    return out


def compose(recipe: dict, folder: str) -> np.ndarray:
    parts = []
    for part in recipe["parts"]:
        if isinstance(part, int):
            parts.append(np.zeros(part, dtype=np.float32))
            continue
        samples, rate = soundfile.read(f"{folder}/{part}", dtype="int16")
        parts.append(doubled(samples) if rate == 8000 else (samples / 32768).astype(np.float32))
    return np.concatenate(parts)


# ------------------------------------------------------------------------------------------- margins


class Watch:
    """Notes by how much each decision of the decoder was taken."""

    def __init__(self):
        self.margins: list[float] = []
        watch, functional = self, torch.nn.functional

        class Functional:
            """torch.nn.functional, seeing the masked logits when the timestamp rules weigh text against time."""

            def __getattr__(self, name):
                return getattr(functional, name)

            def log_softmax(self, logits, dim):
                result = functional.log_softmax(logits, dim=dim)
                first = {51864: 50363, 51865: 50364}[logits.shape[-1]]
                times, text = result[0, first:].logsumexp(-1), result[0, :first].max()
                if torch.isfinite(times) and torch.isfinite(text):
                    watch.margins.append((times - text).abs().item())
                return result

        class Greedy(decoding.GreedyDecoder):
            def update(self, tokens, logits, sum_logprobs):
                first, second = logits[0].topk(2).values.tolist()
                watch.margins.append(first - second)
                return super().update(tokens, logits, sum_logprobs)

        decoding.F = Functional()
        decoding.GreedyDecoder = Greedy


# ---------------------------------------------------------------------------------------------- runs


FIELDS = ["id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio",
          "no_speech_prob"]


def rounded(value):
    return float(f"{value:.7g}") if isinstance(value, float) else value


def detection(model: whisper.Whisper, samples: np.ndarray) -> dict:
    """The five likeliest languages of the first window, as `transcribe` detects them."""
    mel = whisper.log_mel_spectrogram(samples, model.dims.n_mels, padding=whisper.audio.N_SAMPLES)
    _, languages = model.detect_language(whisper.pad_or_trim(mel, whisper.audio.N_FRAMES))
    likeliest = sorted(languages.items(), key=lambda pair: -pair[1])[:5]
    return {language: rounded(probability) for language, probability in likeliest}


def run(name: str, model: whisper.Whisper, recordings: dict[str, np.ndarray], watch: Watch) -> None:
    model_name, language, previous_text, _ = RUNS[name]
    results, left_out, started = [], [], time.time()
    for recording, samples in recordings.items():
        watch.margins.clear()
        heard = model.transcribe(samples, language=language, temperature=0.0, fp16=False, beam_size=None,
                                 condition_on_previous_text=previous_text)
        margin = min(watch.margins)
        entry = {"recording": recording, "language": heard["language"], "margin": round(margin, 6)}
        if name in ("default", "tiny"):
            entry["languages"] = detection(model, samples)
        entry["text"] = heard["text"]
        entry["segments"] = [{field: rounded(s[field]) for field in FIELDS} for s in heard["segments"]]
        windows = len({segment["seek"] for segment in entry["segments"]})
        print(f"{name:24s} {recording:24s} segments {len(entry['segments']):3d} windows {windows:3d} "
              f"margin {margin:.5f}", flush=True)
        if margin < MARGIN:
            left_out.append({"recording": recording, "margin": round(margin, 6)})
        else:
            results.append(entry)
    options = {"model": model_name, "language": language, "conditionOnPreviousText": previous_text}
    with open(f"{HERE}/{name}.json", "w") as file:
        file.write(json.dumps(options)[:-1] + f', "leftOut": {json.dumps(left_out)}, "recordings": [\n')
        file.write(",\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in results))
        file.write("\n]}\n")
    print(f"{name}: {len(results)} kept, {len(left_out)} left out, {time.time() - started:.0f} s", flush=True)


def load(name: str, default_model: str) -> whisper.Whisper:
    if name == "default":
        return whisper.load_model(default_model, device="cpu").float()
    dims, seed = random_weights.MODELS[name]
    return random_weights.model(dims, random_weights.weights(dims, seed)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--default-model", required=True)
    parser.add_argument("--human")
    parser.add_argument("names", nargs="*", default=list(RUNS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    watch, ours, human = Watch(), shipped(), {}
    if arguments.human:
        recipes = human_recipes()
        human = {recipe["name"]: compose(recipe, arguments.human) for recipe in recipes}
        for recipe in recipes:
            samples = (human[recipe["name"]] * 2**19).astype(np.int64)  # whole numbers
            recipe["samples"] = len(samples)
            recipe["checksum"] = int((samples * (np.arange(len(samples)) % 251)).sum())
        with open(f"{HERE}/human.json", "w") as file:
            json.dump(recipes, file, separators=(",", ":"))
            file.write("\n")
    for name in arguments.names:
        run(name, load(RUNS[name][0], arguments.default_model), {**ours, **(human if RUNS[name][3] else {})}, watch)


if __name__ == "__main__":
    main()
