"""Judges a model through the `earshot` command: `python evaluate.py [options]`, from a clone that was built.

Prints a table of error rates with 95 % confidence intervals (bootstrap over recordings) and, with --card, puts it into
the model's card.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

import recordings
from bank import SAMPLE_RATE
from vocabulary import TOKENIZER

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKS = ("<!-- evaluation -->", "<!-- end of evaluation -->")
# A transcript less likely than this, per token, is one to be doubted.
DOUBTED = -0.5


def transcribe(earshot, paths, options):
    """What the command writes as JSON for each recording."""
    with tempfile.TemporaryDirectory() as folder:
        command = [earshot, *map(str, paths), "--format", "json", "--output-dir", folder, "--quiet", *options]
        subprocess.run(command, check=True)
        return [json.loads((pathlib.Path(folder) / f"{path.stem}.json").read_text()) for path in paths]


def words_of(text):
    """Words to compare: lower case, no punctuation."""
    return re.sub(r"[^a-z' -]", " ", text.lower()).split()


def errors(said, heard):
    """The least number of words to change, add or drop."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        corner, row[0] = row[0], number
        for column, other in enumerate(heard, 1):
            corner, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, corner + (word != other))
    return row[-1]


def times(segment):
    """Start and end as the model wrote them: Whisper's rules let the only segment of a window begin where that does."""
    first = TOKENIZER.timestamp_begin
    stamps = [token - first for token in segment["tokens"] if token >= first]
    if len(stamps) < 2:
        return segment["start"], segment["end"]
    return segment["seek"] / 100 + stamps[0] * 0.02, segment["seek"] / 100 + stamps[-1] * 0.02


def matched(found, segments):
    """For each true segment the distances of start and end to those of the segment that it shares most time with."""
    for start, end, _ in segments:
        shared = [(min(end, stop) - max(start, begin), begin, stop) for begin, stop in map(times, found)]
        overlap, begin, stop = max(shared, default=(0, 0, 0))
        yield (abs(begin - start), abs(stop - end)) if overlap > 0 else (np.inf, np.inf)


def interval(rng, counts, totals):
    """The middle 95 % of the ratio of sums over recordings drawn with replacement."""
    counts, totals = np.array(counts, float), np.array(totals, float)
    draws = rng.integers(0, len(counts), (2000, len(counts)))
    ratios = counts[draws].sum(1) / np.maximum(totals[draws].sum(1), 1)
    return np.percentile(ratios, [2.5, 97.5])


def spoken_row(rng, group, pairs):
    """A row on recordings with known words: error rate, exact ones, the median error of times and how many are near."""
    wrong, total, exact, distances = [], [], 0, []
    for recording, transcript in pairs:
        said, heard = words_of(" ".join(recording.words)), words_of(transcript["text"])
        wrong.append(errors(said, heard))
        total.append(len(said))
        exact += said == heard
        found = [segment for segment in transcript["segments"] if segment["text"].strip()]
        distances += [off for pair in matched(found, recording.segments) for off in pair]
    low, high = interval(rng, wrong, total)
    rate = f"{100 * sum(wrong) / max(1, sum(total)):.1f} % ({100 * low:.1f}–{100 * high:.1f})"
    median = np.median(distances)
    off = (f"{median:.2f} s, " if np.isfinite(median) else "") + f"{np.mean(np.array(distances) <= 0.2):.0%} within 0.2 s"
    return f"| {group} | {len(pairs)} / {sum(total)} | {rate} | {exact} | {off} |"


def unspoken_rows(groups):
    """What is written where nobody says a word the model knows."""
    quiet = groups["nobody speaks"]
    words = sum(len(words_of(transcript["text"])) for _, transcript in quiet)
    minutes = sum(len(recording.samples) for recording, _ in quiet) / SAMPLE_RATE / 60
    yield f"- {minutes:.0f} minutes of silence, noise, hum, taps and music: {words} words."
    strange = groups["unknown words"]
    counts = [len(words_of(transcript["text"])) for _, transcript in strange]
    seconds = sum(len(recording.samples) for recording, _ in strange) / SAMPLE_RATE
    yield (
        f"- {len(strange)} utterances of other words ({seconds:.0f} s): {sum(counts)} words, {counts.count(0)} of the "
        f"transcripts empty; mean log probability of the others' tokens {confidence(strange):.2f}, "
        f"{doubted(strange):.0%} of them below {DOUBTED}."
    )
    known = [pair for group, pairs in groups.items() if "one utterance" in group for pair in pairs]
    yield (
        f"- Utterances of known words: mean log probability {confidence(known):.2f}, {doubted(known):.0%} below "
        f"{DOUBTED}."
    )


def _likelihoods(pairs):
    return [
        np.mean([segment["avg_logprob"] for segment in transcript["segments"]])
        for _, transcript in pairs
        if transcript["text"].strip()
    ] or [np.nan]


def confidence(pairs):
    """The mean log probability of a token over transcripts with text."""
    return np.mean(_likelihoods(pairs))


def doubted(pairs):
    """The share of transcripts with text that are doubtful."""
    return np.mean(np.array(_likelihoods(pairs)) < DOUBTED)


def differing(pairs, others):
    """How many transcripts are others with 32-bit arithmetic."""
    different = sum(one["text"] != other["text"] for (_, one), other in zip(pairs, others))
    return f"- {different} of {len(others)} transcripts are not those of `--precision f32`."


def table(pairs, others):
    """The whole evaluation as Markdown; `others`: the transcripts with 32-bit arithmetic."""
    rng = np.random.default_rng(0)
    groups = {}
    for recording, transcript in pairs:
        groups.setdefault(recording.group, []).append((recording, transcript))
    lines = ["| recordings | recordings / words | word error rate (95 %) | exact | segment times |", "| --- " * 5 + "|"]
    lines += [spoken_row(rng, group, found) for group, found in groups.items() if found[0][0].words]
    return "\n".join([*lines, "", *unspoken_rows(groups), differing(pairs, others)])


def write_card(path, text):
    """Puts the table between its marks in the card."""
    card = path.read_text()
    if not all(mark in card for mark in MARKS):
        sys.exit(f"{path} has no place for the table: {' '.join(MARKS)}")
    before, after = card.split(MARKS[0])[0], card.split(MARKS[1])[1]
    path.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")


def main():
    """Makes the recordings, transcribes them and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--earshot", default=ROOT / ".build/release/earshot", help="the command")
    parser.add_argument("--digits", default=ROOT.parent / "shared/audio/digits", type=pathlib.Path)
    parser.add_argument("--stranger-model", help="a model that has not heard the fourth speaker of digits")
    parser.add_argument("--share", type=float, default=1.0, help="how many of the recordings")
    parser.add_argument("--card", type=pathlib.Path, help="the file to put the table into")
    parser.add_argument("--show", action="store_true", help="print what was said and heard")
    parser.add_argument("options", nargs="*", help="for the command, after --")
    given = parser.parse_args()
    digits = given.digits if given.digits.is_dir() else None
    if digits is None:
        print(f"There are no recordings of digits in {given.digits}: without human speakers.")
    made = recordings.make(digits, given.share)
    with tempfile.TemporaryDirectory() as folder:
        paths = recordings.write_all(made, folder)
        pairs = list(zip(made, transcribe(given.earshot, paths, given.options)))
        others = transcribe(given.earshot, paths, [*given.options, "--precision", "f32"])
    strange = recordings.of_stranger(digits, given.share) if given.stranger_model else []
    if strange:
        with tempfile.TemporaryDirectory() as folder:
            paths = recordings.write_all(strange, folder)
            options = ["--model", given.stranger_model]
            pairs += zip(strange, transcribe(given.earshot, paths, options))
    if given.show:
        for recording, transcript in pairs:
            print(f"{recording.group} / {recording.voice}\n  {' '.join(recording.words)}\n {transcript['text']}")
    text = table(pairs, others)
    print(text)
    if given.card:
        write_card(given.card, text)


if __name__ == "__main__":
    main()
