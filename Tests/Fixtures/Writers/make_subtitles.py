"""Writes made-up transcripts with words as openai-whisper's subtitle writers shape them.

    pip install openai-whisper==20250625
    python make_subtitles.py

subtitles.json holds the transcripts, and for each many combinations of options with the files they give;
words.json is the first transcript as its JSON writer has it.
"""

import itertools
import json
import pathlib
import random
import tempfile

from whisper.utils import get_writer

TEXTS = {
    "speech": [
        " And so, my fellow Americans, ask not what your country can do for you; ask what you can do for your country.",
        " It was—how shall I put it?—odd.", " Yes.", "",
        " Antidisestablishmentarianism, they said, is not a word that fits, however hard one tries, into a line.",
    ],
    "chinese": ["你好，世界！今天天气很好，我们去公园散步吧。", "好。", "他说他不知道这个词是什么意思。"],
    "mixed": [" Grüße aus Köln, הכול בסדר, и привет!", " e\u0301te\u0301 \U0001F469\u200d\U0001F680 --> x", "\n odd\nword \t space \n"],
    "silent": ["", ""],
}


def transcript(name, texts):
    chance, moment, segments = random.Random(name), 0.4, []
    for index, text in enumerate(texts):
        words = []
        split = list(text) if name == "chinese" else [p if i == 0 else " " + p for i, p in enumerate(text.split(" "))]
        if name != "chinese" and split[:1] == [""]:
            split = split[1:]
        for word in split if text else []:
            moment = round(moment + chance.choice([0, 0, 0, 0.02, 0.3, 1.2, 3.5]), 2)
            end = round(moment + chance.choice([0, 0.1, 0.24, 0.4, 0.9]), 2)
            words.append(dict(word=word, start=moment, end=end, probability=chance.random()))
            moment = end
        start, end = (words[0]["start"], words[-1]["end"]) if words else (moment, moment)
        segments.append(dict(id=index, seek=0, start=start, end=end, text=text, tokens=[50364, 50464], temperature=0.0,
                             avg_logprob=-0.25, compression_ratio=1.0625, no_speech_prob=0.01, words=words))
    return dict(text="".join(texts), segments=segments, language="en")


here = pathlib.Path(__file__).parent
cases = []
for name, texts in TEXTS.items():
    result = transcript(name, texts)
    combinations = itertools.product([None, 1, 10, 20, 42], [None, 1, 2], [None, 1, 4], [False, True])
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for width, count, words, highlight in combinations:
            if highlight and (width not in (None, 10) or words) or count and width == 42:
                continue
            options = dict(max_line_width=width, max_line_count=count, max_words_per_line=words,
                           highlight_words=highlight)
            kind = "vtt" if (width, words) in [(10, None), (42, 4)] else "srt"
            get_writer(kind, folder)(result, "x.wav", options)
            with open(f"{folder}/x.{kind}", newline="") as file:
                files.append(dict(width=width, count=count, words=words, highlight=highlight, kind=kind, text=file.read()))
    cases.append(dict(name=name, transcript=result, files=files))
    if name == "speech":
        get_writer("json", str(here))(result, "words.wav", {})

with open(here / "subtitles.json", "w", encoding="utf-8") as file:
    json.dump(cases, file, ensure_ascii=False, separators=(",", ":"))
