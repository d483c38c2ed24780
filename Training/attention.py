"""Attention for training on processors that multiply 16-bit floats."""

import pathlib

import torch
import torch.nn.functional as F


def _multiplies_halves():
    """Whether the processor has instructions for bfloat16, which is then several times as fast as single precision."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


HALVES = _multiplies_halves()


class _Attention(torch.autograd.Function):
    """Softmax attention, head after head, which keeps its weights for the way back.

    torch's own computes them anew and takes twice as long; all heads at once leave the cache.
    """

    @staticmethod
    def forward(context, query, key, value):
        weights = [torch.softmax(q @ k.transpose(-1, -2), -1) for q, k in zip(query, key)]
        context.save_for_backward(query, key, value, *weights)
        return torch.stack([w @ v for w, v in zip(weights, value)])

    @staticmethod
    def backward(context, gradient):
        query, key, value, *weights = context.saved_tensors
        by_query, by_key, by_value = torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)
        for number, w in enumerate(weights):
            own = gradient[number]
            by_value[number] = w.transpose(-1, -2) @ own
            by_weight = own @ value[number].transpose(-1, -2)
            by_score = torch.ops.aten._softmax_backward_data(by_weight, w, -1, w.dtype)
            by_query[number] = by_score @ key[number]
            by_key[number] = by_score.transpose(-1, -2) @ query[number]
        return by_query, by_key, by_value


def attend(attention, rows, states):
    """What `attention`, one of openai-whisper's, makes of `rows` [windows, length, state] that look at all `states`."""
    if not torch.is_autocast_enabled("cpu"):
        return attention(rows, states)[0]
    scale = (rows.shape[-1] // attention.n_head) ** -0.5
    query, key, value = attention.query, attention.key, attention.value
    parts = [(query.weight * scale, query.bias * scale), (key.weight, torch.zeros_like(value.bias)), tuple(value.parameters())]
    # What is multiplied with the same rows is one matrix, and rows are rounded once.
    if rows is states:
        asked, keys, values = _heads(attention, rows, parts)
    else:
        (asked,), (keys, values) = _heads(attention, rows, parts[:1]), _heads(attention, states, parts[1:])
    return attention.out(_Attention.apply(asked, keys, values).transpose(1, 2).flatten(2))


def _heads(attention, rows, parts):
    """The rows through each of the maps `parts`: [windows, heads, length, channels of a head]."""
    weights, biases = (torch.cat(each) for each in zip(*parts))
    mapped = F.linear(rows.bfloat16(), weights, biases)
    return mapped.unflatten(-1, (len(parts), attention.n_head, -1)).permute(2, 0, 3, 1, 4).contiguous()
