"""What openai-whisper's tokenizer makes of thousands of strings: run in this folder with openai-whisper 20250625.

encoding.json   [text, ids by the .en vocabulary, ids by the multilingual one], and [text, hash, hash] for the mass
scalars.json    hashes of the ids of every scalar between others, by blocks of 1024; of rare ideographs some blocks
decoding.json   ids, some of them broken UTF-8, and their text without and with timestamps
vocabulary.json hashes of the bytes of every token, by blocks of 1024
numbering.json  special tokens, start sequences and suppress lists by vocabulary size
words.json      ids and the words they are split into
"""

import json
import random
from types import SimpleNamespace

from whisper.decoding import DecodingOptions, DecodingTask
from whisper.tokenizer import LANGUAGES, TO_LANGUAGE_CODE, get_tokenizer

from sentences import FRAGMENTS, SENTENCES

ENGLISH = get_tokenizer(False, num_languages=99)
MULTILINGUAL = get_tokenizer(True, num_languages=99)
random.seed(20250625)


def encode(tokenizer, text):
    return tokenizer.encode(text, disallowed_special=())


def fnv(data):
    """32-bit FNV-1a."""
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def fnv_ids(ids):
    return fnv(b"".join(i.to_bytes(4, "little") for i in ids))


def write(name, rows):
    """One row a line."""
    with open(name, "w", encoding="utf-8") as file:
        lines = (json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in rows)
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


# MARK: encoding

BLOCKS = [
    (0x00, 0x7F), (0x80, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x530, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x7BF), (0x900, 0x97F), (0x980, 0x9FF),
    (0xA00, 0xA7F), (0xA80, 0xAFF), (0xB80, 0xBFF), (0xC00, 0xC7F), (0xD00, 0xD7F), (0xE00, 0xE7F),
    (0xE80, 0xEFF), (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F),
    (0x13A0, 0x13FF), (0x1680, 0x16FF), (0x1780, 0x17FF), (0x1800, 0x18AF), (0x1E00, 0x1FFF), (0x2000, 0x206F),
    (0x2070, 0x20FF), (0x2100, 0x218F), (0x2190, 0x22FF), (0x2300, 0x24FF), (0x2600, 0x27BF), (0x2C80, 0x2DFF),
    (0x3000, 0x30FF), (0x3130, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xAC00, 0xD7A3), (0xE000, 0xE0FF),
    (0xF900, 0xFDFF), (0xFE00, 0xFFFF), (0x10000, 0x1007F), (0x10300, 0x1034F), (0x12000, 0x123FF),
    (0x1D400, 0x1D7FF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1F64F), (0x1F680, 0x1FAFF), (0x20000, 0x2A6DF),
    (0xE0000, 0xE007F), (0x10FF00, 0x10FFFF),
]  # fmt: skip
SPACES = " \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2009\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"


def from_blocks():
    """A few scalars of a few scripts, with the white space, quotes and digits that make pieces."""
    blocks = random.sample(BLOCKS, random.choice([1, 1, 2, 3]))
    scalars = []
    for _ in range(random.randint(1, 14)):
        kind = random.random()
        if kind < 0.15:
            scalars.append(random.choice(SPACES) * random.choice([1, 1, 2, 3]))
        elif kind < 0.2:
            scalars.append(random.choice("'’-.,!?0123456789"))
        else:
            scalars.append(chr(random.randint(*random.choice(blocks))))
    return "".join(scalars)


def from_all_scalars():
    scalars = [c for c in random.choices(range(0x110000), k=6) if not 0xD800 <= c < 0xE000]
    return "".join(map(chr, scalars))


def from_fragments():
    separators = ["", "", " ", " ", "  ", "\n", "\t", " \n", "\u3000", "\u00a0"]
    count = random.randint(1, 5)
    return "".join(random.choice(FRAGMENTS) + random.choice(separators) for _ in range(count))


def from_sentences():
    text = random.choice(SENTENCES)
    start = random.randrange(len(text))
    text = text[start : start + random.randint(3, 25)]
    return random.choice([str, str.upper, str.lower, str.title, str.swapcase])(text)


full = SENTENCES + FRAGMENTS + list(SPACES)
full += ["", "a" * 1000, "ab" * 500, "é" * 300, "国" * 200, " " * 300 + "x", "\n" * 70, "\u0301" * 100, "🏳️‍🌈" * 40]
full += [a + b + c for a in " \n'" for b in " \ts" for c in "a1.é "]
mass = [make() for make in [from_blocks] * 1400 + [from_fragments] * 800 + [from_sentences] * 800]
mass += [from_all_scalars() for _ in range(300)]

rows = [[t, encode(ENGLISH, t), encode(MULTILINGUAL, t)] for t in dict.fromkeys(full)]
rows += [
    [t, fnv_ids(encode(ENGLISH, t)), fnv_ids(encode(MULTILINGUAL, t))] for t in dict.fromkeys(mass) if t not in full
]
write("encoding.json", rows)

rows = []
starts = [*range(0, 0x20000, 1024), *range(0x20000, 0x32000, 0x2000), *range(0xE0000, 0xE2000, 1024), 0x10FC00]
for start in starts:
    scalars = (chr(c) for c in range(start, start + 1024) if not 0xD800 <= c < 0xE000)
    text = "".join(f"a{c}é{c}1{c} {c}{c}\u3000" for c in scalars)
    rows.append([start, fnv_ids(encode(ENGLISH, text)), fnv_ids(encode(MULTILINGUAL, text))])
write("scalars.json", rows)

# MARK: decoding

rows = []
for size, tokenizer in [(51864, ENGLISH), (51865, MULTILINGUAL)]:
    single_bytes = [tokenizer.encoding.encode_single_token(bytes([b])) for b in range(256)]

    def random_ids():
        ids = []
        for _ in range(random.randint(1, 9)):
            kind = random.random()
            if kind < 0.45:
                ids.append(random.randrange(tokenizer.eot))
            elif kind < 0.75:
                ids.append(single_bytes[random.randrange(0x80, 0x100)])
            elif kind < 0.85:
                ids += encode(tokenizer, random.choice(FRAGMENTS))[: random.randint(1, 3)]
            elif kind < 0.92:
                ids.append(random.randrange(tokenizer.eot, tokenizer.timestamp_begin))
            else:
                ids.append(random.randrange(tokenizer.timestamp_begin, size))
        return ids

    def broken_utf8():
        return [single_bytes[b] for b in random.choices(BROKEN, k=random.randint(1, 8))]

    # Lead and continuation bytes at the edges of what UTF-8 allows.
    BROKEN = b"A\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff"
    samples = [[8404, 871, 287, 6, 246, 526, 3210, 20378], []]
    samples += [random_ids() for _ in range(400)] + [broken_utf8() for _ in range(400)]
    for ids in samples:
        text, timed = tokenizer.decode(ids), tokenizer.decode_with_timestamps(ids)
        rows.append([size, ids, text] + ([timed] if timed != text else []))
write("decoding.json", rows)

rows = []
for size, tokenizer in [(51864, ENGLISH), (51865, MULTILINGUAL), (51866, get_tokenizer(True, num_languages=100))]:
    for start in range(0, size, 1024):
        ids = range(start, min(start + 1024, size))
        texts = [tokenizer.encoding.decode_single_token_bytes(i) for i in ids]
        rows.append([size, start, fnv(b"".join(t + b"\n" for t in texts))])
write("vocabulary.json", rows)

# MARK: numbering


def numbering(size):
    multilingual = size >= 51865
    count = size - 51765 - int(multilingual)

    def make(language=None, task=None):
        return get_tokenizer(multilingual, num_languages=count, language=language, task=task)

    tokenizer = make()
    task = SimpleNamespace(options=DecodingOptions(), tokenizer=tokenizer)
    languages = sorted(tokenizer.all_language_tokens)
    starts = [(None, None), ("fr", None), ("GERMAN", "translate"), ("Valencian", "transcribe"), (None, "translate")]
    if count >= 100:
        starts += [("yue", None), ("cantonese", "translate")]
    return {
        "vocabularySize": size,
        "endOfText": tokenizer.eot,
        "startOfTranscript": tokenizer.sot,
        "startOfLanguageModel": tokenizer.sot_lm,
        "startOfPrevious": tokenizer.sot_prev,
        "translate": tokenizer.translate,
        "transcribe": tokenizer.transcribe,
        "noSpeech": tokenizer.no_speech,
        "noTimestamps": tokenizer.no_timestamps,
        "timestampBegin": tokenizer.timestamp_begin,
        "languageTokens": languages,
        "languageCodes": [tokenizer.decode([t]).strip("<|>") for t in languages],
        "suppressedTokens": list(tokenizer.non_speech_tokens),
        "suppressList": list(DecodingTask._get_suppress_tokens(task)),
        "blankTokens": tokenizer.encode(" ") + [tokenizer.eot],
        "starts": [
            {
                "language": language,
                "task": task,
                "sequence": list(make(language, task).sot_sequence),
                "withoutTimestamps": list(make(language, task).sot_sequence_including_notimestamps),
            }
            for language, task in starts
        ],
    }


with open("numbering.json", "w") as file:
    json.dump(
        {
            "languages": list(LANGUAGES.items()),
            "spellings": {**TO_LANGUAGE_CODE, **{code: code for code in LANGUAGES}},
            "models": [numbering(size) for size in (51864, 51865, 51866)],
        },
        file,
        separators=(",", ":"),
    )
    file.write("\n")

# MARK: words

rows = []
for size, language in [(51864, "en"), (51865, "fr"), (51865, "ja"), (51865, "th"), (51865, "en")]:
    tokenizer = get_tokenizer(size > 51864, num_languages=99, language=language)
    for text in SENTENCES + FRAGMENTS + ["Wait... (what)? \"No\" -- it's 3.14\n\n done!", "a\x1c\x1cb () ), 100%\t!"]:
        if random.random() < 0.25 or len(text) > 40 and random.random() < 0.3:
            ids = [tokenizer.timestamp_begin] + encode(tokenizer, text)[:30] + [tokenizer.timestamp_begin + 77]
            words, groups = tokenizer.split_to_word_tokens(ids)
            if sum(groups, []) == ids:  # The reference loses tokens that end within a character.
                rows.append([size, language, words, groups])
ids = [8404, 871, 287, 6, 246, 526, 3210, 20378]
rows.append([51865, "fr", *get_tokenizer(True, language="fr").split_to_word_tokens(ids)])
write("words.json", rows)
