"""Changes to log-mels that make one speaker many and hide a little of every crop."""

import functools

import numpy as np
import torch

LENGTHS = np.linspace(0.86, 1.16, 31)


def _mel(frequency):
    frequency = np.asarray(frequency, float)
    high = 15 + np.log(np.maximum(frequency, 1) / 1000) * 27 / np.log(6.4)
    return np.where(frequency < 1000, frequency * 3 / 200, high)


def _hertz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


@functools.cache
def _tracts():
    """A matrix [80, 80] for each vocal tract length: the band where another tract has the sound of a band."""
    bands = np.linspace(_mel(0), _mel(8000), 82)[1:-1]
    centers = _hertz(bands)
    matrices = np.zeros((len(LENGTHS), 80, 80), np.float32)
    for matrix, length in zip(matrices, LENGTHS):
        places = np.interp(_mel(np.minimum(centers * length, centers[-1])), bands, np.arange(80))
        for band, place in enumerate(places):
            low = min(78, int(place))
            matrix[band, low], matrix[band, low + 1] = 1 - (place - low), place - low
    return torch.from_numpy(matrices)


def augment(rng, mels):
    """Log-mels [count, 80, frames] with other vocal tracts, tilts and levels, some bands and moments missing."""
    count, _, length = mels.shape
    same = len(LENGTHS) // 2
    tracts = [int(rng.integers(len(LENGTHS))) if rng.random() < 0.7 else same for _ in range(count)]
    mels = torch.bmm(_tracts()[tracts], mels)
    for one in mels:
        lowest, mean = float(one.amin()), float(one.mean())
        if rng.random() < 0.5:
            for _ in range(rng.integers(1, 3)):
                width = int(rng.integers(1, 11))
                band = int(rng.integers(0, 80 - width))
                one[band : band + width] = mean
        if rng.random() < 0.5:
            for _ in range(rng.integers(1, 2 + length // 300)):
                width = int(rng.integers(1, 9))
                at = int(rng.integers(0, length - width))
                one[:, at : at + width] = lowest if rng.random() < 0.5 else mean
        if rng.random() < 0.3:
            one += torch.linspace(-1, 1, 80)[:, None] * float(rng.normal(0, 0.06))
        if rng.random() < 0.3:
            one += float(rng.normal(0, 0.08))
        if rng.random() < 0.2:
            one.clamp_(min=lowest + rng.uniform(0, 0.35) * (float(one.amax()) - lowest))
    return mels
