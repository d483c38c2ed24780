"""Batches from windows: crops, changed a little each time, with the text that is to be written."""

import json
import pathlib

import numpy as np
import torch

import spectrogram
from augment import augment
from grammar import utterance
from vocabulary import (
    END,
    ENGLISH,
    FIRST_TIME,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS,
    START,
    TRANSCRIBE,
    WORD_ROWS,
    time_row,
)
from windows import IGNORED, LABELS_PER_SECOND, SECONDS
from words import WORDS

# A pause of so many seconds ends a segment.
SEGMENT_PAUSE = 0.45
LONGEST_TEXT, LONGEST_PROMPT = 220, 221
_WORD_NUMBERS = {word: number for number, word in enumerate(WORDS)}


class Windows:
    """All windows of some sets, on disk."""

    def __init__(self, work, sets):
        self._folder, self._sets, self._loaded = pathlib.Path(work) / "windows", sets, set()
        self._mels, self._sounds, self._words, self._said, self._at = [], [], [], [], []
        self.refresh()
        for name in sets:
            if not any(path.name.startswith(f"{name}-") for path in self._loaded):
                raise SystemExit(f"training: there are no windows of {name} in {work}")

    def refresh(self):
        """Takes in what was made since."""
        for path in [path for name in self._sets for path in sorted(self._folder.glob(f"{name}-*.npz"))]:
            if path in self._loaded:
                continue
            self._loaded.add(path)
            with np.load(path) as labels:
                self._sounds.append(labels["sounds"])
                self._words.append(labels["words"])
                self._said.append(json.loads(labels["said"].tobytes()))
            self._mels.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
            self._at += [(len(self._mels) - 1, row) for row in range(len(self._said[-1]))]

    def __len__(self):
        return len(self._at)

    def window(self, number):
        """Log-mels as bytes [3000, 80], labels of sounds and words [1500], and (start, end, word)s."""
        file, row = self._at[number]
        return self._mels[file][row], self._sounds[file][row], self._words[file][row], self._said[file][row]


def pauses(said):
    """Where a crop may begin: (from, to) seconds without a word, from 0.25 s on."""
    edges = [0.0] + [edge for start, end, _ in said for edge in (start, end)] + [float(SECONDS)]
    gaps = [(max(0, a + 0.05), b - 0.1) for a, b in zip(edges[::2], edges[1::2]) if b - a >= 0.25]
    return gaps or [(0.0, 0.0)]


def _silence(frames):
    """The byte that Whisper's spectrogram has for digital silence beside these: 8 powers of ten below the loudest."""
    return min(frames.min(), max(spectrogram.QUIETEST, frames.max() - 2.0 / spectrogram.RANGE * 255))


def crop(window, first, seconds, factor=1.0):
    """`seconds` of a window from second `first` on, spoken `factor` times as fast.

    Returns log-mels as floats [frames, 80], both labels, and (start, end, word)s whose times may lie outside.
    """
    mels, sounds, words, said = window
    at = first * 100 + np.arange(int(seconds * 100)) * factor
    low = np.floor(at).astype(int)
    inside = low < len(mels) - 1
    low, share = np.minimum(low, len(mels) - 2), (at - low)[:, None].astype(np.float32)
    lowest, highest = low[0], low[-1] + 2
    piece = np.asarray(mels[lowest:highest], np.float32)
    frames = piece[low - lowest] * (1 - share) + piece[low - lowest + 1] * share
    frames[~inside] = _silence(piece)
    at = (first + np.arange(int(seconds * LABELS_PER_SECOND)) / LABELS_PER_SECOND * factor) * LABELS_PER_SECOND
    labels = np.minimum(np.round(at).astype(int), len(sounds) - 1)
    moved = [((a - first) / factor, (b - first) / factor, word) for a, b, word in said]
    sounds, words = sounds[labels].astype(np.int64), words[labels].astype(np.int64)
    past = at >= len(window[1])
    sounds[past], words[past] = 0, 0
    for a, b, _ in moved:
        for edge in (0, seconds):
            if a < edge < b:
                # Half a word is none that could be told.
                words[max(0, int(a * 50)) : int(b * 50) + 1] = IGNORED
    return frames, sounds, words, [span for span in moved if span[1] > 0 and span[0] < seconds]


def quieten(rng, frames, sounds, words, said, seconds):
    """Ends the recording in a pause, at times: what follows is digital silence."""
    places = [(a, b) for a, b in pauses(said) if a > 0 and b <= seconds] if said else [(0.3, seconds)]
    if not places or rng.random() > 0.25:
        return said
    end = rng.uniform(*places[int(rng.integers(len(places)))])
    frames[int(end * 100) :] = _silence(frames)
    sounds[int(end * 50) :], words[int(end * 50) :] = 0, 0
    return [span for span in said if span[1] <= end]


def segments(said):
    """Runs of words without a long pause: lists of (start, end, word)."""
    found = []
    for span in said:
        if found and span[0] - found[-1][-1][1] < SEGMENT_PAUSE:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def text(rng, said, seconds, timestamps, before=(), place=0.0):
    """The rows that follow the start of a transcript, the last one `END`; how many of them tell what was before; and
    for each the time in which it is heard, as (start, end) of the crop, or None.

    A word cut by the end is not written: only when it begins, so that the next window goes on there. `before`: what was
    said before the crop, as times of the crop; `place`: where in its window the crop begins, in seconds.
    """
    whole = [span for span in said if span[1] <= seconds - 0.02 and span[0] > -0.05]
    cut = [span[0] for span in said if span[1] > seconds - 0.02]
    last_before = before[-1][0] if before else -np.inf
    written, told = [], 0

    def spell(span):
        written.extend((row, span[:2]) for row in WORD_ROWS[span[2]])

    def stamp(time, moved=None):
        written.append((time_row(max(0, time + place) if moved is None else moved), (time - 0.1, time + 0.1)))

    if not timestamps:
        for span in [*before, *whole]:
            spell(span)
            told = len(written) if span[0] <= last_before else told
    for number, segment in enumerate(segments([*before, *whole]) if timestamps else []):
        start = segment[0][0]
        # Decoders bar a first time after one second.
        stamp(start, 1.0 if number == 0 and start + place > 1 and rng.random() < 0.5 else None)
        for span in segment:
            spell(span)
            told = len(written) if span[0] <= last_before else told
        stamp(segment[-1][1])
        told = len(written) if segment[-1][0] <= last_before else told
    if timestamps and cut and written:
        stamp(cut[0])
    if timestamps and not written:
        written = [(FIRST_TIME, None)]
    written = written[:LONGEST_TEXT] + [(END, None)]
    return [row for row, _ in written], told, [span for _, span in written]


def prompt(rng):
    """Rows of some text before, as a decoder that remembers gives them."""
    longest = int(rng.integers(1, 60)) if rng.random() < 0.9 else int(rng.integers(60, LONGEST_PROMPT))
    rows, timestamps, time = [PREVIOUS], rng.random() < 0.5, 0.0
    while len(rows) < longest:
        words = [row for word in utterance(rng) for row in WORD_ROWS[_WORD_NUMBERS[word]]]
        if timestamps:
            words = [time_row(time)] + words + [time_row(time + 0.4 * len(words))]
            time = time + 0.4 * len(words) + 0.5
        rows += words
    return rows[:longest]


def listening(rng, windows, count, seconds):
    """Crops from anywhere: log-mels [count, 80, frames] and labels of sounds and words [count, frames / 2]."""
    crops = []
    while len(crops) < count:
        window = windows.window(int(rng.integers(len(windows))))
        factor = rng.uniform(0.85, 1.18)
        made = crop(window, rng.uniform(0, SECONDS - seconds * factor), seconds, factor)
        if (made[1] != 0).mean() > 0.3 or rng.random() < 0.1:
            crops.append(made[:3])
    frames, sounds, words = (np.stack(parts) for parts in zip(*crops))
    return _mels(frames), torch.from_numpy(sounds), torch.from_numpy(words)


def _earlier(said, first, factor):
    """What is said before a crop, as times of the crop."""
    return [((a - first) / factor, (b - first) / factor, word) for a, b, word in said if b <= first]


def writing(rng, windows, count, seconds, later=0.0, prompts=0.15):
    """Crops that begin in pauses: as `listening`, the rows read [count, length] and to be written, places [count], and
    in which of the encoder's states each row is heard [count, length, 2], from and to: as much where it is in none; and
    the numbers of those that are to be written, of all count * length.

    Of the share `later`, a crop keeps its place in the window: the encoder's positions and the times are those there,
    and what was said before is read, but neither heard nor to be written.
    """
    crops, texts, places = [], [], []
    remembers = rng.random() < prompts
    while len(crops) < count:
        window = windows.window(int(rng.integers(len(windows))))
        factor = rng.uniform(0.85, 1.18)
        starts = [(a, b) for a, b in pauses(window[3]) if a <= SECONDS - seconds * factor]
        first = 0.0
        if seconds < SECONDS and starts:
            start, stop = starts[int(rng.integers(len(starts)))]
            first = rng.uniform(start, max(start, min(stop, start + 2.0)))
        frames, sounds, words, said = crop(window, first, seconds, factor)
        said = quieten(rng, frames, sounds, words, said, seconds)
        if not said and (words == 0).all() and rng.random() < 0.6 and seconds < SECONDS:
            continue
        timestamps = rng.random() < 0.6
        keeps_place = later and rng.random() < later and first / factor + seconds <= SECONDS
        earlier = _earlier(window[3], first, factor) if keeps_place else []
        place = round(first / factor * LABELS_PER_SECOND) if earlier else 0
        body, told, heard = text(rng, said, seconds, timestamps, earlier, place / LABELS_PER_SECOND)
        read = [START, ENGLISH, TRANSCRIBE] + ([] if timestamps else [NO_TIMESTAMPS])
        write = [ENGLISH if said else NO_SPEECH, TRANSCRIBE] + ([] if timestamps else [NO_TIMESTAMPS]) + body
        if earlier:
            unheard = len(write) - len(body) + told
            write[:unheard] = [IGNORED] * unheard
        before = prompt(rng) if remembers else []
        places.append(place)
        crops.append((frames, sounds, words))
        goals = [IGNORED] * len(before) + write
        texts.append((before + read + body[:-1], goals, [None] * (len(goals) - len(body)) + heard))
    length = max(len(read) for read, _, _ in texts)
    rows, goals = torch.full((count, length), END), torch.full((count, length), IGNORED)
    looks = torch.zeros(count, length, 2, dtype=torch.long)
    for number, (read, write, heard) in enumerate(texts):
        rows[number, : len(read)] = torch.tensor(read)
        goals[number, : len(write)] = torch.tensor(write)
        looks[number, : len(heard)] = torch.tensor([_states(span, seconds) for span in heard])
    frames, sounds, words = (np.stack(parts) for parts in zip(*crops))
    labels = torch.from_numpy(sounds), torch.from_numpy(words)
    wanted = (goals.flatten() != IGNORED).nonzero().squeeze(1)
    return _mels(frames), *labels, rows, goals, torch.tensor(places), looks, wanted


def make(rng, windows, stage, seconds, count):
    """A batch of a stage: `count` crops, as `writing` or `listening` returns them, augmented."""
    if stage.writes:
        batch = writing(rng, windows, count, seconds, stage.later)
    else:
        batch = listening(rng, windows, count, seconds)
    if rng.random() < stage.augmented:
        batch = (augment(rng, batch[0]), *batch[1:])
    return batch


def _states(span, seconds):
    """From which to which of the encoder's states a time is, two more at either side; none of no time."""
    if span is None:
        return 0, 0
    low, high = (round(time * LABELS_PER_SECOND) for time in span)
    return max(0, low - 2), max(0, min(high + 2, round(seconds * LABELS_PER_SECOND)))


def _mels(frames):
    return spectrogram.from_bytes(frames).transpose(1, 2).contiguous()
