"""What rooms, microphones and lines do to speech."""

import numpy as np

from bank import SAMPLE_RATE

TAIL = int(0.35 * SAMPLE_RATE)


def faster(samples, factor):
    """Speech sped up by `factor`, its pitch raised with it."""
    if abs(factor - 1) < 0.01:
        return samples
    at = np.arange(int(len(samples) / factor)) * factor
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def _line(rng, frequencies, narrow_already):
    """A gain for each frequency: a telephone's band or a tilted one with bumps."""
    gain = np.ones(len(frequencies), np.float32)
    if rng.random() < (0.2 if narrow_already else 0.45):
        gain /= 1 + (frequencies / rng.uniform(3000, 3950)) ** 16
    elif rng.random() < 0.3:
        gain /= 1 + (frequencies / rng.uniform(4000, 7500)) ** 12
    octaves = np.log2(np.maximum(frequencies, 60) / 1000)
    decibels = np.clip(octaves * rng.normal(0, 2.2), -18, 18)
    for _ in range(rng.integers(0, 3)):
        decibels += rng.normal(0, 4) * np.exp(-(((octaves - rng.uniform(-2.5, 2.5)) / rng.uniform(0.2, 0.8)) ** 2))
    gain *= 10 ** (decibels / 20)
    if rng.random() < 0.3:
        gain /= 1 + (rng.uniform(80, 450) / np.maximum(frequencies, 1)) ** 4
    return gain


def _room(rng):
    """An impulse response: the direct sound, and a decaying echo after it."""
    reverberation = rng.uniform(0.08, 0.5)
    time = np.arange(int(min(0.35, reverberation) * SAMPLE_RATE)) / SAMPLE_RATE
    response = rng.normal(size=len(time)) * np.exp(-6.9 * time / reverberation)
    response[: int(rng.uniform(0.001, 0.012) * SAMPLE_RATE)] = 0
    response *= 10 ** (-rng.uniform(0, 14) / 20) / np.sqrt((response**2).sum() + 1e-9)
    response[0] = 1
    return response


def recorded(rng, samples, narrow_already=False):
    """Speech as a microphone in some room hears it, with the room's echo after its end."""
    echo = rng.random() < 0.35
    length = len(samples) + (TAIL if echo else 160)
    size = 1 << int(np.ceil(np.log2(length)))
    size = size * 3 // 4 if size * 3 // 4 >= length else size
    spectrum = np.fft.rfft(samples, size) * _line(rng, np.fft.rfftfreq(size, 1 / SAMPLE_RATE), narrow_already)
    if echo:
        spectrum *= np.fft.rfft(_room(rng), size)
    heard = np.fft.irfft(spectrum, size)[:length].astype(np.float32)
    return heard * (np.abs(samples).max() / (np.abs(heard).max() + 1e-6))
