"""The speech sounds that the encoder first learns: silence and the 39 of American English (ARPABET).

Every synthesiser names sounds its own way; accents fall together on the nearest sound.
"""

PHONES = (
    "SIL AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
).split()
INDEX = {name: number for number, name in enumerate(PHONES)}
SILENCE = INDEX["SIL"]
# A sound that is none of them, or two at once: not learned from.
IGNORED = -100

_IPA = {
    "i": "IY", "ɪ": "IH", "ᵻ": "IH", "e": "EY", "eɪ": "EY", "ɛ": "EH", "æ": "AE", "a": "AE", "aa": "AA", "ɑ": "AA",
    "ɒ": "AA", "ɔ": "AO", "o": "OW", "oʊ": "OW", "əʊ": "OW", "ʊ": "UH", "u": "UW", "ʉ": "UW", "ʌ": "AH", "ə": "AH",
    "ɐ": "AH", "ɜ": "ER", "ɚ": "ER", "aɪ": "AY", "aʊ": "AW", "ɔɪ": "OY", "ɔɹ": "AO", "oɹ": "AO", "ɑɹ": "AA",
    "ɪɹ": "IH", "iə": "IH", "ɪə": "IH", "ɛɹ": "EH", "eə": "EH", "ɛə": "AE", "ʊɹ": "UH", "ʊə": "UH", "aɪɚ": "AY",
    "aɪə": "AY", "əl": "L", "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "tʃ": "CH",
    "dʒ": "JH", "f": "F", "v": "V", "θ": "TH", "ð": "DH", "t̪": "TH", "d̪": "DH", "s": "S", "z": "Z", "ʃ": "SH",
    "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɫ": "L", "ɹ": "R", "r": "R", "w": "W", "ʍ": "W",
    "j": "Y", "ɾ": "T", "ʔ": "T", "": "SIL", "ər": "ER", "ɜɹ": "ER", "n̩": "N", "m̩": "M", "əɹ": "ER",
}  # fmt: skip
_FESTIVAL = {"pau": "SIL", "h#": "SIL", "brth": "SIL", "ssil": "SIL", "ax": "AH", "axr": "ER", "dx": "T", "el": "L",
             "en": "N", "em": "M", "nx": "N", "hv": "HH"}  # fmt: skip


def from_ipa(name):
    """The class of a sound that espeak-ng names, e.g. `ɑːɹ`."""
    plain = name.replace("ː", "").replace(":", "").replace("ˈ", "").replace("ˌ", "")
    return INDEX.get(_IPA.get(plain, ""), IGNORED)


def from_festival(name):
    """The class of a sound that festival and flite name, e.g. `ax`."""
    return INDEX.get(_FESTIVAL.get(name, name.upper()), IGNORED)
