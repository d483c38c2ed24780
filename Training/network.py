"""Whisper's network, openai-whisper's own class, with two heads on the encoder that are used in training only."""

import contextlib
import dataclasses

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from whisper.model import ModelDimensions, Whisper, sinusoids

from attention import attend
from phones import PHONES
from vocabulary import FIRST_TIME, FULL_SIZE, KEPT, SIZE, UNUSED, UNUSED_BIAS
from windows import WORD_LABELS

HEAD = 64
# After this many layers the encoder is to know the sounds; after all of them, the words.
SOUND_LAYERS = 2
# The first head of each text layer is shown where in the audio something is heard: that of the first layer the row that
# was read last, those of the others the row that follows.
LOOKS_BACK = 0


@dataclasses.dataclass(frozen=True)
class Size:
    """How large a network is."""

    state: int
    audio_layers: int
    text_layers: int

    @staticmethod
    def of(weights):
        """That of the network whose `state_dict` this is."""
        layers = [
            1 + max(int(name.split(".")[3]) for name in weights if name.startswith(f"whisper.{part}.blocks."))
            for part in ("encoder", "decoder")
        ]
        return Size(weights["words.weight"].shape[1], *layers)

    def dimensions(self, vocabulary):
        """Whisper's dimensions with so many rows of vocabulary."""
        state, heads = self.state, self.state // HEAD
        return ModelDimensions(
            80, 1500, state, heads, self.audio_layers, vocabulary, 448, state, heads, self.text_layers
        )


# whisper.cpp takes a model of two text layers for a distilled one without timestamps: three.
SMALL = Size(192, 4, 3)
# For a GPU to train: 9.9 MB in int8.
LARGE = Size(256, 6, 3)


class Network(nn.Module):
    """The model in training: Whisper with a reduced vocabulary, a head for sounds and a head for words."""

    def __init__(self, size=SMALL):
        super().__init__()
        self.size = size
        self.whisper = Whisper(size.dimensions(SIZE))
        self.sounds = nn.Linear(size.state, len(PHONES))
        self.words = nn.Linear(size.state, WORD_LABELS)
        for name, weights in self.whisper.named_parameters():
            if weights.dim() >= 2 and "embedding" not in name:
                # Branches add up: what is added begins smaller.
                scale = 0.7 if "out." in name or "mlp.2" in name else 1.0
                nn.init.normal_(weights, 0, scale * float(np.prod(weights.shape[1:])) ** -0.5)
            elif name.endswith("bias"):
                nn.init.zeros_(weights)
        decoder = self.whisper.decoder
        nn.init.normal_(decoder.token_embedding.weight, 0, 0.6 * size.state**-0.5)
        decoder.positional_embedding.data.copy_(0.08 * sinusoids(448, size.state))
        # Neighbouring times begin alike.
        times = 0.7 * size.state**-0.5 * sinusoids(1501, size.state, max_timescale=3000)
        decoder.token_embedding.weight.data[FIRST_TIME : FIRST_TIME + 1501] += times

    def encode(self, mels, places=None):
        """The encoder's output [windows, frames / 2, state] and the logits of sounds and words, of [_, 80, frames].

        `places`: the position of each one's first state; 0 where nothing is said of it.
        """
        encoder = self.whisper.encoder
        states = F.gelu(encoder.conv1(mels))
        states = F.gelu(encoder.conv2(states)).permute(0, 2, 1)
        positions = torch.arange(states.shape[1], device=states.device)
        positions = positions if places is None else places[:, None] + positions
        states = states + encoder.positional_embedding[positions]
        for number, block in enumerate(encoder.blocks):
            if number == SOUND_LAYERS:
                sounds = self.sounds(F.layer_norm(states, states.shape[-1:]))
            asked = block.attn_ln(states)
            states = states + attend(block.attn, asked, asked)
            states = states + block.mlp(block.mlp_ln(states))
        states = encoder.ln_post(states)
        return states, sounds, self.words(states)

    def decode(self, rows, states, wanted, looks=None):
        """Logits [_, SIZE] of the rows that follow those at `wanted`, numbers into the flattened `rows` [windows, length];
        the last is of all unused tokens.

        And with `looks` [windows, length, 2], the states from and to in which each of these rows is heard, how little of
        them the heads see that are shown where to look: minus the logarithm of their share, on average.
        """
        decoder = self.whisper.decoder
        hidden = decoder.token_embedding(rows) + decoder.positional_embedding[: rows.shape[1]]
        unseen = []
        for number, block in enumerate(decoder.blocks):
            # As the block itself does it: what it asks of the audio is needed on the way.
            hidden = hidden + block.attn(block.attn_ln(hidden), mask=decoder.mask)[0]
            asked = block.cross_attn_ln(hidden)
            if looks is not None:
                spans = F.pad(looks, (0, 0, 1, 0))[:, :-1] if number == LOOKS_BACK else looks
                unseen.append(_unseen(block.cross_attn, asked, states, wanted, spans))
            hidden = hidden + attend(block.cross_attn, asked, states)
            hidden = hidden + block.mlp(block.mlp_ln(hidden))
        with torch.autocast(rows.device.type, enabled=False):
            logits = decoder.ln(hidden).flatten(0, 1)[wanted].float() @ decoder.token_embedding.weight.T
            logits = torch.cat([logits[..., :UNUSED], logits[..., UNUSED:] + UNUSED_BIAS], -1)
        return logits, sum(unseen) / len(unseen) if unseen else None

    def trained(self, writing):
        """The parameters of a stage; the decoder's only where it writes."""
        return [p for name, p in self.named_parameters() if p.requires_grad and (writing or "decoder" not in name)]


def _unseen(attention, asked, states, wanted, looks):
    """How little the first head of a cross-attention sees of where the rows to be written are heard."""
    query = F.linear(asked, attention.query.weight[:HEAD], attention.query.bias[:HEAD])
    key = F.linear(states, attention.key.weight[:HEAD])
    scores = (query @ key.transpose(1, 2) * HEAD**-0.5).flatten(0, 1)[wanted].float()
    places, spans = torch.arange(states.shape[1], device=states.device), looks.flatten(0, 1)[wanted]
    # A row that is heard nowhere may look anywhere.
    heard = spans[:, 1:] > spans[:, :1]
    outside = ((places < spans[:, :1]) | (places >= spans[:, 1:])) & heard
    seen = scores.masked_fill(outside, -torch.inf).logsumexp(1) - scores.logsumexp(1)
    return -seen.sum() / heard.sum().clamp(min=1)


def _multiplied(network):
    """The weights that Earshot's int8 keeps as bytes, by name: those with more than one axis, but not positions."""
    for name, weights in network.whisper.named_parameters():
        if weights.dim() > 1 and name.endswith(".weight"):
            yield name, weights


@contextlib.contextmanager
def rounded(network):
    """Within, the weights are what int8 makes of them: a scale for each output, the largest at 127.

    Gradients computed within are applied to the weights as they are outside: the straight-through estimator.
    """
    exact = []
    with torch.no_grad():
        for _, weights in _multiplied(network):
            exact.append((weights, weights.detach().clone()))
            rows = weights.view(weights.shape[0], -1)
            scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-30) / 127
            rows.copy_((rows / scale).round() * scale)
    try:
        yield
    finally:
        with torch.no_grad():
            for weights, kept in exact:
                weights.copy_(kept)


def export(network, path):
    """Writes openai-whisper's checkpoint, every unused token with the same row: what int8 keeps as bytes, in single
    precision and rounded so; the rest in half precision."""
    tensors = {name: tensor.detach().half() for name, tensor in network.whisper.state_dict().items()}
    with rounded(network):
        tensors.update((name, weights.detach().clone()) for name, weights in _multiplied(network))
    reduced = tensors["decoder.token_embedding.weight"]
    full = reduced[UNUSED].repeat(FULL_SIZE, 1)
    full[KEPT] = reduced[:UNUSED]
    tensors["decoder.token_embedding.weight"] = full
    torch.save({"dims": vars(network.size.dimensions(FULL_SIZE)), "model_state_dict": tensors}, path)
