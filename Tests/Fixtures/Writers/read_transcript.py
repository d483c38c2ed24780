"""Reads a transcript with a reader that somebody else wrote, and writes what it found in the form of a .tsv file.

    python3 read_transcript.py FORMAT FILE

srt is read by the package srt, vtt and karaoke by webvtt-py, csv and json by Python itself, json-full by jq, lrc by
ffmpeg, whose answer the package srt reads. The first line names the reader.
"""

import csv
import json
import subprocess
import sys


def milliseconds(time):
    """Of `01:02:03.456`."""
    hours, minutes, seconds = time.split(":")
    return round((int(hours) * 60 + int(minutes)) * 60000 + float(seconds) * 1000)


def version(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]


def subrip(text):
    import srt
    cues = list(srt.parse(text))
    return "Python's srt", [(cue.start.total_seconds() * 1000, cue.end.total_seconds() * 1000, cue.content)
                            for cue in cues]


def read_srt(path):
    return subrip(open(path, encoding="utf-8", newline="").read())


def read_vtt(path):
    import html
    import webvtt
    return "webvtt-py", [(milliseconds(cue.start), milliseconds(cue.end), html.unescape(cue.text))
                         for cue in webvtt.read(path)]


def read_lrc(path):
    converted = subprocess.run(["ffmpeg", "-v", "error", "-f", "lrc", "-i", path, "-f", "srt", "-"],
                               capture_output=True, check=True).stdout.decode()
    return version("ffmpeg", "-version"), [(start, None, text) for start, _, text in subrip(converted)[1]]


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return "Python's csv", [(row["start"], row["end"], row["text"]) for row in rows]


def read_json(path):
    with open(path, encoding="ascii") as file:
        segments = json.load(file)["segments"]
    return "Python's json", [(s["start"] * 1000, s["end"] * 1000, s["text"]) for s in segments]


def read_json_full(path):
    rows = subprocess.run(["jq", "-e", "-r", ".transcription[] | [.offsets.from, .offsets.to, .text] | @json", path],
                          capture_output=True, check=True).stdout.decode()
    return version("jq", "--version"), [json.loads(row) for row in rows.splitlines()]


def main():
    form, path = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    reader, cues = globals()["read_" + {"karaoke": "vtt", "json-full": "json_full"}.get(form, form)](path)
    print(f"{form}: {len(cues)} cues, read by {reader}")
    for start, end, text in cues:
        print(round(float(start)), "" if end is None else round(float(end)), text.strip(), sep="\t")


main()
