"""openai-whisper, and what it weighs while it decodes."""
import os
import types

os.environ["NUMBA_NUM_THREADS"] = "1"  # numba sets torch's number, too, and alignment uses it

import numpy as np  # noqa: E402
import torch  # noqa: E402
import whisper  # noqa: E402
from whisper import decoding, timing  # noqa: E402


class Reference:
    """A model of openai-whisper's that encodes a window once, and tells what it decoded in each."""

    def __init__(self, model: whisper.Whisper) -> None:
        self.model, self.windows, self.encoded = model, [], {}
        encode, decode = model.encoder.forward, model.decode

        def encode_once(mel):
            key = hash(mel.numpy().tobytes())
            if key not in self.encoded:
                self.encoded[key] = encode(mel)
            return self.encoded[key]

        def note(mel, options):
            Trace.begin()
            self.windows.append(decode(mel, options))
            return self.windows[-1]

        model.encoder.forward, model.decode = encode_once, note

    @torch.no_grad()
    def transcribe(self, samples: np.ndarray, options: dict) -> dict:
        """Language, segments and windows: where each starts and all that was sampled in it."""
        torch.set_num_threads(1)
        self.windows.clear()
        heard = self.model.transcribe(samples, **options)
        seeks = iter(dict.fromkeys(segment["seek"] for segment in heard["segments"]))
        windows = []
        for result in self.windows:
            silent = result.no_speech_prob > 0.6 and not result.avg_logprob > -1
            windows.append({"seek": None if silent else next(seeks), "tokens": result.tokens})
        segments = [{key: segment[key] for key in ("seek", "start", "end", "text", "tokens", "avg_logprob")}
                    | {"words": [[w["word"], float(w["start"]), float(w["end"]), float(w["probability"])]
                                 for w in segment.get("words", [])]}
                    for segment in heard["segments"]]
        return {"language": heard["language"], "text": heard["text"], "windows": windows, "segments": segments}

    def margin(self, samples: np.ndarray, options: dict, window: int, theirs: list[int]) -> float:
        """How close the reference was to sampling the tokens `theirs` in a window, in logits."""
        Trace.windows = []
        self.transcribe(samples, options)
        steps, Trace.windows = Trace.windows[window], None
        ours, end = self.windows[window].tokens, whisper.tokenizer.get_tokenizer(self.model.is_multilingual).eot
        return (beam_margin if options.get("beam_size") else greedy_margin)(steps, ours, theirs, end)

    def unsteady(self, samples: np.ndarray, options: dict, noise: float = 2e-5) -> list:
        """Transcripts after the least noise in the matrix in which words are aligned."""
        exact, chance = timing.dtw, np.random.default_rng(4)
        timing.dtw = lambda x: exact(x + torch.from_numpy(chance.normal(0, noise, x.shape).astype(np.float32)))
        try:
            return [self.transcribe(samples, options)["segments"] for _ in range(3)]
        finally:
            timing.dtw = exact


# ----------------------------------------------------------------------------------------------- tracing


class Trace:
    """Every step of every window while `windows` is a list: the sequences, their filtered logits, their sums, and how
    much more probable than any text timestamps were, where they were weighed against each other."""

    windows: list | None = None
    balances: dict[int, float] | None = None

    @classmethod
    def begin(cls) -> None:
        if cls.windows is not None:
            cls.windows.append([])

    @classmethod
    def step(cls, update, decoder, tokens, logits, sums):
        if cls.windows is None:
            return update(decoder, tokens, logits, sums)
        step = types.SimpleNamespace(
            rows=[tuple(row) for row in tokens.tolist()], sums=sums.tolist(), balances=cls.balances or {},
            logprobs=torch.log_softmax(logits.float(), -1))
        tokens, completed = update(decoder, tokens, logits, sums)
        step.kept = dict(zip((tuple(row) for row in tokens.tolist()), sums.tolist()))
        cls.windows[-1].append(step)
        cls.balances = None
        return tokens, completed


class Functional:
    """torch.nn.functional, seen through by the timestamp rules."""

    def __getattr__(self, name):
        return getattr(torch.nn.functional, name)

    def log_softmax(self, logits, dim):
        result = torch.nn.functional.log_softmax(logits, dim=dim)
        if Trace.windows is not None and Trace.balances is None:  # the first of a step is that of the rules
            first = result.shape[-1] - 1501
            Trace.balances = {row: (values[first:].logsumexp(-1) - values[:first].max()).item()
                              for row, values in enumerate(result)}
        return result


def traced(decoder):
    update = decoder.update
    decoder.update = lambda self, *arguments: Trace.step(update, self, *arguments)


decoding.F = Functional()
traced(decoding.GreedyDecoder)
traced(decoding.BeamSearchDecoder)


# ----------------------------------------------------------------------------------------------- margins


def greedy_margin(steps, ours: list[int], theirs: list[int], end: int) -> float:
    """How much better the token was that was sampled first instead of theirs."""
    place = next((place for place, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]),
                 min(len(ours), len(theirs)))
    if place >= len(steps):
        return float("inf")
    logprobs, balance = steps[place].logprobs[0], balanced(steps[place], 0)
    first = len(logprobs) - 1501
    token = ours[place] if place < len(ours) else end
    if place >= len(theirs):
        # Theirs ends here as far as it is known: what followed was in no segment. The closest rival, then.
        best, second = logprobs.topk(2).values.tolist()
        return min(best - second, balance)
    distance = (logprobs[token] - logprobs[theirs[place]]).item()
    return distance if (token < first) == (theirs[place] < first) else min(distance, balance)


def beam_margin(steps, ours: list[int], theirs: list[int], end: int) -> float:
    """How much better the last was that the search kept when it let go of theirs; or how much better ours was than
    theirs when both had been kept to the end."""
    lost, sum_of_theirs = followed(steps, theirs, end)
    if lost is not None:
        return lost
    _, sum_of_ours = followed(steps, ours, end)
    return (sum_of_ours / len(ours) - sum_of_theirs / len(theirs)) * len(ours)


def followed(steps, sequence: list[int], end: int) -> tuple[float | None, float]:
    """By how much a sequence was lost on its way, and its sum."""
    row, total = steps[0].rows[0], 0.0
    for place, step in enumerate(steps):
        token = sequence[place] if place < len(sequence) else end
        number = step.rows.index(row)
        row, total = (*row, token), step.sums[number] + step.logprobs[number][token].item()
        last = min(step.kept.values())
        if token == end and total >= last:
            return None, total
        if row not in step.kept:
            return min(last - total, balanced(step, number)), total
        total = step.kept[row]
    return None, total


def balanced(step, row: int) -> float:
    """How close the rules were to asking for text instead of a timestamp, or the other way round."""
    balance = abs(step.balances.get(row, float("inf")))
    return balance if balance == balance else float("inf")
