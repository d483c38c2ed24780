"""The models that are compared, for openai-whisper and as files."""
import json
import os
import sys

import numpy as np
import torch
import whisper

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, f"{REPOSITORY}/Tests/Fixtures/Models")
import random_weights  # noqa: E402

NAMES = {"default": "the built-in one", "tiny": "random, multilingual", "tiny.en": "random, English-only"}


def checkpoint(name: str, folder: str) -> str:
    """The path of a model as openai-whisper writes it, made where it is missing."""
    path = f"{folder}/{name}.pt"
    if not os.path.exists(path):
        dims, state = default() if name == "default" else random(name)
        torch.save({"dims": dims, "model_state_dict": state}, path)
        if name == "default":  # for whisper.cpp's converter, which takes all matrices for halves
            halves = {key: tensor.half() for key, tensor in state.items()}
            torch.save({"dims": dims, "model_state_dict": halves}, f"{folder}/default-half.pt")
    return path


def load(name: str, folder: str) -> whisper.Whisper:
    """openai-whisper's model, in float32."""
    model = whisper.load_model(checkpoint(name, folder), device="cpu").float()
    if name in whisper._ALIGNMENT_HEADS:  # it knows them by the model's name alone
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])
    return model


def random(name: str) -> tuple[dict, dict]:
    dims, seed = random_weights.MODELS[name]
    return dims.__dict__, random_weights.weights(dims, seed)[1]


def default() -> tuple[dict, dict]:
    """The model that Earshot has built in: bytes with a scale for each output; rows that are alike are there once."""
    with open(f"{REPOSITORY}/Models/default.safetensors", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    metadata = header.pop("__metadata__")
    types = {"F32": np.float32, "F16": np.float16, "U16": np.uint16, "I8": np.int8}
    tensors = {key: np.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
               for key, entry in header.items()}
    state = {}
    for key, tensor in tensors.items():
        if key.endswith((".rows", ".scales")):
            continue
        if (scales := tensors.get(f"{key}.scales")) is not None:
            tensor = tensor * scales.reshape(-1, *[1] * (tensor.ndim - 1))
        if (rows := tensors.get(f"{key}.rows")) is not None:
            tensor = tensor[rows]
        state[key] = torch.from_numpy(tensor.copy())
    return {key: int(value) for key, value in metadata.items() if key.startswith("n_")}, state
