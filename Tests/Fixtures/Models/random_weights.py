"""Whisper models whose weights come from a 32-bit hash, so that Swift and numpy make the same bits.

The elements of all tensors are numbered in one row, in the order of openai-whisper's state dict. Element n is
the float16 whose bits are `base | (mix(start + n) & mask)`: `base` holds the exponent, `mask` lets the hash
choose sign and mantissa, so that magnitudes are uniform in [2^e, 2^(e+1)). Nothing is rounded anywhere.
"""
import numpy as np
import torch
from whisper.model import ModelDimensions, Whisper

TINY = ModelDimensions(80, 1500, 384, 6, 4, 51865, 448, 384, 6, 4)
TINY_EN = ModelDimensions(80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4)

MODELS = {"tiny": (TINY, 1), "tiny.en": (TINY_EN, 2)}  # name: dimensions, seed


def mix(x: np.ndarray) -> np.ndarray:
    """A bijective hash of 32 bits (Chris Wellons' lowbias32)."""
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x


def hashes(seed: int, first: int, count: int) -> np.ndarray:
    start = mix(np.array([seed], dtype=np.uint32))[0]
    return mix(np.arange(first, first + count, dtype=np.uint64).astype(np.uint32) + start)


def pattern(name: str) -> tuple[int, int]:
    """The base and the mask of a tensor's float16 bits."""
    if name.endswith(("ln.weight", "ln_post.weight")):
        return 0x3C00, 0x00FF  # [1, 1.25)
    exponents = {
        "encoder.conv1.weight": -4,
        "encoder.positional_embedding": -1,
        "decoder.positional_embedding": 0,
        "decoder.token_embedding.weight": -2,
    }
    if name.endswith("query.weight"):
        exponent = -3
    elif name.endswith("bias"):
        exponent = -4
    else:
        exponent = exponents.get(name, -5)
    return (15 + exponent) << 10, 0x83FF


def weights(dims: ModelDimensions, seed: int) -> tuple[list[dict], dict[str, torch.Tensor]]:
    """The table of tensors, for the Swift side, and the state dict in float16."""
    table, state, first = [], {}, 0
    for name, tensor in Whisper(dims).state_dict().items():
        base, mask = pattern(name)
        count = tensor.numel()
        bits = np.uint16(base) | (hashes(seed, first, count).astype(np.uint16) & np.uint16(mask))
        state[name] = torch.from_numpy(bits.view(np.float16).reshape(tensor.shape))
        table.append({"name": name, "first": first, "count": count, "base": base, "mask": mask})
        first += count
    return table, state


def model(dims: ModelDimensions, state: dict[str, torch.Tensor]) -> Whisper:
    """openai-whisper's model in float32 with these weights."""
    whisper = Whisper(dims)
    whisper.load_state_dict(state)
    return whisper.float().eval()


def log_mel(seed: int = 3, bands: int = 80, frames: int = 3000) -> torch.Tensor:
    """A [1, bands, frames] stand-in for a log-mel spectrogram, multiples of 1/1024 in [-0.75, 1.25)."""
    values = (hashes(seed, 0, bands * frames) & np.uint32(0x7FF)).astype(np.float32) / 1024 - 0.75
    return torch.from_numpy(values.reshape(1, bands, frames))
