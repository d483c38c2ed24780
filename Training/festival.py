"""festival, run once for many utterances: samples, words and sounds of its English voices."""

import pathlib
import subprocess
import tempfile

from scipy.io import wavfile

from bank import Clip, resample, trim
from flite import gather, spoken
from phones import from_festival

VOICES = ["kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"]

_SAY = """
(define (say number text)
  (let ((utterance (utt.synth (eval (list 'Utterance 'Text text))))
        (file (fopen (format nil "%d.txt" number) "w")))
    (mapcar (lambda (item)
              (format file "word %f %f %s\\n" (item.feat item "word_start") (item.feat item "word_end")
                                   (item.name item)))
            (utt.relation.items utterance 'Word))
    (mapcar (lambda (item) (format file "sound %f %f %s\\n" (item.feat item "segment_start") (item.feat item "end")
                                   (item.name item)))
            (utt.relation.items utterance 'Segment))
    (fclose file)
    (utt.save.wave utterance (format nil "%d.wav" number) 'riff)))
"""


def read(rng, utterances):
    """Clips of the utterances (words, or text without any known word) by one random voice at one speed."""
    voice = VOICES[int(rng.integers(len(VOICES)))]
    script = [_SAY, f"(voice_{voice})", f"(Parameter.set 'Duration_Stretch {rng.uniform(0.75, 1.4):.2f})"]
    counts = []
    for number, words in enumerate(utterances):
        known = not isinstance(words, str)
        commas = rng.random(len(words)) < rng.choice([0, 0, 0.15, 0.6]) if known else []
        text, count = spoken(words, commas) if known else (words, [])
        counts.append(count)
        script.append(f'(say {number} "{text}")')
    clips = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "say.scm").write_text("\n".join(script))
        subprocess.run(["festival", "-b", "say.scm"], cwd=folder, check=False, capture_output=True)
        for number, words in enumerate(utterances):
            clip = _clip(folder, number, voice, words, counts[number])
            if clip is not None:
                clips.append(clip)
    return clips


def _clip(folder, number, voice, words, counts):
    """What festival wrote of an utterance; None where it failed."""
    if not (folder / f"{number}.wav").exists():
        return None
    known = not isinstance(words, str)
    rate, samples = wavfile.read(folder / f"{number}.wav")
    spans, phones = [], []
    for line in (folder / f"{number}.txt").read_text().splitlines():
        kind, start, end, name = line.split(maxsplit=3)
        if kind == "word":
            spans.append((float(start), float(end)))
        else:
            phones.append((float(start), from_festival(name)))
    spans = gather(spans, counts) if known else []
    if spans is None:
        return None
    return trim(Clip(f"festival/{voice}", list(words) if known else [], spans, phones, resample(samples, rate)))
