"""Lists the options of openai-whisper 20250625 and whisper.cpp 1.9.3, each option's names on a line.

    python make_options.py WHISPER_CLI     # needs openai-whisper from PyPI, and whisper.cpp's whisper-cli
"""

import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).parent


def options(name, command):
    run = subprocess.run(command, capture_output=True, text=True)
    lines = []
    for line in (run.stdout + run.stderr).splitlines():
        # Names stand in front; a bracket, or two spaces and a word, begin the explanation.
        front = re.split(r"\[|(?<=\S)\s{2,}(?=[a-z(])", line)[0]
        names = re.findall(r"(?<!\S)--?[A-Za-z][\w-]*", front) if re.match(r"\s+-", line) else []
        if names:
            lines.append(" ".join(dict.fromkeys(names)))
    (here / f"{name}.options").write_text("\n".join(lines) + "\n")


options("openai-whisper", ["whisper", "--help"])
options("whisper.cpp", [sys.argv[1], "--help"])
