"""Utterances of one to fifteen words, as a person talking to a device would say them."""

from words import (
    COMMANDS,
    DAYS,
    DIGITS,
    LETTERS,
    MONTHS,
    NATO,
    ORDINALS,
    TEENS,
    TENS,
    WORDS,
)

LONGEST = 15

# {number}, {time} and so on are filled in by the functions of the same names.
COMMAND_PHRASES = [
    phrase.strip()
    for phrase in """
    turn {onoff} the {thing} | turn the {thing} {onoff} | switch {onoff} the {thing} | lights {onoff} | {room}
    lights {onoff} | turn {onoff} the {room} lights | turn {updown} the {dial} | turn the {dial} {updown} | volume
    {updown} | volume {small} | set the {dial} to {small} | set the volume to {small} percent | set the temperature
    to {small} degrees | increase the {dial} | decrease the {dial} | set a timer for {duration} | timer {duration} |
    {duration} timer | start the timer | stop the timer | cancel the timer | pause the timer | set the alarm for
    {time} | alarm {time} | alarm {time} tomorrow {daypart} | cancel the alarm | stop the alarm | snooze | play
    music | play the next song | next song | previous song | repeat the song | play the {news} | pause the music |
    stop the music | play the radio | radio {onoff} | channel {small} | channel {updown} | open the {door} | close
    the {door} | lock the {door} | unlock the {door} | open the menu | close the window | go back | go home | go
    forward | go left | go right | turn left | turn right | go {updown} | front {side} | rear {side} | side {side} |
    front | rear center | call {digits} | call my number | call home | send a message | send the message | delete
    the message | play the message | repeat the message | next message | previous message | save the picture | open
    the camera | show the picture | what time is it | what is the time | what is the date | what is the date today |
    what is the weather | what is the weather {day} | what is the {news} | help | yes please | no | okay | undo |
    redo | copy | paste | save | print it | zoom in | mute | unmute | volume off | press {digit} | press star |
    press pound | press {digit} for {news} | enter the number {digits} | extension {digits} | number {small} |
    select {small} | select the {ordinal} | the {ordinal} {thing} | {colour} light | set the lights to {colour} |
    brighter | dimmer please | louder please | quieter | record a message | stop please | start again | please
    repeat | hello | goodbye | reset the {thing} | restart | heating {onoff} | fan {onoff} | show the {thing} | hide
    the menu | new message | exit | continue | in {duration} | {duration} past {hour} | at {time} | {day} at {time}
    | {date} at {time}
    """.split("|")
]


def _pick(rng, items):
    return items[int(rng.integers(len(items)))]


def below_hundred(rng):
    """A number of 1 to 99."""
    kind = rng.random()
    if kind < 0.25:
        return [_pick(rng, DIGITS[1:])]
    if kind < 0.5:
        return [_pick(rng, TEENS)]
    return [_pick(rng, TENS)] + ([_pick(rng, DIGITS[1:])] if rng.random() < 0.7 else [])


def below_thousand(rng, joined):
    """A number of 1 to 999; `joined`: with "and" after the hundreds."""
    if rng.random() < 0.4:
        return below_hundred(rng)
    words = [_pick(rng, DIGITS[1:]), "hundred"]
    if rng.random() < 0.75:
        words += (["and"] if joined else []) + below_hundred(rng)
    return words


def number(rng):
    """A number in words, to the millions, at times negative or with decimals."""
    joined = rng.random() < 0.5
    words = []
    size = rng.random()
    if size < 0.2:
        words += below_thousand(rng, joined) + ["million"]
    if size < 0.55 and (not words or rng.random() < 0.5):
        words += below_thousand(rng, joined) + ["thousand"]
    if not words or rng.random() < 0.6:
        tail = below_thousand(rng, joined)
        words += (["and"] if words and joined and "hundred" not in tail else []) + tail
    if rng.random() < 0.12:
        words += ["point"] + digits(rng, 3)
    if rng.random() < 0.06:
        words = ["minus"] + words
    return words


def digits(rng, longest=11):
    """Single digits, as in a telephone number."""
    return [_pick(rng, DIGITS) for _ in range(int(rng.integers(1, longest + 1)))]


def ordinal(rng):
    """First to thirty first."""
    day = int(rng.integers(1, 32))
    if day <= 20:
        return [ORDINALS[day - 1]]
    if day == 30:
        return ["thirtieth"]
    return [TENS[day // 10 - 2], ORDINALS[day % 10 - 1]]


def date(rng):
    """A day of the year, with a weekday or a year at times."""
    month, day = _pick(rng, MONTHS), ordinal(rng)
    words = [month] + day if rng.random() < 0.5 else ["the"] + day + ["of", month]
    if rng.random() < 0.3:
        words = [_pick(rng, DAYS)] + words
    if rng.random() < 0.3:
        words += [_pick(rng, ["twenty", "nineteen"])] + below_hundred(rng)
    return words


def hour(rng):
    """One to twelve."""
    return [(DIGITS[1:] + TEENS[:3])[int(rng.integers(12))]]


def time(rng):
    """A time of day as the clock shows it or as people say it."""
    kind = rng.random()
    if kind < 0.2:
        return hour(rng) + ["o'clock"]
    if kind < 0.45:
        minutes = _pick(rng, [["half", "past"], ["quarter", "past"], ["quarter", "to"]])
        return (["a"] if minutes[0] == "quarter" and rng.random() < 0.3 else []) + minutes + hour(rng)
    if kind < 0.55:
        return (
            _pick(rng, [["five"], ["ten"], ["twenty"], ["twenty", "five"]]) + [_pick(rng, ["past", "to"])] + hour(rng)
        )
    if kind < 0.6:
        return [_pick(rng, ["noon", "midnight"])]
    minutes = [_pick(rng, TENS[:4])] + ([_pick(rng, DIGITS[1:])] if rng.random() < 0.5 else [])
    words = hour(rng) + (minutes if rng.random() < 0.8 else [_pick(rng, TEENS)])
    return words + ([_pick(rng, ["A", "P"]), "M"] if rng.random() < 0.4 else [])


def duration(rng):
    """So many minutes, seconds or hours."""
    if rng.random() < 0.15:
        return [_pick(rng, ["one", "a"]), _pick(rng, ["minute", "second", "hour"])]
    words = below_hundred(rng) + [_pick(rng, ["minutes", "seconds", "hours"])]
    return words + (["and"] + below_hundred(rng) + ["seconds"] if rng.random() < 0.1 else [])


_FILLS = {
    "number": number, "digits": lambda rng: digits(rng, 7), "digit": lambda rng: [_pick(rng, DIGITS)],
    "small": below_hundred, "time": time, "hour": hour, "date": date, "duration": duration, "ordinal": ordinal,
    "day": lambda rng: [_pick(rng, DAYS + ["today", "tomorrow"])],
    "daypart": lambda rng: [_pick(rng, ["morning", "afternoon", "evening", "night"])],
    "onoff": lambda rng: [_pick(rng, ["on", "off"])], "updown": lambda rng: [_pick(rng, ["up", "down"])],
    "thing": lambda rng: [_pick(rng, "light lights radio music heating fan alarm timer camera".split())],
    "dial": lambda rng: [_pick(rng, "volume temperature heating lights radio".split())],
    "room": lambda rng: [_pick(rng, "kitchen bedroom garage front rear".split())],
    "door": lambda rng: [_pick(rng, ["door", "window", "garage", "front door", "garage door"])],
    "side": lambda rng: [_pick(rng, ["left", "right", "center"])],
    "news": lambda rng: [_pick(rng, ["news", "weather", "time", "date"])],
    "colour": lambda rng: [_pick(rng, ["red", "green", "blue", "white"])],
}  # fmt: skip


def command(rng):
    """A command, alone or as a phrase."""
    if rng.random() < 0.35:
        return [_pick(rng, COMMANDS)]
    words = []
    for word in _pick(rng, COMMAND_PHRASES).split():
        words += _FILLS[word[1:-1]](rng) if word[0] == "{" else [word]
    return " ".join(words).split()


def letters(rng):
    """Letters by name, at times with digits between them."""
    mixed = rng.random() < 0.3
    count = int(rng.integers(1, 9))
    return [_pick(rng, DIGITS if mixed and rng.random() < 0.5 else LETTERS) for _ in range(count)]


def spelling(rng):
    """Letters by the words of radio operators, at times with digits between them."""
    mixed = rng.random() < 0.2
    count = int(rng.integers(1, 8))
    return [_pick(rng, DIGITS if mixed and rng.random() < 0.4 else NATO) for _ in range(count)]


def anything(rng):
    """Any words in a row: every word gets its share, and none follows from the last."""
    return [_pick(rng, WORDS) for _ in range(int(rng.integers(1, 7)))]


KINDS = [
    (digits, 0.14), (number, 0.16), (letters, 0.13), (spelling, 0.09), (date, 0.1), (time, 0.08), (duration, 0.02),
    (command, 0.2), (anything, 0.08),
]  # fmt: skip


def utterance(rng, longest=LONGEST):
    """The words of one utterance, `longest` at most; `rng` is numpy's Generator."""
    while True:
        draw = rng.random()
        for make, share in KINDS:
            draw -= share
            if draw < 0:
                break
        words = make(rng)
        if len(words) <= longest:
            return words
