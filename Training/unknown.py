"""Speech that the model does not understand and shall not write: ordinary sentences, and words that do not exist."""

from words import WORDS

_SUBJECTS = (
    "the old man|her brother|my teacher|our neighbours|a young woman|the children|nobody|everybody|the government|"
    "this company|a famous singer|the captain|his grandmother|the doctor|some people|the cat|that building|history"
).split("|")
_VERBS = (
    "walked along|could not find|finally agreed with|was looking for|remembers|forgot about|carried|painted|bought|"
    "wrote a letter about|laughed at|travelled through|never believed|invented|complained about|built|lost"
).split("|")
_OBJECTS = (
    "the river|a wooden bridge|her breakfast|those books|the mountains|an empty house|cheap plastic chairs|coffee|"
    "the whole valley|a beautiful garden|their holiday|the hospital|old photographs|strange animals|his bicycle|"
    "the market|fresh bread|a broken umbrella|expensive shoes|the ocean|purple flowers|some cheese and apples"
).split("|")
_ENDINGS = (
    "|because it was raining|without saying anything|before lunch|when summer came|for many years|near the station|"
    "with great pleasure|although they were tired|in the middle of nowhere|as usual|on the way to school"
).split("|")
_STARTS = "b d f g h j k l m n p r s t v w z bl br cl dr fl gr pl pr sk sl sp st tr".split()
_MIDDLES = "a e i o u ay ee oo ow ar er or".split()
_ENDS = ["", "", "b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "lt", "nd", "sh", "th"]


def _pick(rng, items):
    return items[int(rng.integers(len(items)))]


def invented(rng):
    """A word of one to three syllables that is in no dictionary of ours."""
    while True:
        count = int(rng.integers(1, 4))
        word = "".join(_pick(rng, _STARTS) + _pick(rng, _MIDDLES) + _pick(rng, _ENDS) for _ in range(count))
        if word not in WORDS:
            return word


def sentence(rng):
    """Text for a synthesiser, none of whose content the model knows."""
    if rng.random() < 0.4:
        return " ".join(invented(rng) for _ in range(int(rng.integers(1, 7))))
    return " ".join(_pick(rng, part) for part in (_SUBJECTS, _VERBS, _OBJECTS, _ENDINGS)).strip()
