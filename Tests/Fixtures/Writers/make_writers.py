"""Writes made-up transcripts with openai-whisper's own writers.

    pip install openai-whisper==20250625
    python make_writers.py

The .json file of a case is golden data and input in one: the test reads its segments back.
"""

import pathlib

from whisper.utils import get_writer


def segment(index, start, end, text, tokens=(50364, 50464), temperature=0.0, avg_logprob=-0.25,
            compression_ratio=1.0625, no_speech_prob=0.01, seek=0):
    return dict(id=index, seek=seek, start=start, end=end, text=text, tokens=list(tokens),
                temperature=temperature, avg_logprob=avg_logprob, compression_ratio=compression_ratio,
                no_speech_prob=no_speech_prob)


def transcript(segments, language="en"):
    return dict(text="".join(s["text"] for s in segments), segments=segments, language=language)


def texts(*lines, language="en"):
    return transcript([segment(i, 2.0 * i, 2.0 * i + 1.5, line) for i, line in enumerate(lines)], language)


def times(*moments):
    pairs = zip(moments, moments[1:])
    return transcript([segment(i, a, b, f" {i}", seek=round(a * 100)) for i, (a, b) in enumerate(pairs)])


def numbers(*values):
    return transcript([
        segment(i, 0.0, 1.0, " number", tokens=[] if i == 0 else [i], temperature=value, avg_logprob=-value,
                compression_ratio=1 / value, no_speech_prob=value / 3)
        for i, value in enumerate(values)
    ])


CASES = {
    "ordinary": texts(" One, two, three.", " Start; stop.", " Go left."),
    "empty": transcript([]),
    "cleared": texts("", " after nothing", ""),
    # Halves of a millisecond round to the even one, but only where the product is exactly a half.
    "times": times(0.0, 0.0005, 0.0015, 0.0025, 0.0035, 0.5625, 1.0005, 2.6745, 9.9995, 59.9994, 59.9995, 59.9996, 60.0,
                   3599.9994, 3599.9995, 3599.9996, 3600.0, 5025.678, 86399.9999, 359999.999, 360000.0, 3600000.0),
    "text": texts(
        " quotes \" ' and \\ backslash", " Grüße, 你好, こんにちは, שלום, हिन्दी", " 👩‍👩‍👧 and 🎙️",
        " arrow --> arrow, --> and ---->, -->\u0338", " tab\tinside", "\t\n tab and line outside \r\n",
        " two\nlines", " carriage\r\nreturn", " bell\a null\0 delete\x7f escape\x1b", "\x1c\x1d\x1e\x1f separators \x85",
        "\u00a0\u3000\u2003no-break and wide\u2028\u2029", " \u200bzero width\u200b", " \u0301mark on a space",
        "\ufeffmark first", " \ufffd broken", "   ", language="yue"),
    "numbers": numbers(0.2, 1.0, 1e-4, 1e-5, 1.25e-7, 1e-10, 0.1 + 0.2, 1 / 3, 123456789.123, 1e15, 1e16, 1e17),
}

here = pathlib.Path(__file__).parent
for name, result in CASES.items():
    get_writer("all", str(here))(result, f"{name}.wav")
