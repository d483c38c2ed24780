"""The words the model understands: written as the model writes them, grouped by what they are for."""

DIGITS = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = "hundred thousand million and point minus".split()

LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
NATO = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec "
    "romeo sierra tango uniform victor whiskey x-ray yankee zulu"
).split()

DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split() + ["thirtieth"]
CLOCK = ("o'clock half quarter past to noon midnight today tomorrow yesterday morning afternoon evening night").split()

# Said alone as well as in phrases.
COMMANDS = (
    "yes no okay stop go on off up down left right start begin end pause play next previous open close save delete "
    "louder quieter cancel continue repeat again help hello goodbye back forward backward home mute unmute record "
    "reset restart lock unlock undo redo copy paste search select enter print send answer snooze faster slower "
    "brighter dimmer warmer cooler show hide menu new exit zoom"
).split()
# Named by commands.
THINGS = (
    "light lights timer alarm volume music song radio channel message number door window kitchen bedroom garage "
    "heating fan temperature front rear center side camera picture news weather minute minutes second seconds hour "
    "hours degrees percent star pound extension time date last red green blue white"
).split()
# What holds the phrases together.
LITTLE = "a the of for at in is it what my please press turn set switch increase decrease call".split()

GROUPS = [DIGITS, TEENS, TENS, SCALES, LETTERS, NATO, DAYS, MONTHS, ORDINALS, CLOCK, COMMANDS, THINGS, LITTLE]
WORDS = list(dict.fromkeys(word for group in GROUPS for word in group))

# How a synthesiser is asked to say a word, where its own reading of the written form is another word.
SPELLED = {"x-ray": "x ray"}
LETTER_NAMES = dict(
    zip(
        LETTERS,
        (
            "ay bee see dee ee eff jee aitch eye jay kay ell em en oh pee cue are ess tee you vee double-you ex why zee"
        ).split(),
    )
)
