#!/usr/bin/env python3
"""What openai-whisper writes for clips of sample recordings (`clip_timestamps`), greedily, in float32 on a CPU.

    python make_clips.py --default-model default.pt

writes clips.json beside this script. Needs what ../Transcripts/make_transcripts.py needs, and its `Watch`: a case
during which the two best choices of any step were closer than its MARGIN is left out and named.
"""
import argparse
import json
import os
import sys

import torch
import whisper

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Transcripts"))
from make_transcripts import FIELDS, MARGIN, Watch, rounded, shipped  # noqa: E402

# recording, clip_timestamps, condition_on_previous_text
CASES = [
    ("demo.flac", "2.1,5.5", False),
    ("demo.flac", "4.125", False),  # half of a frame: Python rounds it to the even one
    ("demo.flac", "0,1.5,6,8", False),
    ("demo.flac", "6,8,0,3.5", False),  # backwards
    ("demo.flac", "2,5,3,6", False),  # over one another
    ("demo.flac", "3,3,5,4,6,8", False),  # two of no length
    ("half-minute.flac", "7.5,22", False),
    ("half-minute.flac", "10", True),
    ("seventy-seconds.flac", "12.3,50.7", False),
    ("seventy-seconds.flac", "42", False),
    ("seventy-seconds.flac", "0,10,35.5,45,60", False),
    ("seventy-seconds.flac", "0,10,35.5,45,60", True),
    ("seventy-seconds.flac", "50,65,3,12", False),
    ("seventy-seconds.flac", "33.3,33.9", False),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--default-model", required=True)
    model = whisper.load_model(parser.parse_args().default_model, device="cpu").float()
    torch.set_num_threads(1)
    watch, recordings, results = Watch(), shipped(), []
    for name, clips, previous_text in CASES:
        watch.margins.clear()
        heard = model.transcribe(recordings[name], language="en", temperature=0.0, fp16=False, beam_size=None,
                                 condition_on_previous_text=previous_text, clip_timestamps=clips)
        margin = min(watch.margins, default=1)
        print(f"{name:24s} {clips:24s} margin {margin:.5f} {heard['text']}", flush=True)
        if margin < MARGIN:
            continue
        results.append({"recording": name, "clips": clips, "conditionOnPreviousText": previous_text,
                        "text": heard["text"],
                        "segments": [{field: rounded(s[field]) for field in FIELDS} for s in heard["segments"]]})
    with open(f"{HERE}/clips.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in results) + "\n]\n")


if __name__ == "__main__":
    main()
