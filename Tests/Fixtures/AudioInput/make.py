#!/usr/bin/env python3
"""Makes the recordings in this folder and what they should be read as.

    pip install numpy soundfile soxr        # and ffmpeg for the .m4a and .webm
    python3 make.py

A quarter of a second of a chirp, in every container and sample format. The golden samples are what soundfile
decodes, averaged over the channels and resampled to 16 kHz by soxr's HQ: other builds of the same two
libraries. `manifest.json` lists the pairs.
"""

import json
import os
import subprocess

import numpy as np
import soundfile
import soxr

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 0.25
manifest = []


def path(name):
    return os.path.join(HERE, name)


def chirp(rate, channels):
    """A sweep from 100 Hz to 3 kHz; each channel is quieter than the one before, every other one inverted."""
    time = np.arange(round(rate * SECONDS)) / rate
    phase = 2 * np.pi * (100 * time + (3000 - 100) / (2 * SECONDS) * time**2)
    gains = 0.8 * (-0.7) ** np.arange(channels)
    # On the grid of 16 bits, so that every lossless format of 16 bits or more holds exactly this.
    return np.round(np.outer(np.sin(phase), gains) * 32768) / 32768


def mono(frames, rate):
    averaged = frames.astype(np.float32).mean(axis=1, dtype=np.float32)
    return averaged if rate == 16000 else soxr.resample(averaged, rate, 16000, quality="HQ")


def save(name, golden, rate, channels, form, tolerance):
    stem = golden if isinstance(golden, str) else name.replace(".", "-")
    if not isinstance(golden, str):
        np.save(path(stem + ".npy"), golden.astype("<f4"))
    manifest.append(
        {"file": name, "golden": stem + ".npy", "rate": rate, "channels": channels, "form": form,
         "tolerance": tolerance})


def write(name, rate, channels, container, subtype, form, tolerance, golden=None):
    soundfile.write(path(name), chirp(rate, channels), rate, subtype=subtype, format=container)
    frames, _ = soundfile.read(path(name), dtype="float32", always_2d=True)
    save(name, golden or mono(frames, rate), rate, channels, form, tolerance)


# At 16 kHz nothing is resampled: lossless formats give the chirp itself, bit for bit.
np.save(path("chirp.npy"), mono(chirp(16000, 1), 16000).astype("<f4"))
EXACT = [("s16.wav", "WAV", "PCM_16", "WAV"), ("s24.wav", "WAV", "PCM_24", "WAV"),
         ("s32.wav", "WAV", "PCM_32", "WAV"), ("f32.wav", "WAV", "FLOAT", "WAV"),
         ("f64.wav", "WAV", "DOUBLE", "WAV"), ("extensible.wav", "WAVEX", "PCM_16", "WAV"),
         ("big.rf64", "RF64", "PCM_16", "RF64"), ("s16.flac", "FLAC", "PCM_16", "FLAC"),
         ("s16.aiff", "AIFF", "PCM_16", "AIFF"), ("s16.au", "AU", "PCM_16", "AU"),
         ("s16.caf", "CAF", "PCM_16", "CAF")]
for name, container, subtype, form in EXACT:
    write(name, 16000, 1, container, subtype, form, 0, golden="chirp")

# Formats that lose something decode the same everywhere, up to rounding in the floating-point codecs.
LOSSY = [("u8.wav", "WAV", "PCM_U8", "WAV", 0), ("ulaw.wav", "WAV", "ULAW", "WAV", 0),
         ("alaw.wav", "WAV", "ALAW", "WAV", 0), ("ima.wav", "WAV", "IMA_ADPCM", "WAV", 0),
         ("ms.wav", "WAV", "MS_ADPCM", "WAV", 0), ("gsm.wav", "WAV", "GSM610", "WAV", 0),
         ("vorbis.ogg", "OGG", "VORBIS", "Vorbis", 1e-3), ("layer3.mp3", "MP3", "MPEG_LAYER_III", "MPEG Layer III", 1e-3)]
for name, container, subtype, form, tolerance in LOSSY:
    write(name, 16000, 1, container, subtype, form, tolerance)
write("opus.ogg", 48000, 1, "OGG", "OPUS", "Opus", 1e-3)

# Rates and channels.
RATES = [(8000, 1), (11025, 6), (22050, 2), (44100, 2), (48000, 2), (96000, 1)]
for rate, channels in RATES:
    write(f"{rate}x{channels}.flac", rate, channels, "FLAC", "PCM_16", "FLAC", 2e-6)
write("16000x2.wav", 16000, 2, "WAV", "PCM_16", "WAV", 1e-7)

# What libsndfile cannot read; the golden samples are ffmpeg's own decoding.
for name, codec, rate, channels in [("aac.m4a", "aac", 44100, 2), ("opus.webm", "libopus", 48000, 1)]:
    ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    source = chirp(rate, channels).astype("<f4").tobytes()
    subprocess.run([x for x in ffmpeg if x != "-nostdin"] + ["-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "-", "-c:a", codec,
                             "-b:a", "48k", path(name)], input=source, check=True)
    decoded = subprocess.run(ffmpeg + ["-i", path(name), "-f", "f32le", "-"], capture_output=True, check=True)
    frames = np.frombuffer(decoded.stdout, "<f4").reshape(-1, channels)
    save(name, mono(frames, rate), rate, channels, "through ffmpeg", 1e-3)

# A quarter of a second of noise and then silence, as MP3 of a variable bit rate without a header that tells the length: the
# frames at the start are no measure for the others. Its length is all that is compared.
noise = np.concatenate([np.random.default_rng(1).uniform(-0.3, 0.3, 4000), np.zeros(36000)])
subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", "16000", "-ac", "1", "-i", "-", "-c:a",
                "libmp3lame", "-q:a", "6", "-write_xing", "0", path("variable.mp3")],
               input=noise.astype("<f4").tobytes(), check=True)

with open(path("manifest.json"), "w") as file:
    file.write("[\n" + ",\n".join("  " + json.dumps(entry) for entry in manifest) + "\n]\n")
