#!/usr/bin/env python3
"""What openai-whisper makes of words and their times.

    python make_words.py --default-model default.pt [--human AUDIO] [PART ...]

writes, for all parts or those named:

warping        warping.json: ways through matrices by its `dtw_cpu`, ties and ragged sizes included
median         median.json: rows before and after its `median_filter`
punctuation    punctuation.json: texts of many languages split into words and merged with their punctuation
windows        windows.json: whole runs of its `transcribe` over scripted windows: what a decoder would sample and
               what the alignment would find are made up, what follows from it is the reference's
default, tiny, tiny.en
               NAME.json: recordings with their words, in float32. A recording is left out, and named, if a decision
               of the decoder was close, or if the least noise in the alignment's matrix moves a word (`NOISE`)

Needs from PyPI: openai-whisper 20250625, torch, numpy, soundfile. AUDIO as in ../Transcripts/make_transcripts.py.
"""
import argparse
import json
import os
import random
import sys
from types import SimpleNamespace

import numpy as np
import torch
import whisper
from whisper import timing, tokenizer as tokenizers
from whisper.decoding import DecodingResult

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Transcripts"))
import make_transcripts as transcripts  # noqa: E402

NOISE = 2e-5
RANDOM = ["count-down.flac", "phone.flac", "pin.flac"]  # they say much, and take long
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


def write(name, value, rows=None):
    """JSON, with one row a line where there are rows."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if rows is not None:
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        text = text[:-1] + (", " if len(text) > 2 else "") + '"rows": [\n' + ",\n".join(lines) + "\n]}"
    with open(f"{HERE}/{name}.json", "w", encoding="utf-8") as file:
        file.write(text + "\n")


# ------------------------------------------------------------------------------------ warping, median


def warping():
    chance = np.random.default_rng(1)
    rows = []
    for shape in [(1, 1), (1, 6), (6, 1), (2, 2), (2, 9), (9, 2), (5, 5), (7, 16), (16, 7), (11, 33), (20, 61)]:
        for levels in [2, 5, 1000]:  # few levels: ties
            matrix = chance.integers(-levels, levels + 1, shape).astype(np.float32) / 8
            row, column = timing.dtw_cpu(matrix.astype(np.float64))
            rows.append({"rows": shape[0], "columns": shape[1], "eighths": (matrix * 8).astype(int).ravel().tolist(),
                         "path": [[int(a), int(b)] for a, b in zip(row, column)]})
    write("warping", {}, rows)


def median():
    chance = np.random.default_rng(2)
    rows = []
    for length in [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50, 100]:
        row = chance.integers(-9, 10, length).astype(np.float32)
        filtered = timing.median_filter(torch.from_numpy(row[None, None, :]), 7)[0, 0]
        rows.append({"before": row.astype(int).tolist(), "after": filtered.int().tolist()})
    write("median", {}, rows)


# ---------------------------------------------------------------------------------------- punctuation

TEXTS = {
    "en": [" Hello, world! It's \"quoted\" (or not) -- isn't it?", " \"No,\" he said. 'Never!'", " e.g. 3.5, 1,000: yes.",
           " - one - two", " A", " ...", " what?! [noise] {x} \"", " well-known, co-operate"],
    "de": [" Äpfel, Öl „und“ Straße: ja!", " Was? – Nichts."],
    "fr": [" C'est l'été, n'est-ce pas ?", " « Oui », dit-elle."],
    "es": [" ¿Qué tal? ¡Muy bien! (¿Sí?)", " “¿Cómo?” preguntó."],
    "ru": [" Привет, мир! Как дела?"],
    "zh": ["你好，世界！今天天气很好。", "他说：“好的”，然后走了、笑了。"],
    "ja": ["こんにちは、世界。元気ですか？", "「はい」と言いました！"],
    "ko": [" 안녕하세요, 세계! 잘 지내요?"],
    "th": ["สวัสดีชาวโลก, สบายดีไหม?"],
    "ar": [" مرحبا، كيف حالك؟ بخير."],
    "he": [" שלום, עולם! \"כן\"."],
    "hi": [" नमस्ते, दुनिया! कैसे हो?"],
    "yue": ["你好呀，飲咗茶未？"],
}


def punctuation():
    rows = []
    for language, texts in TEXTS.items():
        tokenizer = tokenizers.get_tokenizer(True, num_languages=100, language=language, task="transcribe")
        for text in texts:
            for prepended, appended in [(PREPENDED, APPENDED), ("", ""), ("(\"", ".,?!")]:
                tokens = tokenizer.encode(text)
                words, groups = tokenizer.split_to_word_tokens(tokens + [tokenizer.eot])
                alignment = [timing.WordTiming(w, list(t), 0, 0, 0) for w, t in zip(words[:-1], groups[:-1])]
                before = [[w.word, list(w.tokens)] for w in alignment]
                timing.merge_punctuations(alignment, prepended, appended)
                rows.append({"language": language, "tokens": tokens, "prepended": prepended, "appended": appended,
                             "words": before, "merged": [[w.word, w.tokens] for w in alignment]})
    write("punctuation", {}, rows)


# -------------------------------------------------------------------------------------------- windows

WORDS = [" one", " two", " three", " go", " stop", " Yes", " No", ",", ".", "?", "!", " (", " -", "。", " \"", " four",
         " five", " six", " seven", " eight"]


class Script:
    """A model whose windows are made up."""

    def __init__(self, chance, frames):
        self.chance, self.content, self.windows = chance, frames, []
        self.dims = SimpleNamespace(n_mels=80, n_audio_ctx=1500, n_text_ctx=448, n_vocab=51865)
        self.device, self.is_multilingual, self.num_languages = torch.device("cpu"), True, 99
        self.tokenizer = tokenizers.get_tokenizer(True, language="en", task="transcribe")

    def words(self, count):
        return [self.tokenizer.encode(self.chance.choice(WORDS)) for _ in range(count)]

    def decode(self, mel, options):
        chance, begin = self.chance, self.tokenizer.timestamp_begin
        groups, tokens, moment = [], [], chance.randint(0, 50)
        count = chance.choice([0, 1, 1, 2, 2, 3, 4])
        for number in range(count):
            part = self.words(chance.choice([0, 1, 2, 3, 5, 9]))
            end = min(1500, moment + chance.choice([0, 5, 20, 60, 120, 300]))
            closed = chance.random() < 0.8 or number < count - 1
            tokens += [begin + moment] + sum(part, []) + ([begin + end] if closed else [])
            groups += part
            moment = min(1500, end + chance.choice([0, 0, 0, 20, 150, 400]))
        if count and chance.random() < 0.3:
            tokens += [begin + moment]
        if chance.random() < 0.15:
            tokens = [t for t in tokens if t < begin]
        kept, at, alignment = [], chance.choice([0, 0, 10, 100, 300]), []
        for group in groups:
            length = chance.choice([0, 2, 5, 8, 12, 15, 20, 30, 45, 120])
            end = min(1499, at + length)
            probability = chance.choice([0.05, 0.1, 0.14, 0.16, 0.5, 0.9, 0.99])
            alignment.append([self.tokenizer.decode(group), group, at / 50, end / 50, probability])
            at = end if chance.random() < 0.8 else min(1499, end + chance.choice([10, 60, 160]))
        self.windows.append({"tokens": tokens, "prompt": len(options.prompt or []), "alignment": alignment,
                             "temperature": 0.0, "no_speech": chance.choice([0.1, 0.1, 0.1, 0.9]),
                             "logprob": chance.choice([-0.3, -0.3, -1.5])})
        window = self.windows[-1]
        return DecodingResult(audio_features=None, language="en", tokens=tokens, text="",
                              avg_logprob=window["logprob"], no_speech_prob=window["no_speech"], temperature=0.0,
                              compression_ratio=1.0)

    def find(self, model, tokenizer, text_tokens, mel, num_frames, **_):
        # What was sampled behind the last pair of timestamps is in no segment.
        alignment, count = self.windows[-1]["alignment"], 0
        kept = []
        for word, tokens, start, end, probability in alignment:
            if count + len(tokens) > len(text_tokens):
                break
            kept.append([word, tokens, start, end, probability])
            count += len(tokens)
        self.windows[-1]["alignment"] = kept
        return [timing.WordTiming(w, list(t), np.float64(s), np.float64(e), p) for w, t, s, e, p in kept]


def windows():
    chance, rows = random.Random(3), []
    original = timing.find_alignment
    while len(rows) < 90:
        frames = chance.choice([1200, 2999, 3000, 3001, 4500, 7000])
        threshold = chance.choice([None, None, 0.5, 1.0, 2.0])
        previous_text = chance.random() < 0.5
        script = Script(chance, frames)
        timing.find_alignment = script.find
        steps = 0

        def decode(mel, options):
            nonlocal steps
            steps += 1
            if steps > 12:
                raise OverflowError
            return Script.decode(script, mel, options)

        script.decode = decode
        try:
            with np.errstate(all="ignore"):
                heard = whisper.transcribe(
                    script, np.zeros(frames * 160, dtype=np.float32), language="en", temperature=0.0, fp16=False,
                    word_timestamps=True, condition_on_previous_text=previous_text,
                    hallucination_silence_threshold=threshold)
        except (OverflowError, ValueError):
            continue  # it stands still, or goes on for long
        segments = [{"seek": s["seek"], "start": float(s["start"]), "end": float(s["end"]), "text": s["text"],
                     "tokens": s["tokens"],
                     "words": [[w["word"], float(w["start"]), float(w["end"]), w["probability"]] for w in s["words"]]}
                    for s in heard["segments"]]
        for window in script.windows:
            del window["temperature"]
        rows.append({"frames": frames, "threshold": threshold, "previousText": previous_text,
                     "windows": script.windows, "segments": segments})
    timing.find_alignment = original
    write("windows", {}, rows)


# ----------------------------------------------------------------------------------------- recordings


class Steadiness:
    """Notes how many tokens of an alignment the least noise would move."""

    def __init__(self):
        self.moved, original, steadiness = 0, timing.dtw, self

        def dtw(x):
            found = original(x)
            moments = steadiness.moments(found)
            chance = np.random.default_rng(4)
            moved = np.zeros(len(moments), dtype=bool)
            for _ in range(3):
                noise = torch.from_numpy(chance.normal(0, NOISE, x.shape).astype(np.float32))
                moved |= steadiness.moments(original(x + noise)) != moments
            steadiness.moved += int(moved.sum())
            return found

        timing.dtw = dtw

    @staticmethod
    def moments(path):
        rows, columns = path
        return columns[np.pad(np.diff(rows), (1, 0), constant_values=1).astype(bool)]


def recordings(name, default_model, sounds, watch, steadiness):
    model = transcripts.load(name, default_model)
    if name != "default":
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])
    rows, left_out = [], []
    for recording, samples in sounds.items():
        watch.margins.clear()
        steadiness.moved = 0
        heard = model.transcribe(samples, language="en", temperature=0.0, fp16=False, beam_size=None,
                                 condition_on_previous_text=False, word_timestamps=True)
        margin = min(watch.margins)
        words = sum(len(s["words"]) for s in heard["segments"])
        print(f"{name:8s} {recording:24s} words {words:4d} margin {margin:.5f} moved {steadiness.moved}", flush=True)
        if margin < transcripts.MARGIN or steadiness.moved:
            left_out.append({"recording": recording, "margin": round(margin, 6), "moved": steadiness.moved})
            continue
        rows.append({"recording": recording, "text": heard["text"], "segments": [
            {"seek": s["seek"], "start": float(s["start"]), "end": float(s["end"]), "text": s["text"],
             "tokens": s["tokens"],
             "words": [[w["word"], float(w["start"]), float(w["end"]), round(float(w["probability"]), 6)]
                       for w in s["words"]]} for s in heard["segments"]]})
    write(name, {"leftOut": left_out}, rows)
    print(f"{name}: {len(rows)} kept, {len(left_out)} left out", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--default-model", required=True)
    parser.add_argument("--human")
    makers = {"warping": warping, "median": median, "punctuation": punctuation, "windows": windows}
    models = ["default", "tiny", "tiny.en"]
    parser.add_argument("parts", nargs="*", default=[*makers, *models])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for part in arguments.parts:
        if part in makers:
            makers[part]()
    sounds = transcripts.shipped()
    if arguments.human:
        human = {r["name"]: transcripts.compose(r, arguments.human) for r in transcripts.human_recipes()}
    watch, steadiness = transcripts.Watch(), Steadiness()
    for part in arguments.parts:
        if part == "default":
            recordings(part, arguments.default_model, {**sounds, **(human if arguments.human else {})}, watch, steadiness)
        elif part in models:
            some = {name: sounds[name] for name in RANDOM}
            recordings(part, arguments.default_model, some, watch, steadiness)


if __name__ == "__main__":
    main()
