#!/usr/bin/env python3
"""What openai-whisper writes with beams, prompts, prefixes, forbidden tokens and thresholds, in float32 on a CPU.

    python make_search.py --default-model default.pt > search.json

Needs from PyPI: openai-whisper 20250625, torch, numpy, soundfile. A list of runs; each has the model, the options as
`transcribe` takes them, and recordings of `Audio/` in the form of `Transcripts/` (see the README beside them).

A recording during which a choice was closer than MARGIN is left out and named: there another order of summation could
decide otherwise. For beam search that is the distance between the last candidate that was kept and the first that was
not, and at the end between the two best sequences.
"""
import argparse
import json
import os
import sys

import torch
from whisper import decoding

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Transcripts"))
import make_transcripts as transcripts  # noqa: E402

MARGIN = 5e-4
LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

WORDS = ["answer.flac", "demo.flac", "hello.flac", "menu.flac", "pi.flac", "half-minute.flac", "silence.flac"]
LONG = ["seventy-seconds.flac", "half-minute.flac", "demo.flac"]
FEW = ["answer.flac", "bus.flac", "hello.flac", "lift.flac", "silence.flac"]

RUNS = [
    ("beam 5", "default", WORDS, dict(beam_size=5)),
    ("beam 1", "default", FEW, dict(beam_size=1)),
    ("patience 2", "default", WORDS, dict(beam_size=5, patience=2.0)),
    ("patience 0.5", "default", WORDS, dict(beam_size=4, patience=0.5)),
    ("length penalty 0.6", "default", WORDS, dict(beam_size=5, length_penalty=0.6)),
    ("beam without timestamps", "default", WORDS, dict(beam_size=5, without_timestamps=True)),
    ("beam with previous text", "default", LONG, dict(beam_size=5, condition_on_previous_text=True)),
    ("prompt", "default", WORDS, dict(initial_prompt=" one two three stop ", condition_on_previous_text=True)),
    ("prompt alone", "default", LONG, dict(initial_prompt="yes no")),
    ("carried prompt", "default", LONG, dict(initial_prompt="seven eight nine", carry_initial_prompt=True,
                                            condition_on_previous_text=True)),
    ("long carried prompt", "default", LONG, dict(initial_prompt="zero one two three four " * 40,
                                                 carry_initial_prompt=True, condition_on_previous_text=True)),
    ("prefix", "default", FEW + LONG, dict(prefix="hello")),
    ("prefix and few tokens", "default", FEW + LONG, dict(prefix="one two three four five", sample_len=221)),
    ("ten tokens", "default", LONG, dict(sample_len=10)),
    ("beam of ten tokens", "default", LONG, dict(sample_len=10, beam_size=5)),
    ("no digits up to four", "default", WORDS, dict(suppress_tokens="-1,4018,472,732,1045,1451")),
    ("nothing forbidden", "default", FEW, dict(suppress_tokens="", suppress_blank=False)),
    ("every window is silence", "default", LONG, dict(no_speech_threshold=0.0, logprob_threshold=0.0)),
    ("no threshold", "default", FEW + LONG, dict(no_speech_threshold=None, logprob_threshold=None,
                                                compression_ratio_threshold=None, temperature=LADDER)),
    ("ladder", "default", WORDS, dict(temperature=LADDER)),
    ("strict ladder", "default", FEW, dict(temperature=LADDER, compression_ratio_threshold=0.7)),
    ("beam 5", "tiny", FEW, dict(beam_size=5, sample_len=40)),
    ("beam without timestamps", "tiny", FEW, dict(beam_size=5, patience=1.5, length_penalty=1.0, sample_len=40,
                                                   without_timestamps=True)),
    ("prompt and prefix", "tiny", FEW, dict(initial_prompt="The quick brown fox", prefix="jumps over", sample_len=60)),
    ("beam 5", "tiny.en", FEW, dict(beam_size=5, sample_len=40)),
    ("prompt", "tiny.en", FEW, dict(initial_prompt="Dr. Müller, 東京", sample_len=60)),
]


class Watch(transcripts.Watch):
    """Notes the margins of beam search too."""

    def __init__(self):
        super().__init__()
        watch, functional = self, torch.nn.functional

        class Functional:
            def __getattr__(self, name):
                return getattr(functional, name)

            def log_softmax(self, logits, dim):
                result = functional.log_softmax(logits, dim=dim)
                first = {51864: 50363, 51865: 50364}[logits.shape[-1]]
                for row in result:
                    times, text = row[first:].logsumexp(-1), row[:first].max()
                    if torch.isfinite(times) and torch.isfinite(text):
                        watch.margins.append((times - text).abs().item())
                return result

        class Beams(decoding.BeamSearchDecoder):
            def update(self, tokens, logits, sums):
                logprobs = functional.log_softmax(logits.float(), dim=-1)
                scores = {}
                for row, (prefix, total) in enumerate(zip(tokens.tolist(), sums.tolist())):
                    for value, token in zip(*[x.tolist() for x in logprobs[row].topk(self.beam_size + 1)]):
                        scores[tuple(prefix + [token])] = total + value
                kept, ranked = 0, sorted(scores, key=scores.get, reverse=True)
                for place, sequence in enumerate(ranked):
                    kept += sequence[-1] != self.eot
                    if kept == self.beam_size:
                        if place + 1 < len(ranked):
                            watch.note(scores[sequence] - scores[ranked[place + 1]])
                        break
                return super().update(tokens, logits, sums)

        class Ranker(decoding.MaximumLikelihoodRanker):
            def rank(self, tokens, sums):
                def score(total, length):
                    if self.length_penalty is None:
                        return total / length
                    return total / ((5 + length) / 6) ** self.length_penalty
                for group, totals in zip(tokens, sums):
                    best = sorted((score(t, len(s)) for s, t in zip(group, totals)), reverse=True)[:2]
                    if len(best) == 2:
                        # Of a mean over some tokens a thousandth is much.
                        watch.note(10 * (best[0] - best[1]))
                return super().rank(tokens, sums)

        decoding.F = Functional()
        decoding.BeamSearchDecoder = Beams
        decoding.MaximumLikelihoodRanker = Ranker

    def note(self, margin: float) -> None:
        if margin == margin:  # two that are impossible have no distance
            self.margins.append(margin)


def run(name, model_name, model, recordings, options, watch) -> dict:
    whole = dict(temperature=0.0, fp16=False, language="en", condition_on_previous_text=False, beam_size=None) | options
    kept, left_out, fell = [], [], []
    for recording, samples in recordings.items():
        watch.margins.clear()
        torch.manual_seed(0)
        heard = model.transcribe(samples, **whole)
        margin = min(watch.margins, default=9.0)
        segments = [{f: transcripts.rounded(s[f]) for f in transcripts.FIELDS} for s in heard["segments"]]
        print(f"{name:26s} {model_name:8s} {recording:24s} segments {len(segments):3d} margin {margin:.5f} "
              f"{max([s['temperature'] for s in segments], default=0)} {heard['text'][:60]}", file=sys.stderr, flush=True)
        if any(s["temperature"] > 0 for s in segments):
            fell.append(recording)
        elif margin < MARGIN:
            left_out.append({"recording": recording, "margin": round(margin, 6)})
        else:
            kept.append({"recording": recording, "language": heard["language"], "margin": round(margin, 6),
                         "text": heard["text"], "segments": segments})
    return {"name": name, "model": model_name, "options": options, "leftOut": left_out, "fellBack": fell,
            "recordings": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--default-model", required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    watch, shipped, models, runs = Watch(), transcripts.shipped(), {}, []
    for name, model_name, names, options in RUNS:
        if model_name not in models:
            models[model_name] = transcripts.load(model_name, arguments.default_model)
        recordings = {n: shipped[n] for n in dict.fromkeys(names)}
        runs.append(run(name, model_name, models[model_name], recordings, options, watch))
    print("[" + ",\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in runs) + "]")


if __name__ == "__main__":
    main()
