"""Tokens in training: those that the words and Whisper's special tokens need, and one for all the others."""

import math

from whisper.tokenizer import get_tokenizer

from words import WORDS

FULL_SIZE = 51865
TOKENIZER = get_tokenizer(True, language="en", task="transcribe")

# The tokens of each word, with the space before it.
WORD_TOKENS = [TOKENIZER.encode(" " + word) for word in WORDS]
_used = {token for tokens in WORD_TOKENS for token in tokens}
# Rows of the trained matrix, in order; after them one more row stands for every token that is none of these.
KEPT = sorted(_used) + list(range(TOKENIZER.eot, FULL_SIZE))
ROW = {token: row for row, token in enumerate(KEPT)}
UNUSED = len(KEPT)
SIZE = UNUSED + 1
# So many equal logits weigh like one that is larger by this: the softmax is that of the full vocabulary.
UNUSED_BIAS = math.log(FULL_SIZE - UNUSED)

END = ROW[TOKENIZER.eot]
START = ROW[TOKENIZER.sot]
ENGLISH = ROW[TOKENIZER.sot_sequence[1]]
TRANSCRIBE = ROW[TOKENIZER.transcribe]
PREVIOUS = ROW[TOKENIZER.sot_prev]
NO_SPEECH = ROW[TOKENIZER.no_speech]
NO_TIMESTAMPS = ROW[TOKENIZER.no_timestamps]
FIRST_TIME = ROW[TOKENIZER.timestamp_begin]
WORD_ROWS = [[ROW[token] for token in tokens] for tokens in WORD_TOKENS]


def time_row(seconds):
    """The row of a timestamp, in steps of 20 ms up to 30 s."""
    return FIRST_TIME + min(1500, max(0, round(seconds * 50)))
