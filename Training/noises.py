"""Sounds that are no speech to be written: coloured noise, babble, hum, taps and music."""

import numpy as np

from bank import SAMPLE_RATE

SECONDS = 45
BABBLE = "babble"


def _coloured(rng):
    """Noise of a random spectrum, at times that of a telephone, at times swelling."""
    count = SECONDS * SAMPLE_RATE
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    frequencies[0] = 1
    spectrum = frequencies ** rng.choice([0, -0.5, -0.8, -1, -1.3])
    for _ in range(rng.integers(0, 3)):
        center = np.exp(rng.uniform(np.log(80), np.log(6000)))
        bump = np.exp(-((np.log(frequencies / center) / rng.uniform(0.1, 0.6)) ** 2))
        spectrum = spectrum * (1 + rng.uniform(0, 4) * bump)
    if rng.random() < 0.3:
        spectrum = spectrum * (frequencies < rng.uniform(3300, 4000))
    phases = rng.normal(size=len(frequencies)) + 1j * rng.normal(size=len(frequencies))
    noise = np.fft.irfft(spectrum * phases, count)
    if rng.random() < 0.3:
        steps = np.exp(rng.normal(0, 0.6, size=2 * SECONDS + 1))
        noise = noise * np.interp(np.arange(count), np.arange(len(steps)) * SAMPLE_RATE / 2, steps)
    return noise


def _babble(rng, speech):
    """Several people at once, far away."""
    noise = np.zeros(SECONDS * SAMPLE_RATE, np.float32)
    for _ in range(rng.integers(3, 9)):
        at = 0
        while at < len(noise):
            samples = speech(rng) * rng.uniform(0.2, 1)
            end = min(len(noise), at + len(samples))
            noise[at:end] += samples[: end - at]
            at = end + int(rng.uniform(0, 0.6) * SAMPLE_RATE)
    return noise


def _hum(rng):
    """The mains, with some hiss."""
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    base = rng.choice([50, 60, 100, 120])
    tones = sum(np.sin(2 * np.pi * base * k * time + rng.uniform(0, 6)) * rng.uniform(0, 1) / k for k in range(1, 12))
    return tones + rng.normal(size=len(time)) * rng.uniform(0.02, 0.3)


def _taps(rng):
    """Clicks and knocks."""
    noise = rng.normal(size=SECONDS * SAMPLE_RATE) * 0.003
    for _ in range(int(rng.integers(15, 90))):
        at, length = rng.integers(0, len(noise) - 4000), int(rng.integers(40, 2500))
        decay = np.exp(-np.arange(length) / (length / 5))
        noise[at : at + length] += rng.normal(size=length) * decay * rng.uniform(0.1, 1)
    return noise


def _music(rng):
    """Chords of decaying tones with overtones, over a beat."""
    noise = np.zeros(SECONDS * SAMPLE_RATE, np.float32)
    beat = rng.uniform(0.18, 0.7)
    for at in np.arange(0, SECONDS - 3, beat):
        for _ in range(rng.integers(1, 4)):
            tone = 55 * 2 ** (rng.integers(0, 48) / 12)
            time = np.arange(int(rng.uniform(0.2, 2.5) * SAMPLE_RATE)) / SAMPLE_RATE
            overtones = sum(
                np.sin(2 * np.pi * tone * k * time) * rng.uniform(0, 1) / k for k in range(1, 7) if tone * k < 7800
            )
            first = int(at * SAMPLE_RATE)
            noise[first : first + len(time)] += overtones * np.exp(-time * rng.uniform(0.5, 6)) * rng.uniform(0.2, 1)
    return noise


def _swell(rng, time):
    """How loud a note of an instrument is: struck, held or swelling."""
    length = time[-1] + 1 / SAMPLE_RATE
    kind = rng.integers(3)
    if kind == 0:
        return np.exp(-time * rng.uniform(1, 8))
    if kind == 1:
        return np.minimum(1, np.minimum(time, length - time) / min(length / 2, rng.uniform(0.01, 0.1)))
    return np.sin(np.pi * time / length) ** rng.uniform(0.5, 2)


def _tune(rng, count):
    """One instrument, note after note."""
    tune = np.zeros(count, np.float32)
    step, lowest = rng.uniform(0.12, 0.8), rng.uniform(80, 500)
    scale = rng.choice([[0, 2, 4, 5, 7, 9, 11, 12], [0, 2, 3, 5, 7, 8, 10, 12], [0, 3, 5, 7, 10, 12, 15, 17]])
    strengths = rng.uniform(0.3, 1, size=16) * np.arange(1, 17) ** -rng.choice([0.5, 1, 1.5, 2, 4])
    if rng.random() < 0.2:
        strengths[1::2] = 0
    vibrato, depth = rng.uniform(4, 7), rng.choice([0, 0.005, 0.02]) / 6
    at = 0
    while at < count:
        length = int(step * rng.choice([0.5, 1, 1, 1, 2]) * SAMPLE_RATE)
        time = np.arange(min(length, count - at)) / SAMPLE_RATE
        tone = lowest * 2 ** (rng.choice(scale) / 12)
        cycles = tone * (time + depth * np.sin(2 * np.pi * vibrato * time))
        if len(time) > 1 and rng.random() < 0.9:
            tones = (s * np.sin(2 * np.pi * k * cycles) for k, s in enumerate(strengths, 1) if tone * k < 7800)
            tune[at : at + len(time)] = sum(tones) * _swell(rng, time)
        at += length
    return tune / (np.abs(tune).max() + 1e-9)


def _melody(rng):
    """Tunes of one instrument after the other, as near to a voice as tones come: with overtones and vibrato."""
    tunes = []
    while sum(map(len, tunes)) < SECONDS * SAMPLE_RATE:
        tunes.append(_tune(rng, int(rng.uniform(4, 10) * SAMPLE_RATE)))
    return np.concatenate(tunes)[: SECONDS * SAMPLE_RATE]


def make(rng, speech=None):
    """Some noises of each kind, (kind, samples of power 1); babble only of the clips that `speech(rng)` gives."""
    kinds = [("coloured", _coloured)] * 18 + ([(BABBLE, lambda rng: _babble(rng, speech))] * 10 if speech else [])
    kinds += [("hum", _hum)] * 5 + [("taps", _taps)] * 5 + [("music", _music)] * 8 + [("melody", _melody)] * 12
    found = []
    for kind, noise in kinds:
        samples = noise(rng)
        found.append((kind, (samples / np.sqrt((samples**2).mean() + 1e-12)).astype(np.float32)))
    return found
