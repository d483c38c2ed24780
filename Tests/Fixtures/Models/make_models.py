#!/usr/bin/env python3
"""Random models of exact published size: how to rebuild their files, and what the reference computes with them.

    python make_models.py SCRATCH --whisper-cpp CHECKOUT [--default-model default.pt]

writes into this folder (README.md beside it describes every file)

    NAME.weights.json           the tensors' places in the stream of hashes
    NAME.FORMAT.json            the skeleton of the files of one format: all bytes but the weights
    NAME.golden.json, *.npy     encoder rows, logits, top tokens by openai-whisper in float32

and the files themselves, 75 MB each, into SCRATCH. Needs from PyPI: openai-whisper, torch, transformers,
safetensors, numpy; and a checkout of whisper.cpp, whose converter writes the ggml files.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import torch
import whisper
from whisper.model import ModelDimensions, Whisper

import hugging_face
import random_weights

HERE = os.path.dirname(os.path.abspath(__file__))

# ---------------------------------------------------------------------------------------------- files

def write_openai(folder: str, name: str, dims: ModelDimensions, state: dict) -> None:
    torch.save({"dims": dims.__dict__, "model_state_dict": state}, f"{folder}/{name}.pt")


def write_hugging_face(folder: str, dims: ModelDimensions, state: dict, shard: str) -> None:
    network = hugging_face.network(dims, state, suppress_tokens=None, begin_suppress_tokens=None)
    network.half().save_pretrained(folder, max_shard_size=shard)


def write_ggml(folder: str, name: str, checkpoint: str, whisper_cpp: str) -> None:
    package = os.path.dirname(os.path.dirname(whisper.__file__))  # holds whisper/assets
    subprocess.run([sys.executable, f"{whisper_cpp}/models/convert-pt-to-ggml.py", checkpoint, package, folder],
                   check=True, stdout=subprocess.DEVNULL)
    os.rename(f"{folder}/ggml-model.bin", f"{folder}/ggml-{name}.bin")


# ------------------------------------------------------------------------------------------ skeletons


def vocabulary(file: str) -> bytes:
    """A tiktoken file's tokens as ggml writes them: a 32-bit length, then the bytes."""
    path = os.path.join(os.path.dirname(whisper.__file__), "assets", file)
    tokens = [base64.b64decode(line.split()[0]) for line in open(path, "rb").read().splitlines() if line]
    return b"".join(len(token).to_bytes(4, "little") + token for token in tokens)


VOCABULARIES = {name: vocabulary(f"{name}.tiktoken") for name in ("multilingual", "gpt2")}


def checksum(contents: bytes) -> str:
    """Sum of mixed 64-bit words: cheap in numpy and in Swift, and every byte and its place matter."""
    words = np.frombuffer(contents + bytes(-len(contents) % 8), dtype="<u8")
    mixed = (words ^ (np.arange(len(words), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return f"{int(mixed.sum(dtype=np.uint64)):016x}"


def literal(contents: bytes) -> list[str]:
    """Pieces for bytes that are no weights: vocabularies and runs of zeros by name, the rest in base64."""
    for name, tokens in VOCABULARIES.items():
        before, found, after = contents.partition(tokens)
        if found:
            return literal(before) + [f"vocabulary {name}"] + literal(after)
    pieces = []
    for part in re.split(rb"(\0{24,})", contents):
        if part and not part.strip(b"\0") and len(part) >= 24:
            pieces.append(f"zeros {len(part)}")
        elif part:
            pieces.append("bytes " + base64.b64encode(part).decode())
    return pieces


def skeleton(path: str, state: dict[str, torch.Tensor]) -> dict:
    """A file as a list of pieces, in order; `f16 5` stands for the bits of tensor 5 of the weights' table."""
    contents = open(path, "rb").read()
    places = []
    for index, tensor in enumerate(state.values()):
        for kind, payload in (("f16", tensor.numpy().tobytes()), ("f32", tensor.float().numpy().tobytes())):
            at = contents.find(payload)
            if at >= 0:
                assert contents.find(payload, at + 1) < 0
                places.append((at, len(payload), f"{kind} {index}"))
    pieces, at = [], 0
    for start, length, piece in sorted(places):
        pieces += literal(contents[at:start]) + [piece]
        at = start + length
    pieces += literal(contents[at:])
    return {"name": os.path.basename(path), "bytes": len(contents), "checksum": checksum(contents),
            "sha256": hashlib.sha256(contents).hexdigest(), "pieces": pieces}


def write_skeleton(name: str, form: str, paths: list[str], state: dict[str, torch.Tensor]) -> None:
    files = [skeleton(path, state) for path in paths]
    with open(f"{HERE}/{name}.{form}.json", "w") as file:
        json.dump({"weights": f"{name}.weights.json", "files": files}, file, indent=0)
        file.write("\n")


def write_files(name: str, scratch: str, whisper_cpp: str) -> Whisper:
    dims, seed = random_weights.MODELS[name]
    table, state = random_weights.weights(dims, seed)
    start = int(random_weights.mix(np.array([seed]))[0])
    with open(f"{HERE}/{name}.weights.json", "w") as file:
        rows = ",\n".join(json.dumps(row) for row in table)
        file.write(f'{{"start": {start}, "tensors": [\n{rows}\n]}}\n')

    folder = f"{scratch}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    write_openai(folder, name, dims, state)
    write_skeleton(name, "openai", [f"{folder}/{name}.pt"], state)
    write_ggml(folder, name, f"{folder}/{name}.pt", whisper_cpp)
    write_skeleton(name, "ggml", [f"{folder}/ggml-{name}.bin"], state)
    for form, shard in (("huggingface", "1GB"), ("sharded", "40MB")):
        if form == "sharded" and name != "tiny":
            continue
        write_hugging_face(f"{folder}/{form}", dims, state, shard)
        paths = sorted(f"{folder}/{form}/{file}" for file in os.listdir(f"{folder}/{form}"))
        write_skeleton(name, form, paths, state)
    return random_weights.model(dims, state)


# -------------------------------------------------------------------------------------------- goldens

TEXT = [291, 1029, 2030, 13, 50, 9999, 24277, 7522, 411, 1002, 31000, 220, 18, 40123, 257, 3, 1738]
FRAMES = [0, 1, 749, 1499]
ENCODER_STRIDE, LOGIT_STRIDE = 97, 61


def goldens(name: str, network: Whisper, full_rows: list[int]) -> None:
    """One window through the encoder, then a fixed sequence through the decoder, all in float32."""
    multilingual = network.dims.n_vocab >= 51865
    start = [50258, 50259, 50359] if multilingual else [50257]
    first = 50364 if multilingual else 50363
    tokens = start + [first] + TEXT + [first + 120, first + 120, 11]

    stages: dict[str, torch.Tensor] = {}

    def keep(stage):
        return lambda module, inputs, output: stages.__setitem__(stage, output.detach()[0])

    gelu = torch.nn.functional.gelu
    network.encoder.conv1.register_forward_hook(lambda m, i, o: stages.__setitem__("conv1", gelu(o.detach())[0].T))
    network.encoder.blocks[0].register_forward_pre_hook(lambda m, i: stages.__setitem__("conv2", i[0].detach()[0]))
    network.encoder.blocks[0].register_forward_hook(keep("block0"))
    network.decoder.blocks[0].register_forward_pre_hook(lambda m, i: stages.__setitem__("embedded", i[0].detach()[0]))
    network.decoder.blocks[0].register_forward_hook(keep("decoder block0"))
    network.decoder.ln.register_forward_hook(keep("normalised"))
    with torch.no_grad():
        encoded = network.encoder(random_weights.log_mel())
        logits = network.decoder(torch.tensor([tokens]), encoded)[0].float()
    output = encoded[0]

    rows = [stages["conv1"][[0, 1, 1499, 2999]], stages["conv2"][FRAMES], stages["block0"][FRAMES], output[FRAMES]]
    positions = [0, len(tokens) // 2, len(tokens) - 1]
    hidden = [stages[stage][positions] for stage in ("embedded", "decoder block0", "normalised")]
    save = lambda suffix, tensor: np.save(f"{HERE}/{name}.{suffix}.npy", tensor.contiguous().numpy())
    save("encoder", torch.stack(rows))
    save("encoder-strided", output.flatten()[::ENCODER_STRIDE])
    save("decoder", torch.stack(hidden))
    save("logits", logits[full_rows])
    save("logits-strided", logits[:, ::LOGIT_STRIDE])

    top = logits.topk(10, dim=-1)
    summary = {
        "tokens": tokens,
        "conv1Frames": [0, 1, 1499, 2999], "frames": FRAMES, "hiddenPositions": positions, "logitRows": full_rows,
        "encoderStride": ENCODER_STRIDE, "logitStride": LOGIT_STRIDE,
        "encoderMean": output.double().mean().item(), "encoderStd": output.double().std().item(),
        "topTokens": top.indices.tolist(),
        "topLogits": [[round(value, 5) for value in row] for row in top.values.tolist()],
    }
    with open(f"{HERE}/{name}.golden.json", "w") as file:
        json.dump(summary, file, separators=(",", ":"))
        file.write("\n")
    print(f"{name}: encoder std {summary['encoderStd']:.4f}, logits std {logits.std():.3f}, "
          f"smallest distance of the top two {(top.values[:, 0] - top.values[:, 1]).min():.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("scratch")
    parser.add_argument("--whisper-cpp", required=True)
    parser.add_argument("--default-model")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    goldens("tiny", write_files("tiny", arguments.scratch, arguments.whisper_cpp), full_rows=[3, 20])
    goldens("tiny.en", write_files("tiny.en", arguments.scratch, arguments.whisper_cpp), full_rows=[20])
    if arguments.default_model:
        network = whisper.load_model(arguments.default_model, device="cpu").float()
        goldens("default", network, full_rows=[3])


if __name__ == "__main__":
    main()
