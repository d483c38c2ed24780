#!/usr/bin/env python3
"""Runs one of the engines that live in Python. compare.py starts this; it is of little use by itself.

    python peers.py serve ENGINE FOLDER THREADS    one line in, one window measured, one line of JSON out
    python peers.py clip ENGINE FOLDER THREADS     transcribes FOLDER/11s.wav and prints the text

Only what an engine needs is imported: the clip is measured from the start of the process.
"""
import json
import os
import sys
import time

TOKENS = 64


def clock() -> float:
    return 1000 * time.perf_counter()


class FasterWhisper:
    """CTranslate2 in int8, with faster-whisper around it."""

    def __init__(self, folder: str, threads: int) -> None:
        from faster_whisper import WhisperModel

        self.folder = folder
        self.model = WhisperModel(f"{folder}/ctranslate2", device="cpu", compute_type="int8", cpu_threads=threads)

    def clip(self) -> str:
        segments, _ = self.model.transcribe(
            f"{self.folder}/11s.wav", language="en", beam_size=1, temperature=0, without_timestamps=True,
            condition_on_previous_text=False)
        return "".join(segment.text for segment in segments)

    def prepare(self) -> None:
        from faster_whisper.audio import decode_audio

        self.samples = decode_audio(f"{self.folder}/30s.wav")

    def measure(self) -> dict[str, float]:
        model = self.model
        start = clock()
        features = model.feature_extractor(self.samples)[:, :3000]
        heard = clock()
        encoded = model.encode(features)
        understood = clock()
        first = self.generate(encoded, 1)
        begun = clock()
        tokens = self.generate(encoded, TOKENS)
        end = clock()
        assert (first, tokens) == (1, TOKENS), f"{first} and {tokens} tokens"
        step = ((end - begun) - (begun - understood)) / (TOKENS - 1)
        # Keys and values of the audio are computed with the first token.
        return {"mel": heard - start, "encoder": begun - heard - step, "step": step,
                "window": end - start - (begun - understood)}

    def generate(self, encoded, count: int) -> int:
        """Tokens that came out, at most `count`: the library stops at half of its limit, or at the limit less all
        but the last token of the prompt."""
        prompt = [50258, 50259, 50359, 50363]
        result = self.model.model.generate(
            encoded, [prompt], beam_size=1, max_length=max(2 * count, count + len(prompt) - 1), suppress_tokens=[])[0]
        return len(result.sequences_ids[0])


class OpenAIWhisper:
    """The reference: torch in fp32."""

    def __init__(self, folder: str, threads: int) -> None:
        import torch
        import whisper

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.folder, self.torch, self.whisper = folder, torch, whisper
        self.model = whisper.load_model(f"{folder}/tiny.pt", device="cpu").float()

    def clip(self) -> str:
        return self.model.transcribe(
            self.samples_of("11s.wav"), language="en", temperature=0, without_timestamps=True, fp16=False,
            condition_on_previous_text=False)["text"]

    def samples_of(self, name: str):
        """As the reference's own loader gives them, without its detour through ffmpeg."""
        import soundfile

        return soundfile.read(f"{self.folder}/{name}", dtype="float32")[0]

    def prepare(self) -> None:
        self.samples = self.samples_of("30s.wav")

    def measure(self) -> dict[str, float]:
        model, torch = self.model, self.torch
        start = clock()
        mel = self.whisper.log_mel_spectrogram(self.samples)[None, :, :3000]
        heard = clock()
        features = model.encoder(mel)
        cache, hooks = model.install_kv_cache_hooks()
        encoded = clock()
        token = model.decoder(torch.tensor([[50258, 50259, 50359, 50363]]), features, kv_cache=cache)[0, -1].argmax()
        begun = clock()
        for _ in range(TOKENS):
            token = model.decoder(token.view(1, 1), features, kv_cache=cache)[0, -1].argmax()
        end = clock()
        for hook in hooks:
            hook.remove()
        return {"mel": heard - start, "encoder": encoded - heard, "step": (end - begun) / TOKENS,
                "window": end - start}


class OnnxRuntime:
    """onnxruntime's int8 encoder, without the keys and values of the decoder."""

    def __init__(self, folder: str, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            f"{folder}/encoder-int8.onnx", options, providers=["CPUExecutionProvider"])

    def prepare(self) -> None:
        import numpy

        self.mel = numpy.random.default_rng(1).uniform(-1, 1, (1, 80, 3000)).astype(numpy.float32)

    def measure(self) -> dict[str, float]:
        start = clock()
        self.session.run(None, {"mel": self.mel})
        return {"encoder": clock() - start}


ENGINES = {"faster-whisper": FasterWhisper, "openai-whisper": OpenAIWhisper, "onnxruntime": OnnxRuntime}


def main() -> None:
    task, engine, folder, threads = sys.argv[1:]
    os.environ["OMP_NUM_THREADS"] = threads
    peer = ENGINES[engine](folder, int(threads))
    if task == "clip":
        print(peer.clip())
        return
    peer.prepare()
    for _ in range(2):
        peer.measure()
    print("ready", flush=True)
    for _ in sys.stdin:
        # Every turn begins cold, for the others ran meanwhile; `earshot bench` warms up twice, too.
        for _ in range(2):
            peer.measure()
        print(json.dumps(peer.measure()), flush=True)


if __name__ == "__main__":
    main()
