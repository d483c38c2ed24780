#!/usr/bin/env python3
"""Measures Earshot and its peers side by side on one random model of tiny size, and prints one table.

    python3 Benchmarks/compare.py [--runs 10] [--threads 1,2] [--whisper-cpp CHECKOUT] [--readme]

Engines take turns, one window each, so that a busy moment of the machine meets all of them. Earshot must have
been built (`swift build -c release`). The engines in Python live in a virtual environment that this script makes
in Benchmarks/.venv; whisper.cpp takes part where its programs are on the PATH or given, and a checkout is given
for its converter. README.md beside this file says what each row means.
"""
import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(HERE)
STAGES = {"mel": "log-mel, 30 s", "encoder": "encoder, one window", "step": "one decode step",
          "window": "30 s window, 64 tokens", "clip": "11 s clip, from process start", "memory": "peak memory"}
TOKENS = 64


def run(command: list[str]) -> str:
    """What a command writes, with its complaints."""
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"compare: {' '.join(command)} failed:\n{result.stderr[-2000:]}")
    return result.stdout + result.stderr


def transcribe(command: list[str]) -> tuple[str, dict[str, float]]:
    """The text that a new process writes, how long that took, and the most memory it held."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"compare: {' '.join(command)} failed")
    return " ".join(text.split()), {"clip": 1000 * seconds, "memory": usage.ru_maxrss / 1024}


class Engine:
    """Something that is measured. A window gives milliseconds by stage."""

    def __init__(self, name: str, folder: str) -> None:
        self.name, self.folder = name, folder

    def prepare(self, threads: int) -> None:
        pass

    def window(self, threads: int) -> dict[str, float]:
        raise NotImplementedError

    def clip(self, threads: int) -> list[str] | None:
        """The command that transcribes the clip."""

    def close(self) -> None:
        pass


class Earshot(Engine):
    def __init__(self, program: str, folder: str) -> None:
        super().__init__(f"Earshot {run([program, '--version']).split()[0]} int8", folder)
        self.program, self.model = program, f"{folder}/earshot.safetensors"
        convert = [program, "convert", f"{folder}/tiny.pt", "-o", self.model, "--precision"]
        if subprocess.run([*convert, "int8"], capture_output=True).returncode != 0:
            run([*convert, "f16"])

    def window(self, threads: int) -> dict[str, float]:
        found = json.loads(subprocess.run(
            [self.program, "bench", "--model", self.model, "--precision", "int8", "--threads", str(threads),
             "--runs", "1", "--window-tokens", str(TOKENS), "--json"],
            check=True, capture_output=True, text=True).stdout)["runs"][0]
        return {stage: found[f"{key}_ms"]["median"] for stage, key in
                [("mel", "mel"), ("encoder", "encoder"), ("step", "decode_step"), ("window", "window")]}

    def clip(self, threads: int) -> list[str]:
        command = [self.program, "transcribe", "--model", self.model, "--threads", str(threads), "--language", "en",
                   "--no-timestamps", "--condition-on-previous-text", "false", "--quiet"]
        if "--precision" in run([self.program, "transcribe", "--help"]):
            command += ["--precision", "int8"]
        return [*command, f"{self.folder}/11s.wav"]


class WhisperCpp(Engine):
    def __init__(self, quantisation: str, programs: dict[str, str], checkout: str, folder: str) -> None:
        version = subprocess.run(["git", "-C", checkout, "describe", "--tags"], capture_output=True, text=True)
        super().__init__(f"whisper.cpp {version.stdout.strip() or ''} {quantisation}", folder)
        self.programs, self.model = programs, f"{folder}/ggml-{quantisation}.bin"

    def window(self, threads: int) -> dict[str, float]:
        common = ["-m", self.model, "-t", str(threads)]
        bench = run([self.programs["whisper-bench"], *common])
        mel = timing(run([*self.transcription(threads), f"{self.folder}/30s.wav"]), "mel", per_run=False)
        encoder, step = timing(bench, "encode"), timing(bench, "decode")
        # Its prompt is left out, in its favour: whisper-bench's is of another length.
        return {"mel": mel, "encoder": encoder, "step": step, "window": mel + encoder + TOKENS * step}

    def transcription(self, threads: int) -> list[str]:
        return [self.programs["whisper-cli"], "-m", self.model, "-t", str(threads), "-l", "en", "-nt", "-nf",
                "-bs", "1", "-bo", "1", "-mc", "0", "-f"]

    def clip(self, threads: int) -> list[str]:
        return [*self.transcription(threads), f"{self.folder}/11s.wav", "-np"]


def timing(text: str, stage: str, per_run: bool = True) -> float:
    """Milliseconds in a line of whisper.cpp's timings."""
    pattern = rf"{stage} time =.*\(\s*([\d.]+) ms per run" if per_run else rf"{stage} time =\s*([\d.]+) ms"
    return float(re.search(pattern, text).group(1))


class Peer(Engine):
    """An engine in Python: a process that waits for its turns."""

    def __init__(self, key: str, name: str, python: str, folder: str) -> None:
        super().__init__(name, folder)
        self.key, self.python, self.process = key, python, None

    def command(self, task: str, threads: int) -> list[str]:
        return [self.python, f"{HERE}/peers.py", task, self.key, self.folder, str(threads)]

    def prepare(self, threads: int) -> None:
        self.close()
        self.process = subprocess.Popen(
            self.command("serve", threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"compare: {self.name} did not get ready")

    def window(self, threads: int) -> dict[str, float]:
        self.process.stdin.write("\n")
        return json.loads(self.process.stdout.readline())

    def clip(self, threads: int) -> list[str] | None:
        return None if self.key == "onnxruntime" else self.command("clip", threads)

    def close(self) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.wait()


# ------------------------------------------------------------------------------------------------- measuring


def measure(engines: list[Engine], threads: int, runs: int) -> dict:
    """Values by engine and stage, engines in turn; and the text of each engine's clip."""
    values = {engine.name: {} for engine in engines}
    texts = {}

    def note(engine: Engine, sample: dict[str, float]) -> None:
        for stage, value in sample.items():
            values[engine.name].setdefault(stage, []).append(value)

    for engine in engines:
        engine.prepare(threads)
    for turn in range(runs):
        for engine in engines:
            time.sleep(0.3)  # threads of the engine before this one stop spinning
            note(engine, engine.window(threads))
            if command := engine.clip(threads):
                texts[engine.name], sample = transcribe(command)
                note(engine, sample)
        print(f"{threads} threads, turn {turn + 1} of {runs}", file=sys.stderr)
    for engine in engines:
        engine.close()
    return {"values": values, "texts": texts}


def summary(samples: list[float]) -> tuple[float, float]:
    """Median, and the spread of the middle half."""
    if len(samples) < 2:
        return samples[0], 0.0
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return statistics.median(samples), high - low


# ----------------------------------------------------------------------------------------------------- table


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(samples: list[float] | None, ours: list[float] | None) -> str:
    if not samples:
        return "–"
    median, spread = summary(samples)
    text = f"{number(median)} ±{number(spread)}"
    return text if ours is None else f"{text} (**{summary(ours)[0] / median:.2f}**, {min(ours) / min(samples):.2f})"


def table(engines: list[Engine], results: dict[int, dict], runs: int, kernels: str) -> str:
    names = [engine.name for engine in engines]
    lines = [
        f"{processor()}, {len(os.sched_getaffinity(0))} processors, {platform.system()} {platform.release()}; "
        f"Earshot's kernels: {kernels}. Milliseconds (MiB for memory), median ±spread of the middle half of {runs} "
        "turns; in brackets Earshot's share of that, and of the least of all turns, which noise lengthens less.",
        "",
        "| | threads | " + " | ".join(names) + " |",
        "| --- | --- |" + " --- |" * len(names),
    ]
    for stage, title in STAGES.items():
        for threads, result in results.items():
            values = result["values"]
            ours = values[names[0]].get(stage)
            cells = [cell(ours, None)] + [cell(values[name].get(stage), ours) for name in names[1:]]
            lines.append(f"| {title} | {threads} | " + " | ".join(cells) + " |")
    texts = {text for result in results.values() for text in result["texts"].values()}
    lines += ["", "All engines wrote the same text." if len(texts) == 1 else
              "**The engines did not write the same text:** " + "; ".join(sorted(texts))]
    return "\n".join(lines) + "\n"


def put_into_readme(text: str) -> None:
    path = f"{HERE}/README.md"
    with open(path) as file:
        before, _, rest = file.read().partition("<!-- table -->\n")
    _, mark, after = rest.partition("<!-- end of table -->")
    with open(path, "w") as file:
        file.write(f"{before}<!-- table -->\n{text}{mark}{after}")


# ------------------------------------------------------------------------------------------------------ main


def environment(given: str | None) -> str:
    """A Python that has the peers."""
    if given:
        return given
    folder = f"{HERE}/.venv"
    if not os.path.exists(f"{folder}/complete"):
        run([sys.executable, "-m", "venv", folder])
        run([f"{folder}/bin/pip", "install", "--quiet", "-r", f"{HERE}/requirements.txt"])
        open(f"{folder}/complete", "w").close()
    return f"{folder}/bin/python"


def versions(python: str) -> dict[str, str]:
    names = ["ctranslate2", "faster-whisper", "onnxruntime", "openai-whisper", "torch"]
    code = f"import importlib.metadata as m; print('\\n'.join(m.version(n) for n in {names}))"
    return dict(zip(names, run([python, "-c", code]).split()))


def whisper_cpp_programs(arguments: argparse.Namespace) -> dict[str, str] | None:
    checkout = arguments.whisper_cpp
    if not checkout:
        return None
    folders = os.pathsep.join([f"{checkout}/build/bin", os.environ.get("PATH", "")])
    programs = {name: shutil.which(name, path=folders)
                for name in ("whisper-cli", "whisper-bench", "whisper-quantize")}
    if missing := [name for name, path in programs.items() if not path]:
        sys.exit(f"compare: no {', '.join(missing)} in {checkout}/build/bin or on the PATH")
    return programs


def assemble(arguments: argparse.Namespace) -> list[Engine]:
    """All engines that can take part, Earshot first; their models are made where they are missing."""
    if not os.path.exists(arguments.earshot):
        sys.exit(f"compare: no {arguments.earshot}; build it with: swift build -c release --product earshot")
    folder, python = os.path.abspath(arguments.models), environment(arguments.python)
    programs = whisper_cpp_programs(arguments)
    wanted = "ggml-q8_0.bin" if programs else "encoder-int8.onnx"
    if not os.path.exists(f"{folder}/{wanted}"):
        options = ["--whisper-cpp", arguments.whisper_cpp, "--quantize", programs["whisper-quantize"]] if programs else []
        run([python, f"{HERE}/models.py", folder, *options])
    found = versions(python)
    engines: list[Engine] = [Earshot(arguments.earshot, folder)]
    if programs:
        engines += [WhisperCpp(kind, programs, arguments.whisper_cpp, folder) for kind in ("q8_0", "f16")]
    return engines + [
        Peer("faster-whisper",
             f"faster-whisper {found['faster-whisper']}, CTranslate2 {found['ctranslate2']} int8", python, folder),
        Peer("onnxruntime", f"onnxruntime {found['onnxruntime']} int8, encoder alone", python, folder),
        Peer("openai-whisper", f"openai-whisper {found['openai-whisper']}, torch {found['torch']} fp32", python, folder),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="turns of every engine")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, with commas")
    parser.add_argument("--earshot", default=f"{REPOSITORY}/.build/release/earshot", help="the program")
    parser.add_argument("--models", default=f"{REPOSITORY}/.build/benchmarks", help="where the models are made")
    parser.add_argument("--python", help="a Python that has the peers already")
    parser.add_argument("--whisper-cpp", help="a checkout of whisper.cpp, for its converter and its build/bin")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md, too")
    arguments = parser.parse_args()
    engines = assemble(arguments)
    results = {threads: measure(engines, threads, arguments.runs)
               for threads in map(int, arguments.threads.split(","))}
    with open(f"{arguments.models}/results.json", "w") as file:
        json.dump(results, file)
    kernels = json.loads(run([arguments.earshot, "bench", "--synthetic", "tiny", "--runs", "1", "--json"]))
    text = table(engines, results, arguments.runs, kernels["runs"][0]["kernels"])
    print(text, end="")
    if arguments.readme:
        put_into_readme(text)


if __name__ == "__main__":
    main()
