"""Makes the golden data beside this script with openai-whisper's own front end.

    pip install openai-whisper==20250625 numpy soundfile soxr
    apt-get install espeak-ng
    python make_goldens.py [path to jfk.wav]

speech.npy           what the speech cases are computed from, int16
cases.json           every case: audio, padding, peaks, and which frames of it are kept
frames-{80,128}.npy  [bands, all kept frames of all cases in order]
filters-{80,128}.npy [weights that are not zero, 3]: band, bin, weight

The recording of jfk.wav is not part of the project; its case keeps three frames.
"""

import io
import json
import pathlib
import subprocess
import sys

import numpy as np
import soundfile
import soxr
import torch
from whisper.audio import log_mel_spectrogram, mel_filters

here = pathlib.Path(__file__).parent
SECONDS_30 = 480_000


def speech():
    """About three seconds of synthetic speech, 16 kHz, int16; kept once made, voices change."""
    path = here / "speech.npy"
    if not path.exists():
        text = "Seven small ships sailed past the quiet shore."
        wav = subprocess.run(["espeak-ng", "-v", "en-us", "-s", "165", "--stdout", text],
                             check=True, capture_output=True).stdout
        samples, rate = soundfile.read(io.BytesIO(wav))
        resampled = soxr.resample(samples, rate, 16_000)
        np.save(path, np.clip(np.round(resampled * 32768), -32768, 32767).astype(np.int16))
    return np.load(path).astype(np.float32) / 32768


def noise(count):
    """Full-scale white noise from an integer generator that the Swift tests repeat."""
    state, samples = 1, np.empty(count, np.int16)
    for index in range(count):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        samples[index] = np.uint16(state >> 16).astype(np.int16)
    return samples.astype(np.float32) / 32768


def click(count):
    samples = np.zeros(count, np.float32)
    samples[count // 2] = 1
    return samples


def kept_frames(total, content):
    """All of a short tensor's content, a sample of a long one's, the edges of both, and the last frame."""
    step = max(1, content // 25)
    edges = [content - 2, content - 1, content, content + 1, content + 2, content + 3, total - 1]
    kept = {0, 1, 2, *range(0, content, step), *edges}
    return sorted(frame for frame in kept if 0 <= frame < total)


def cases(jfk):
    yield "speech", "speech", speech(), SECONDS_30
    yield "speech, whole", "speech", speech(), 0
    yield "silence", "silence", np.zeros(16_000, np.float32), SECONDS_30
    yield "click", "click", click(16_000), SECONDS_30
    yield "noise", "noise", noise(32_000), SECONDS_30
    yield "noise, whole", "noise", noise(32_100), 0
    for count in (0, 1, 100, 159, 160, 200, 201, 399, 400, 401):
        yield f"{count} samples", "noise", noise(count), SECONDS_30
    for count in (201, 320, 399, 400, 401):
        yield f"{count} samples, whole", "noise", noise(count), 0
    if jfk:
        samples, rate = soundfile.read(jfk, dtype="float32")
        assert rate == 16_000
        yield "jfk", "jfk", samples, SECONDS_30


listing, columns = [], {80: [], 128: []}
for name, audio, samples, padding in cases(sys.argv[1] if len(sys.argv) > 1 else None):
    content = len(samples) // 160
    total = (len(samples) + padding) // 160
    frames = [0, 100, content - 1] if audio == "jfk" else kept_frames(total, content)
    peaks = {}
    for bands in columns:
        features = log_mel_spectrogram(samples, bands, padding)
        assert features.shape == (bands, total)
        columns[bands].append(features[:, frames])
        peaks[bands] = features.max().item() * 4 - 4
    listing.append({"name": name, "audio": audio, "samples": len(samples), "padding": padding,
                    "frames": frames, "peaks": [peaks[80], peaks[128]]})

(here / "cases.json").write_text("[\n  " + ",\n  ".join(map(json.dumps, listing)) + "\n]\n")
for bands, parts in columns.items():
    np.save(here / f"frames-{bands}.npy", np.ascontiguousarray(torch.cat(parts, 1).numpy()))
    filters = mel_filters("cpu", bands).numpy()
    band, frequency_bin = np.nonzero(filters)
    rows = np.stack([band, frequency_bin, filters[band, frequency_bin]], 1)
    np.save(here / f"filters-{bands}.npy", rows.astype(np.float32))
