#!/usr/bin/env python3
"""Tiny Whisper checkpoints in every format that Earshot reads, and the numbers they hold.

    python make_checkpoints.py WHISPER_CPP          write all fixtures beside this script
    python make_checkpoints.py --check FILE ORIGINAL.pt

The second form checks an Earshot file against the checkpoint it was converted from, with the safetensors package.
WHISPER_CPP is a checkout of whisper.cpp v1.9 with its tools built in build/bin: its own converter and quantiser
write the ggml files. Needs from PyPI: openai-whisper, torch, transformers, safetensors, gguf, numpy.
"""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

import gguf
import numpy as np
import safetensors.numpy
import torch
from whisper.model import ModelDimensions, Whisper

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(f"{HERE}/../Models")
import hugging_face

#                        mels ctx state heads layers vocab tctx tstate theads tlayers
NANO = ModelDimensions(4, 6, 8, 2, 1, 40, 5, 8, 2, 1)
MICRO = ModelDimensions(2, 2, 32, 2, 1, 8, 2, 32, 2, 1)  # rows of 32, which the smaller blocks need
BLOCKS = {  # Earshot's name: ggml's
    "q8Zero": "Q8_0", "q5Zero": "Q5_0", "q5One": "Q5_1", "q4Zero": "Q4_0", "q4One": "Q4_1",
    "q4K": "Q4_K", "q5K": "Q5_K", "q6K": "Q6_K",
}
expected = {"models": {}, "files": {}}


def weights(dims: ModelDimensions) -> dict[str, torch.Tensor]:
    """Every tensor random, those that a fresh model has at zero or one included."""
    state = Whisper(dims).state_dict()
    return {name: torch.randn(tensor.shape) for name, tensor in state.items()}


def record(model: str, dims: ModelDimensions, state: dict, file: str) -> None:
    """Notes what `file` must be read as. The weighted sum tells any two orders of the numbers apart."""
    def numbers(tensor) -> dict:
        values = np.asarray(tensor.float() if isinstance(tensor, torch.Tensor) else tensor, dtype=np.float64)
        flat = values.ravel()
        return {"shape": list(values.shape), "sum": flat.sum(), "weighted": (flat * (1 + np.arange(flat.size))).sum(),
                "first": flat[0], "last": flat[-1]}

    expected["files"][file] = model
    expected["models"][model] = {
        "dimensions": list(dims.__dict__.values()),
        "tensors": {name: numbers(tensor) for name, tensor in state.items()}}


def save_pt(name: str, dims: ModelDimensions, state: dict, **options) -> None:
    torch.save({"dims": dims.__dict__, "model_state_dict": state}, f"{HERE}/{name}.pt", **options)
    record(name, dims, state, f"{name}.pt")


def save_zip64(source: str, dims: ModelDimensions, state: dict) -> None:
    """A checkpoint's archive once more, written as zip files of more than 4 GB are."""
    with zipfile.ZipFile(f"{HERE}/{source}.pt") as old:
        entries = {name: old.read(name) for name in old.namelist()}
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, -1
    path = f"{HERE}/nano-zip64.pt"
    with zipfile.ZipFile(path, "w") as new:
        for name, data in entries.items():
            new.writestr(zipfile.ZipInfo(name), data)
    zipfile.ZIP64_LIMIT = limit
    with open(path, "r+b") as file:  # the short end record, which zipfile fills as far as it can
        file.seek(-14, os.SEEK_END)
        file.write(b"\xff" * 12)
    assert len(torch.load(path)["model_state_dict"]) == len(state)
    record("nano-f16", dims, state, "nano-zip64.pt")


def save_hugging_face(name: str, dims: ModelDimensions, state: dict, dtype: torch.dtype, **options) -> None:
    model = hugging_face.network(
        dims, state, pad_token_id=0, bos_token_id=0, eos_token_id=0, decoder_start_token_id=0,
        suppress_tokens=None, begin_suppress_tokens=None)
    shutil.rmtree(f"{HERE}/{name}", ignore_errors=True)
    model.to(dtype).save_pretrained(f"{HERE}/{name}", **options)
    generation = f"{HERE}/{name}/generation_config.json"
    if os.path.exists(generation):
        os.remove(generation)
    record(name, dims, {key: tensor.to(dtype) for key, tensor in state.items()}, name)


def save_ggml(whisper_cpp: str, model: str, dims: ModelDimensions, state: dict, f32: bool) -> str:
    """Runs whisper.cpp's converter, with an abridged filter bank and vocabulary: both are skipped by readers."""
    kind = "f32" if f32 else "f16"
    with tempfile.TemporaryDirectory() as scratch:
        assets = f"{scratch}/whisper/assets"
        os.makedirs(assets)
        np.savez(f"{assets}/mel_filters.npz", **{f"mel_{dims.n_mels}": np.ones((dims.n_mels, 3), np.float32)})
        with open(f"{assets}/gpt2.tiktoken", "w") as vocabulary:
            vocabulary.write("IQ== 0\nIg== 1\nIGhlbGxv 2\n")
        torch.save({"dims": dims.__dict__, "model_state_dict": state}, f"{scratch}/model.pt")
        subprocess.run([sys.executable, f"{whisper_cpp}/models/convert-pt-to-ggml.py", f"{scratch}/model.pt", scratch,
                        scratch, *(["f32"] if f32 else [])], check=True, stdout=subprocess.DEVNULL)
        file = f"ggml-{model}-{kind}.bin"
        shutil.copy(f"{scratch}/ggml-model{'-f32' if f32 else ''}.bin", f"{HERE}/{file}")
    record(f"{model}-{kind}", dims, state, file)
    return file


def read_ggml(path: str) -> dict[str, np.ndarray]:
    """What a ggml file holds, dequantised by the gguf package."""
    with open(path, "rb") as file:
        data = file.read()
    position = 48

    def ints(count: int) -> tuple:
        nonlocal position
        position += 4 * count
        return struct.unpack_from(f"<{count}i", data, position - 4 * count)

    mels, bins = ints(2)
    position += 4 * mels * bins
    for _ in range(ints(1)[0]):
        length = ints(1)[0]
        position += length
    tensors = {}
    while position < len(data):
        rank, length, kind = ints(3)
        shape = ints(rank)[::-1]
        name = data[position:position + length].decode()
        position += length
        kind = gguf.GGMLQuantizationType(kind)
        block, size = gguf.GGML_QUANT_SIZES[kind]
        count = int(np.prod(shape)) // block * size
        raw = np.frombuffer(data, np.uint8, count, position)
        position += count
        if kind in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
            values = raw.view(np.float32 if kind == gguf.GGMLQuantizationType.F32 else np.float16).reshape(shape)
        else:
            values = gguf.dequantize(raw.reshape(shape[0], -1), kind).reshape(shape)
        tensors[name] = values[:, 0] if name.startswith("encoder.conv") and name.endswith(".bias") else values
    return tensors


def save_quantised(whisper_cpp: str, source: str, dims: ModelDimensions) -> None:
    """Runs whisper.cpp's quantiser on one of its files, which is not kept."""
    for kind in ["q8_0", "q5_0", "q5_1", "q4_0", "q4_1"]:
        file = f"ggml-micro-{kind}.bin"
        subprocess.run([f"{whisper_cpp}/build/bin/whisper-quantize", f"{HERE}/{source}", f"{HERE}/{file}", kind],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        record(f"micro-{kind}", dims, read_ggml(f"{HERE}/{file}"), file)
    os.remove(f"{HERE}/{source}")
    del expected["files"][source], expected["models"]["micro-f16"]


def save_blocks() -> None:
    """Random blocks of every quantised type, and what the gguf package decodes them to. Any bytes are valid but
    for the half-precision scales, which are made small and finite."""
    rng = np.random.default_rng(7)
    halves = {"Q8_0": [0], "Q4_0": [0], "Q5_0": [0], "Q4_1": [0, 2], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2],
              "Q6_K": [208]}
    for ours, theirs in BLOCKS.items():
        kind = gguf.GGMLQuantizationType[theirs]
        length, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = rng.integers(0, 256, (3 * 2, size), dtype=np.uint8)
        for offset in halves[theirs]:
            scales = (rng.standard_normal((3 * 2, 1)) * 0.01).astype(np.float16)
            blocks[:, offset:offset + 2] = scales.view(np.uint8)
        raw = blocks.reshape(3, 2 * size)
        raw.tofile(f"{HERE}/blocks-{ours}.bin")
        np.save(f"{HERE}/blocks-{ours}.npy", gguf.dequantize(raw, kind).astype(np.float32))


def save_earshot(dims: ModelDimensions, state: dict) -> None:
    """Earshot's own format from an independent writer: 40 rows of vocabulary, of which 3 are unique."""
    name = "decoder.token_embedding.weight"
    tensors = {key: tensor.numpy() for key, tensor in state.items()}
    rows = (np.arange(dims.n_vocab) * 5 % 7 % 3).astype(np.uint16)
    state = dict(state) | {name: torch.from_numpy(tensors[name][:3][rows])}
    tensors |= {name: tensors[name][:3], f"{name}.rows": rows}
    metadata = {key: str(value) for key, value in dims.__dict__.items()}
    metadata |= {"earshot.format": "1", "earshot.name": "nano", "earshot.default.language": "en"}
    safetensors.numpy.save_file(tensors, f"{HERE}/earshot-nano.safetensors", metadata)
    record("earshot-nano", dims, state, "earshot-nano.safetensors")


def check(path: str, original: str) -> None:
    state = torch.load(original, map_location="cpu")["model_state_dict"]
    tensors = safetensors.numpy.load_file(path)
    name = "decoder.token_embedding.weight"
    rows = tensors.pop(f"{name}.rows", None)
    if rows is not None:
        print(f"{len(tensors[name])} unique rows for {len(rows)}")
        tensors[name] = tensors[name][rows]
        if f"{name}.scales" in tensors:
            tensors[f"{name}.scales"] = tensors[f"{name}.scales"][rows]
    for key in [key for key in tensors if key.endswith(".scales")]:
        scales, key = tensors.pop(key), key.removesuffix(".scales")
        weights = state[key].float().numpy().reshape(len(scales), -1)
        assert tensors[key].dtype == np.int8, key
        assert np.array_equal(scales, np.abs(weights).max(1) / np.float32(127)), key
        worth = tensors[key].reshape(weights.shape) * scales[:, None]
        assert (np.abs(worth - weights) <= 0.50001 * scales[:, None]).all(), key
        state[key] = torch.from_numpy(worth.reshape(state[key].shape))
        tensors[key] = worth.reshape(state[key].shape)
    assert set(tensors) == set(state), set(tensors) ^ set(state)
    for key, tensor in state.items():
        assert np.array_equal(tensors[key].astype(np.float32), tensor.float().numpy()), key
    with safetensors.safe_open(path, "np") as file:
        print(f"{len(state)} tensors equal", file.metadata())


def main() -> None:
    if sys.argv[1] == "--check":
        return check(*sys.argv[2:])
    whisper_cpp = sys.argv[1]
    torch.manual_seed(20250625)
    nano = weights(NANO)
    half = {name: tensor.half() for name, tensor in nano.items()}
    micro = {name: tensor.half() for name, tensor in weights(MICRO).items()}

    save_pt("nano-f16", NANO, half)
    save_zip64("nano-f16", NANO, half)
    # As a module's own state dict: an OrderedDict with a _metadata attribute.
    module = Whisper(NANO)
    module.load_state_dict(nano)
    save_pt("nano-f32", NANO, module.state_dict())
    # Views of one storage, parameters instead of tensors, a newer pickle protocol.
    storage = torch.cat([tensor.flatten() for tensor in nano.values()]).bfloat16()
    views, start = {}, 0
    for name, tensor in nano.items():
        views[name] = torch.nn.Parameter(storage[start:start + tensor.numel()].view(tensor.shape), requires_grad=False)
        start += tensor.numel()
    save_pt("nano-bf16", NANO, views, pickle_protocol=4)
    torch.save({"dims": NANO.__dict__, "model_state_dict": {}}, f"{HERE}/legacy.pt",
               _use_new_zipfile_serialization=False)
    strided = dict(half) | {"encoder.blocks.0.attn.key.weight": half["encoder.blocks.0.attn.key.weight"].T}
    torch.save({"dims": NANO.__dict__, "model_state_dict": strided}, f"{HERE}/strided.pt")

    save_hugging_face("hf", NANO, nano, torch.bfloat16)
    save_hugging_face("hf-sharded", NANO, nano, torch.float32, max_shard_size="5KB")
    save_ggml(whisper_cpp, "nano", NANO, half, f32=False)
    save_ggml(whisper_cpp, "nano", NANO, nano, f32=True)
    save_quantised(whisper_cpp, save_ggml(whisper_cpp, "micro", MICRO, micro, f32=False), MICRO)
    save_blocks()
    save_earshot(NANO, half)
    with open(f"{HERE}/expected.json", "w") as file:
        json.dump(expected, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
