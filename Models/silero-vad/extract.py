"""Takes the weights and the licence out of the package they come from: writes silero-vad.safetensors and LICENSE.

    pip install onnx safetensors
    python extract.py          # needs pip and the package index
    python extract.py silero_vad-6.2.3-py3-none-any.whl
"""

import hashlib
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

PACKAGE = "silero-vad==6.2.3"
WHEEL_SHA256 = "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8"
# The weights as PyTorch has them. The package's own safetensors file holds those of an older version.
MODEL = "silero_vad/data/silero_vad_16k_op15.onnx"
LICENCE = "silero_vad-6.2.3.dist-info/licenses/LICENSE"
NAMES = {
    "model.stft.forward_basis_buffer": "stft_conv.weight",
    **{
        f"model.encoder.{layer}.reparam_conv.{kind}": f"conv{layer + 1}.{kind}"
        for layer in range(4)
        for kind in ["weight", "bias"]
    },
    **{f"model.decoder.rnn.{name}": f"lstm_cell.{name}" for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]},
    "model.decoder.decoder.2.weight": "final_conv.weight",
    "model.decoder.decoder.2.bias": "final_conv.bias",
}


def download(folder: str) -> pathlib.Path:
    subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, PACKAGE], check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


here = pathlib.Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    wheel = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else download(folder)
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == WHEEL_SHA256, "another package"
    with zipfile.ZipFile(wheel) as archive:
        (here / "LICENSE").write_bytes(archive.read(LICENCE))
        graph = onnx.load(io.BytesIO(archive.read(MODEL))).graph

arrays = {initializer.name: numpy_helper.to_array(initializer) for initializer in graph.initializer}
metadata = {"source": f"{PACKAGE}, {MODEL}", "license": "MIT"}
save_file({name: arrays[source] for source, name in NAMES.items()}, here / "silero-vad.safetensors", metadata)
