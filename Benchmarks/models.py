#!/usr/bin/env python3
"""Writes one random model of tiny size in every engine's format, and the recordings it is run on.

    python models.py FOLDER [--whisper-cpp CHECKOUT --quantize PROGRAM]

The weights are random but for the decoder's positions: each points at one token so strongly that every engine,
at every precision, writes the same 64 tokens of text and then the end. So all engines do the same work on any
sound, and whoever computes wrongly is found out. Needs what requirements.txt lists.
"""
import argparse
import os
import shutil
import subprocess
import sys

import soundfile
import torch
import whisper
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import get_tokenizer

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(f"{REPOSITORY}/Tests/Fixtures/Models")
import hugging_face

TINY = ModelDimensions(
    n_mels=80, n_audio_ctx=1500, n_audio_state=384, n_audio_head=6, n_audio_layer=4,
    n_vocab=51865, n_text_ctx=448, n_text_state=384, n_text_head=6, n_text_layer=4)
TOKENS = 64
TEXT = """ Sound is a change of pressure in the air, and it is gone as soon as it has passed by our ears.
A machine that listens cuts the sound into short pieces, counts how much of each pitch there is in every piece,
and looks for patterns it has met before, until words come out at the other end, one after another, in the
order in which somebody spoke them this morning."""


def network() -> Whisper:
    """Random weights that say TEXT."""
    torch.manual_seed(2024)
    model = Whisper(TINY).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=parameter[0].numel() ** -0.5)
            # What blocks add must not drown what the positions say.
            if name.endswith((".out.weight", ".mlp.2.weight")):
                parameter.mul_(0.1)
        embedding = model.decoder.token_embedding.weight
        tokenizer = get_tokenizer(multilingual=True)
        tokens = tokenizer.encode(TEXT.replace("\n", " "))[:TOKENS] + [tokenizer.eot]
        assert len(tokens) == TOKENS + 1
        # start, language, task, no timestamps; the last of them is followed by the text
        positions = model.decoder.positional_embedding
        for position, token in enumerate(tokens, start=3):
            positions[position] += 40 * embedding[token] / embedding[token].norm()
    return model


def write_openai(model: Whisper, folder: str) -> str:
    path = f"{folder}/tiny.pt"
    state = {name: tensor.half() for name, tensor in model.state_dict().items()}
    torch.save({"dims": TINY.__dict__, "model_state_dict": state}, path)
    return path


# ----------------------------------------------------------------------------------------------- CTranslate2

def write_hugging_face(model: Whisper, folder: str) -> str:
    from transformers import GenerationConfig

    copy = hugging_face.network(TINY, model.state_dict())
    languages = get_tokenizer(multilingual=True).all_language_tokens
    copy.generation_config = GenerationConfig(
        suppress_tokens=[], begin_suppress_tokens=[220, 50257],
        lang_to_id={f"language {index}": token for index, token in enumerate(languages)})
    path = f"{folder}/huggingface"
    copy.half().save_pretrained(path)
    write_tokenizer(path)
    return path


def write_tokenizer(folder: str) -> None:
    """tokenizer.json from the vocabulary that openai-whisper carries."""
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerFast
    from transformers.convert_slow_tokenizer import TikTokenConverter

    encoding = get_tokenizer(multilingual=True).encoding
    converter = TikTokenConverter(
        vocab_file=os.path.join(os.path.dirname(whisper.__file__), "assets", "multilingual.tiktoken"),
        pattern=encoding._pat_str)
    tokenizer = converter.converted()
    special = sorted(encoding._special_tokens.items(), key=lambda entry: entry[1])
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name, _ in special])
    for name, number in special:
        assert tokenizer.token_to_id(name) == number, (name, number, tokenizer.token_to_id(name))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<|endoftext|>").save_pretrained(folder)
    tokenizer.save(f"{folder}/tokenizer.json")


def write_ctranslate2(hugging_face: str, folder: str) -> None:
    from ctranslate2.converters import TransformersConverter

    path = f"{folder}/ctranslate2"
    TransformersConverter(hugging_face, copy_files=["tokenizer.json"]).convert(
        path, quantization="int8", force=True)


# ----------------------------------------------------------------------------------------------- onnxruntime


def write_onnx(model: Whisper, folder: str) -> None:
    """The encoder alone, its matrices in eight bits as onnxruntime's own tool makes them."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = f"{folder}/encoder-f32.onnx"
    mel = torch.zeros(1, TINY.n_mels, 2 * TINY.n_audio_ctx)
    torch.onnx.export(model.encoder, (mel,), exact, input_names=["mel"], output_names=["features"],
                      opset_version=18, external_data=False)
    quantize_dynamic(exact, f"{folder}/encoder-int8.onnx", op_types_to_quantize=["MatMul", "Gemm"],
                     weight_type=QuantType.QInt8, per_channel=True)


# ----------------------------------------------------------------------------------------------- whisper.cpp


def write_ggml(checkpoint: str, folder: str, whisper_cpp: str, quantize: str) -> None:
    package = os.path.dirname(os.path.dirname(whisper.__file__))  # holds whisper/assets
    subprocess.run([sys.executable, f"{whisper_cpp}/models/convert-pt-to-ggml.py", checkpoint, package, folder],
                   check=True, stdout=subprocess.DEVNULL)
    os.replace(f"{folder}/ggml-model.bin", f"{folder}/ggml-f16.bin")
    subprocess.run([quantize, f"{folder}/ggml-f16.bin", f"{folder}/ggml-q8_0.bin", "q8_0"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# ----------------------------------------------------------------------------------------------- recordings


def write_recordings(folder: str) -> None:
    """The first 30 and the first 11 seconds of a sample, as 16-bit WAV."""
    samples, rate = soundfile.read(f"{REPOSITORY}/Audio/half-minute.flac", dtype="int16")
    assert rate == 16_000
    for seconds in (30, 11):
        soundfile.write(f"{folder}/{seconds}s.wav", samples[:seconds * rate], rate, subtype="PCM_16")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--whisper-cpp", help="a checkout, for its converter")
    parser.add_argument("--quantize", help="its whisper-quantize")
    arguments = parser.parse_args()
    folder = arguments.folder
    for name in ("huggingface", "ctranslate2"):  # their tools want to make these folders
        shutil.rmtree(f"{folder}/{name}", ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    model = network()
    write_recordings(folder)
    checkpoint = write_openai(model, folder)
    write_ctranslate2(write_hugging_face(model, folder), folder)
    write_onnx(model, folder)
    if arguments.whisper_cpp and arguments.quantize:
        write_ggml(checkpoint, folder, arguments.whisper_cpp, arguments.quantize)


if __name__ == "__main__":
    main()
