"""Whisper's log-mel spectrogram, and bytes to keep it in."""

import functools

import numpy as np
import torch
import whisper.audio

# Log-mels lie in -1.5…2.0; a byte is a step of a seventieth.
LOWEST, RANGE = -1.6, 3.6
# The byte of what is clamped at 1e-10.
QUIETEST = (-1.5 - LOWEST) / RANGE * 255


@functools.cache
def _tables():
    return torch.hann_window(400), whisper.audio.mel_filters("cpu", 80)


def log_mel(samples, raised_floor=0.0):
    """Log-mels [80, frames] of samples; the floor is 8 powers of ten below the loudest, less `raised_floor`."""
    window, filters = _tables()
    padded = torch.from_numpy(np.concatenate([samples, np.zeros(400, np.float32)]))
    power = torch.stft(padded, 400, 160, window=window, return_complex=True)[..., :-1].abs() ** 2
    levels = torch.clamp(filters @ power, min=1e-10).log10()
    levels = torch.maximum(levels, levels.max() - 8.0 + raised_floor)
    return ((levels + 4) / 4)[:, : len(samples) // 160]


def to_bytes(mels):
    """What is kept of log-mels."""
    return torch.clamp((mels - LOWEST) / RANGE * 255, 0, 255).round().to(torch.uint8).numpy()


def from_bytes(kept):
    """Log-mels of what was kept."""
    return torch.from_numpy(kept).float() * (RANGE / 255) + LOWEST
