"""Has whisper.cpp 1.9.3 write a sample recording as .json, .csv and .lrc.

    python make_whisper_cpp.py WHISPER_CLI GGML_MODEL

The test reads the segments back from the .json file and writes the others itself.
"""

import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
cli, model = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
# The .json file names the model as it was given: where it lies on this machine is nobody's business.
subprocess.run([cli, "-m", model.name, "-f", here / "../../../Audio/half-minute.flac", "-l", "en", "-np", "-oj",
                "-ocsv", "-olrc", "-of", here / "whisper.cpp/half-minute"], check=True, cwd=model.parent)
