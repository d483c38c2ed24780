#!/usr/bin/env python3
"""Compares Earshot with openai-whisper token by token, and with whisper.cpp text by text; writes summary.md.

    swift build -c release --product earshot
    python3 Parity/parity.py [--whisper-cli PROGRAM --ggml FILE]

All recordings of Audio/ are transcribed by the model that is built in and by two random ones of tiny's size, in every
variant of VARIANTS, in 32 bits, at temperature 0. Python needs openai-whisper, which is put into Parity/.venv unless
--python names one that has it; recordings are read by ffmpeg. What openai-whisper wrote is kept in .build/parity: a
run that was broken off goes on where it was.
"""
import argparse
import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import wave

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(HERE)
TIE = 1e-3  # logits
MOMENT = 0.02 + 1e-6  # seconds
RANDOM_TOKENS = 16  # most tokens of a window: random models do not stop by themselves

PROMPT, PREFIX, CLIPS = "Three, four and five. Dr. Müller says stop.", "one two", "0.5,1.5,1.7"


@dataclasses.dataclass
class Variant:
    name: str
    options: dict  # of openai-whisper's transcribe
    flags: list[str]
    multilingual: bool = False  # not for English-only models
    trained: bool = False  # not for random models: it would tell no more
    at_least: float = 0  # seconds

    @property
    def words(self) -> bool:
        return bool(self.options.get("word_timestamps"))


VARIANTS = [
    Variant("greedy search", {}, []),
    Variant("without timestamps", {"without_timestamps": True}, ["--no-timestamps"]),
    Variant("beam 1", {"beam_size": 1}, ["--beam-size", "1"], trained=True),
    Variant("beam 5", {"beam_size": 5}, ["--beam-size", "5"]),
    Variant("beam 5 without timestamps", {"beam_size": 5, "without_timestamps": True},
            ["--beam-size", "5", "--no-timestamps"], trained=True),
    Variant("previous text", {"condition_on_previous_text": True}, ["--condition-on-previous-text", "true"]),
    Variant("initial prompt", {"initial_prompt": PROMPT}, ["--initial-prompt", PROMPT]),
    Variant("prefix", {"prefix": PREFIX}, ["--prefix", PREFIX]),
    Variant("words", {"word_timestamps": True}, ["--word-timestamps", "true"]),
    Variant("language detected", {"language": None}, ["--language", "auto"], multilingual=True),
    Variant("clips", {"clip_timestamps": CLIPS}, ["--clip-timestamps", CLIPS], at_least=2),
    Variant("prompt, previous text, beam 5 and words",
            {"initial_prompt": PROMPT, "condition_on_previous_text": True, "beam_size": 5, "word_timestamps": True},
            ["--initial-prompt", PROMPT, "--condition-on-previous-text", "true", "--beam-size", "5",
             "--word-timestamps", "true"], trained=True),
]


def run(command: list[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"parity: {' '.join(command)} failed:\n{result.stderr[-2000:]}")
    return result.stdout


class Unknown(Exception):
    """Something is not there, and must not be computed."""


computes = True


def cached(path: str, make):
    """What `make` gives, kept in a file."""
    if not os.path.exists(path):
        if not computes:
            raise Unknown
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(f"{path}.part", "w") as file:
            json.dump(make(), file)
        os.rename(f"{path}.part", path)
    with open(path) as file:
        return json.load(file)


def digest(*values) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


# ---------------------------------------------------------------------------------------------- recordings


def prepare(folder: str) -> dict[str, float]:
    """Every recording as 16 kHz mono WAV, so that all engines hear the same samples; names and lengths."""
    lengths = {}
    for file in sorted(os.listdir(f"{REPOSITORY}/Audio")):
        name, extension = os.path.splitext(file)
        if extension not in (".flac", ".wav", ".mp3", ".ogg", ".opus"):
            continue
        path = f"{folder}/{name}.wav"
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            run(["ffmpeg", "-v", "error", "-i", f"{REPOSITORY}/Audio/{file}", "-ac", "1", "-ar", "16000",
                 "-c:a", "pcm_s16le", "-bitexact", "-y", path])
        with wave.open(path) as sound:
            lengths[name] = sound.getnframes() / sound.getframerate()
    return lengths


def samples(path: str):
    import numpy as np

    with wave.open(path) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(np.float32) / 32768


# ------------------------------------------------------------------------------------------------- engines


class Earshot:
    def __init__(self, program: str, folder: str) -> None:
        status = os.stat(program)
        self.program, self.folder, self.stamp = program, folder, [status.st_size, status.st_mtime_ns]

    def transcribe(self, model: str, variant: Variant, recordings: list[str], threads: int) -> dict[str, dict]:
        """What it writes for every recording, in one process."""
        command = [self.program, "--precision", "f32", "--temperature", "0", "--no-fallback", "--keep-loops",
                   "--condition-on-previous-text", "false", "--language", "en", "--threads", str(threads)]
        if model != "default":
            command += ["--model", f"{self.folder}/{model}.pt", "--max-tokens", str(RANDOM_TOKENS)]
        for flag, value in zip(variant.flags, [*variant.flags[1:], None]):
            if flag in command and flag.startswith("--"):
                place = command.index(flag)
                del command[place:place + 2]
        command += variant.flags
        output = f"{self.folder}/earshot/{digest(self.stamp, command)}"
        if not os.path.exists(f"{output}.complete"):
            if not computes:
                raise Unknown
            run([*command, "--quiet", "--format", "json", "--output-dir", output,
                 *(f"{self.folder}/audio/{name}.wav" for name in recordings)])
            open(f"{output}.complete", "w").close()
        transcripts = {}
        for name in recordings:
            with open(f"{output}/{name}.json") as file:
                transcripts[name] = json.load(file)
        return transcripts


class OpenAI:
    """openai-whisper, loaded when something is not known yet."""

    def __init__(self, folder: str, model: str) -> None:
        self.folder, self.model, self.loaded = folder, model, None

    def options(self, variant: Variant) -> dict:
        usual = {"language": "en", "temperature": 0.0, "condition_on_previous_text": False, "fp16": False,
                 "beam_size": None}
        return usual | ({} if self.model == "default" else {"sample_len": RANDOM_TOKENS}) | variant.options

    def ask(self, what: str, name: str, variant: Variant, *arguments):
        """The answer of one of Reference's methods for a recording."""
        def compute():
            if self.loaded is None:
                import models
                import reference
                self.loaded = reference.Reference(models.load(self.model, self.folder))
            sound = samples(f"{self.folder}/audio/{name}.wav")
            return getattr(self.loaded, what)(sound, self.options(variant), *arguments)

        key = digest(self.options(variant), arguments)
        return cached(f"{self.folder}/openai-whisper/{self.model}/{name}/{what}-{key}.json", compute)


def whisper_cpp(program: str, model: str, flags: list[str], folder: str, recordings: list[str]) -> dict[str, str]:
    """The texts that whisper-cli writes, in one process."""
    output = f"{folder}/whisper.cpp/{digest(program, model, flags)}"
    os.makedirs(output, exist_ok=True)
    if not os.path.exists(f"{output}/complete"):
        if not computes:
            raise Unknown
        command = [program, "-m", model, "-l", "en", "-nf", "-mc", "0", "-t", "2", "-otxt", *flags]
        for name in recordings:
            command += ["-f", f"{folder}/audio/{name}.wav", "-of", f"{output}/{name}"]
        run(command)
        open(f"{output}/complete", "w").close()
    texts = {}
    for name in recordings:
        with open(f"{output}/{name}.txt") as file:
            texts[name] = " ".join(file.read().split())
    return texts


# ---------------------------------------------------------------------------------------------- comparison


@dataclasses.dataclass
class Count:
    """Windows of one model and variant."""
    recordings: int = 0
    identical_recordings: int = 0
    windows: int = 0
    identical: int = 0
    tied: int = 0
    different: int = 0
    behind: int = 0  # after a window that is not identical, from another place or prompt on
    words: int = 0
    moved: int = 0
    unsteady: int = 0
    languages: int = 0
    distance: float = 0  # of mean log probabilities, at most
    moment: float = 0  # of word times, at most
    notes: list[str] = dataclasses.field(default_factory=list)


def segments_at(transcript: dict, seek: int | None) -> list[dict]:
    return [segment for segment in transcript["segments"] if segment["seek"] == seek]


def sampled(segments: list[dict]) -> list[int]:
    return [token for segment in segments for token in segment["tokens"]]


def word_list(segment: dict) -> list[tuple]:
    return [tuple(word.values()) if isinstance(word, dict) else tuple(word) for word in segment.get("words") or []]


def moments(segments: list[dict]) -> list[float]:
    return [moment for segment in segments
            for moment in [segment["start"], segment["end"], *(t for w in word_list(segment) for t in w[1:3])]]


def furthest(ours: list[dict], theirs: list[dict]) -> float:
    """The largest distance of two moments; infinity where the texts are not the same."""
    same = [(s["text"], s["tokens"], [w[0] for w in word_list(s)]) for s in ours] == \
        [(s["text"], s["tokens"], [w[0] for w in word_list(s)]) for s in theirs]
    return max([abs(a - b) for a, b in zip(moments(ours), moments(theirs))], default=0) if same else float("inf")


def compare(openai: OpenAI, name: str, variant: Variant, theirs: dict, count: Count) -> None:
    """Counts the windows of a recording."""
    ours = openai.ask("transcribe", name, variant)
    count.recordings += 1
    count.windows += len(ours["windows"])
    count.languages += ours["language"] == theirs["language"]
    if ours["language"] != theirs["language"]:
        count.notes.append(f"{name}: the language is {theirs['language']}, not {ours['language']}")
    whole = True
    unknown = {s["seek"] for s in theirs["segments"]} - {s["seek"] for s in ours["segments"]}
    for number, window in enumerate(ours["windows"]):
        expected, found = segments_at(ours, window["seek"]), segments_at(theirs, window["seek"])
        if not whole and (variant.options.get("condition_on_previous_text") or (expected and not found)):
            count.behind += 1
            continue
        distance = furthest(expected, found)
        where = f"{name}, window {number + 1}"
        if distance <= (MOMENT if variant.words else 1e-6):
            count.identical += 1
            count.words += sum(len(word_list(s)) for s in found)
            count.moment = max(count.moment, distance)
            for a, b in zip(expected, found):
                count.distance = max(count.distance, abs(a["avg_logprob"] - b["avg_logprob"]))
            continue
        whole = False
        if distance == float("inf"):
            margin = openai.ask("margin", name, variant, number, sampled(found))
            if margin < TIE:
                count.tied += 1
            else:
                count.different += 1
            count.notes.append(f"{where}: another token, passed over by {margin:.2g} logits")
        else:
            noisy = openai.ask("unsteady", name, variant)
            spread = max(furthest(expected, segments_at({"segments": s}, window["seek"])) for s in noisy)
            if spread > MOMENT:
                count.tied += 1
            else:
                count.different += 1
            count.notes.append(f"{where}: a word {distance:.2f} s away; the reference's own move by {spread:.2f} s "
                               "when noise of 0.00002 is added to its alignment")
    if whole and unknown:
        whole = False
        count.different += 1
        count.notes.append(f"{name}: windows at frames {sorted(unknown)} that the reference has not")
    count.identical_recordings += whole


# -------------------------------------------------------------------------------------------------- summary


def text_of(transcript: dict) -> str:
    return " ".join(transcript["text"].split())


def agreements(arguments, openai: OpenAI, earshot: Earshot, recordings: list[str], threads: int) -> list[str]:
    """whisper.cpp's row of the summary."""
    lines = ["| variant | flags of whisper-cli | Earshot = openai-whisper | whisper.cpp = openai-whisper | "
             "whisper.cpp = Earshot | all three |", "| --- | --- | --- | --- | --- | --- |"]
    for name, flags in [("greedy search", ["-bs", "1", "-bo", "1"]), ("beam 5", ["-bs", "5"]),
                        ("without timestamps", ["-bs", "1", "-bo", "1", "-nt"]),
                        ("beam 5 without timestamps", ["-bs", "5", "-nt"])]:
        variant = next(v for v in VARIANTS if v.name == name)
        first = {r: text_of(openai.ask("transcribe", r, variant)) for r in recordings}
        second = {r: text_of(t) for r, t in earshot.transcribe("default", variant, recordings, threads).items()}
        try:
            third = whisper_cpp(arguments.whisper_cli, arguments.ggml, flags, earshot.folder, recordings)
        except Unknown:
            continue
        same = [sum(a[r] == b[r] for r in recordings) for a, b in [(first, second), (first, third), (second, third)]]
        every = sum(first[r] == second[r] == third[r] for r in recordings)
        shown = " ".join(f"`{flag}`" for flag in flags)
        lines.append(f"| {name} | {shown} | {same[0]} | {same[1]} | {same[2]} | {every} of {len(recordings)} |")
    return lines


def version_of_whisper_cpp(program: str) -> str:
    result = subprocess.run([program, "--version"], capture_output=True, text=True)
    return next((line.split(":", 1)[-1].strip() for line in (result.stdout + result.stderr).splitlines()
                 if "version" in line), "")


def summary(counts: dict[str, dict[str, Count]], missing: list[str], further: list[str], versions: str) -> str:
    every = [count for by_variant in counts.values() for count in by_variant.values()]
    total = {key: sum(getattr(count, key) for count in every)
             for key in ("windows", "identical", "tied", "different", "behind", "words")}
    lines = [
        "# The same tokens?", "",
        "Written by `parity.py` beside this file; [README.md](README.md) says what is compared, and how.", "",
        f"Of {total['windows']} windows {total['identical']} are identical, {total['tied']} tied, "
        f"{total['different']} different; {total['behind']} lie behind one that is not identical. "
        f"{total['words']} words were timed, the furthest {max(count.moment for count in every):.2f} s away.", "",
        versions, "",
        "| model | variant | recordings identical | windows | identical | tied | different | behind one | "
        "mean log probability within | word times within |",
        "| --- | --- |" + " ---: |" * 8,
    ]
    for model, by_variant in counts.items():
        for variant, count in by_variant.items():
            words = f"{count.moment:.2f} s ({count.words} words)" if count.words else ""
            lines.append(
                f"| {model} | {variant} | {count.identical_recordings} of {count.recordings} | {count.windows} | "
                f"{count.identical} | {count.tied} | {count.different} | {count.behind} | {count.distance:.0e} | "
                f"{words} |")
    if missing:
        lines += ["", f"Not run yet: {'; '.join(missing)}."]
    noted = [f"- {model}, {variant}: {note}" for model, by_variant in counts.items()
             for variant, count in by_variant.items() for note in count.notes]
    lines += ["", "## What is not identical", "", *(noted or ["Nothing."])]
    if further:
        lines += ["", "## whisper.cpp", "",
                  "The texts of the default model, white space aside; whisper.cpp computes in 16 bits, its GELU is "
                  "another function, and it forces no timestamp at the start.", "", *further]
    return "\n".join(lines) + "\n"


def environment(given: str | None) -> str:
    """A Python that has openai-whisper."""
    folder = f"{HERE}/.venv"
    if not given and not os.path.exists(f"{folder}/complete"):
        run([sys.executable, "-m", "venv", folder])
        run([f"{folder}/bin/pip", "install", "--quiet", "-r", f"{HERE}/requirements.txt"])
        open(f"{folder}/complete", "w").close()
    return given or f"{folder}/bin/python"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--earshot", default=f"{REPOSITORY}/.build/release/earshot", help="the program")
    parser.add_argument("--python", help="a Python that has openai-whisper already")
    parser.add_argument("--whisper-cli", help="whisper.cpp's program")
    parser.add_argument("--ggml", help="the default model as whisper.cpp reads it")
    parser.add_argument("--threads", type=int, default=2, help="threads of Earshot; the reference has one")
    parser.add_argument("--models", default="default,tiny,tiny.en", help="some of the models; then nothing is written")
    parser.add_argument("--known", action="store_true", help="compute nothing: write what is known already")
    parser.add_argument("--folder", default=f"{REPOSITORY}/.build/parity", help="where models and results are kept")
    arguments = parser.parse_args()
    try:
        installed = {name: importlib.metadata.version(name) for name in ("openai-whisper", "torch")}
    except importlib.metadata.PackageNotFoundError:
        python = environment(arguments.python)
        os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])

    import models

    global computes
    computes = not arguments.known
    folder, names = os.path.abspath(arguments.folder), arguments.models.split(",")
    lengths, earshot = prepare(f"{folder}/audio"), Earshot(arguments.earshot, folder)
    counts, references, missing = {}, {}, []
    for model in names:
        models.checkpoint(model, folder)
        openai = references[model] = OpenAI(folder, model)
        variants = [v for v in VARIANTS if not (v.multilingual and model.endswith(".en"))
                    and not (v.trained and model != "default")]
        counts[model] = {}
        for variant in variants:
            chosen = [recording for recording, length in lengths.items() if length >= variant.at_least]
            count = Count()
            try:
                written = earshot.transcribe(model, variant, chosen, arguments.threads)
                for recording in chosen:
                    compare(openai, recording, variant, written[recording], count)
            except Unknown:
                missing.append(f"{model}, {variant.name}")
                continue
            counts[model][variant.name] = count
            print(f"{model}, {variant.name}: {count}", file=sys.stderr, flush=True)
    if len(names) < len(models.NAMES):
        return
    further, engines = [], [f"Earshot {run([arguments.earshot, '--version']).splitlines()[0]}",
                            *(f"{name} {version}" for name, version in installed.items())]
    if arguments.whisper_cli:
        further = agreements(arguments, references["default"], earshot, list(lengths), arguments.threads)
        engines.append(f"whisper.cpp {version_of_whisper_cpp(arguments.whisper_cli)}")
    text = summary(counts, missing, further, f"{', '.join(engines)}; {platform.machine()}, {platform.system()}.")
    with open(f"{HERE}/summary.md", "w") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    main()
