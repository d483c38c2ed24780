"""Has whisper.cpp 1.9.3 write a sample recording as .json, .csv and .lrc.

    python make_whisper_cpp.py WHISPER_CLI GGML_MODEL

The test reads the segments back from the .json file and writes the others itself.
"""

import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).parent
cli, model = sys.argv[1:]
subprocess.run([cli, "-m", model, "-f", here / "../../../Audio/half-minute.flac", "-l", "en", "-np", "-oj", "-ocsv",
                "-olrc", "-of", here / "whisper.cpp/half-minute"], check=True)
