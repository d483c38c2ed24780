#!/usr/bin/env python3
"""What openai-whisper's logit filters leave of made-up logits after made-up tokens.

    python make_filters.py > filters.json

Needs openai-whisper 20250625. Logits are ((i · 2654435761 + seed · 40503) mod 2³²) / 2³² · scale, with a
bonus for timestamps so that either side of the probability rule is seen. Of each case the file keeps
how many text tokens and timestamps remain, the first and last timestamp, the best token, and its log
probability.
"""
import json
import random

import numpy as np
import torch
from whisper.decoding import ApplyTimestampRules, SuppressBlank, SuppressTokens, DecodingTask
from whisper.tokenizer import get_tokenizer


def logits_of(count: int, seed: int, bonus: float, begin: int) -> torch.Tensor:
    i = np.arange(count, dtype=np.uint64)
    bits = (i * np.uint64(2654435761) + np.uint64(seed * 40503)) % np.uint64(2**32)
    values = (bits.astype(np.float32) / np.float32(2**32)) * np.float32(8)
    values[begin:] += np.float32(bonus)
    return torch.from_numpy(values)[None]


class Options:
    suppress_tokens = "-1"


def main() -> None:
    rng = random.Random(7)
    cases = []
    for vocabulary, multilingual, languages in ((51864, False, 99), (51865, True, 99), (51866, True, 100)):
        tokenizer = get_tokenizer(multilingual, num_languages=languages, language="en", task="transcribe")
        begin, eot = tokenizer.timestamp_begin, tokenizer.eot
        task = DecodingTask.__new__(DecodingTask)
        task.options, task.tokenizer = Options(), tokenizer
        filters = [
            SuppressBlank(tokenizer, 0),
            SuppressTokens(task._get_suppress_tokens()),
            ApplyTimestampRules(tokenizer, 0, 50),
        ]
        shapes = ["", "s", "t", "st", "stt", "sttS", "sttSs", "sttSst", "tt", "ss", "stS", "sttSstt", "e"]
        for seed, shape in enumerate(shapes * 3):
            position, tokens = 0, []
            for letter in shape:
                if letter in "sS":
                    position += 0 if letter == "S" else rng.randint(0, 200)
                    tokens.append(begin + position)
                elif letter == "e":
                    tokens.append(begin + 1500)
                else:
                    tokens.append(rng.randint(300, 40000))
            bonus = rng.choice([-9.0, 0.0, 4.0])
            logits = logits_of(vocabulary, seed, bonus, begin)
            for f in filters:
                f.apply(logits, torch.tensor([tokens], dtype=torch.long))
            finite = torch.isfinite(logits[0]).numpy()
            stamps = np.flatnonzero(finite[begin:])
            best = int(logits[0].argmax())
            cases.append({
                "vocabulary": vocabulary, "seed": seed, "bonus": bonus, "tokens": tokens,
                "text": int(finite[:eot].sum()), "special": int(finite[eot:begin].sum()),
                "timestamps": len(stamps),
                "first": int(stamps[0]) if len(stamps) else -1, "last": int(stamps[-1]) if len(stamps) else -1,
                "best": best,
                "logProbability": float(torch.log_softmax(logits[0], -1)[best]) if finite.any() else 0.0,
            })
    print(json.dumps(cases, separators=(",", ":")).replace("},", "},\n"))


main()
