"""The sample recordings: which voice says what, and the silence after each utterance in seconds.

A voice is engine:name:rate:pitch. espeak-ng takes words a minute and a pitch of 0 to 99; flite takes a
stretch of time and a mean pitch in Hz. A leading + speaks word by word. Several voices take turns.

Voices were drawn at random until openai-whisper with the default model heard the words rightly, so that
these recordings can show a right transcript. They say nothing about the model's error rate: its card does.
"""


def spoken(file: str, voices: str | list[str], *parts: str | float, **options) -> dict:
    """`parts` alternates words and the pause after them."""
    voices = [voices] if isinstance(voices, str) else voices
    return {"file": file, "voices": voices, "utterances": list(zip(parts[::2], parts[1::2])), **options}


RECORDINGS = [
    spoken("demo.flac", "flite:slt:1.3:160", "hello", 0.9, "one two three", 1.0, "play next", 0.9,
           "seven eight nine zero", 1.1, "stop", 0.8),
    spoken("count-up.flac", "flite:awb:0.9:115", "zero one two three four", 1.0, "five six seven eight nine",
           0.8),
    spoken("count-down.flac", "+espeak-ng:en-gb+grandpa:125:70", "nine eight seven", 0.9,
           "six five four three", 1.2, "two one zero", 0.7),
    spoken("phone.flac", "espeak-ng:en-gb+m1:110:40", "five five five", 0.9, "zero one four two", 1.1,
           "eight six", 0.9),
    spoken("pin.flac", "flite:awb:1.0:125", "four seven one nine", 1.0, "yes", 0.8),
    spoken("player.flac", "+espeak-ng:en-gb+Gene:140:55", "play", 0.9, "next", 0.8, "pause", 1.0, "back",
           0.9),
    spoken("volume.flac", "+espeak-ng:en-gb+Andrea:150:30", "louder", 0.9, "louder louder", 1.1, "quieter",
           0.9),
    spoken("lift.flac", "+flite:rms:1.1:95", "open", 1.0, "up", 0.9, "close", 0.9, "down", 0.8),
    spoken("drive.flac", "+espeak-ng:en-gb-scotland+pablo:160:35", "go left", 1.1, "go right", 1.0, "stop",
           0.9),
    spoken("switch.flac", "flite:slt:1.1:160", "on", 1.2, "off", 1.0, "on", 0.9),
    spoken("answer.flac", "+flite:kal:0.9:95", "yes yes", 0.9, "no", 1.1, "yes", 0.8),
    spoken("year.flac", "flite:slt:1.0:225", "one nine eight four", 1.2, "two zero two six", 0.8),
    spoken("pi.flac", "espeak-ng:en-gb-x-rp+quincy:120:45", "three one four one five", 0.9,
           "nine two six five", 0.9),
    spoken("code.flac", "+flite:kal16:1.1:85", "eight eight two", 0.8, "six zero nine", 0.8, "four", 0.9),
    spoken("timer.flac", "+flite:awb:1.1:145", "start", 1.4, "two five", 1.3, "stop", 1.0),
    spoken("repeat.flac", "flite:kal16:1.1:125", "nine nine nine nine", 1.0, "nine nine", 0.9),
    spoken("menu.flac", "+flite:kal16:1.0:90", "next next", 0.9, "back", 1.0, "open four", 0.9),
    spoken("channel.flac", "flite:kal16:1.2:95", "left", 0.9, "right", 1.0, "left right", 0.9),
    spoken("hello.flac", "+flite:kal16:1.2:115", "hello hello", 1.2, "yes", 0.8),
    spoken("bus.flac", "+flite:slt:0.9:220", "seven six", 1.0, "go", 0.9, "three eight", 0.8),
    spoken("score.flac", "flite:awb:1.3:115", "two three", 0.8, "four four", 0.9, "five six", 0.9),
    spoken("long-pause.flac", "flite:slt:1.0:190", "one two", 4.5, "three four", 2.0),
    spoken("late.flac", "+espeak-ng:en-gb-x-rp+quincy:165:30", "six seven eight", 1.0, lead=3.5),
    spoken("hiss.flac", "espeak-ng:en-gb+Annie:170:70", "zero seven", 1.1, "five three one", 0.9,
           noise=0.002),
    spoken("half-minute.flac", "espeak-ng:en-029+grandpa:135:70", "one two three", 1.2, "go left", 1.0,
           "four five six seven", 1.4, "hello", 1.0, "nine zero", 1.2, "open", 0.9, "next", 1.1,
           "eight two six", 1.0, "play", 1.2, "stop", 1.0, "three three one", 1.2, "louder", 1.0, "five nine",
           1.2, "yes", 1.0, "zero four", 0.9, "down", 1.0),
    spoken("seventy-seconds.flac", ["+espeak-ng:en-gb-x-rp+f3:170:30", "+flite:slt:1.2:205",
            "+espeak-ng:en-gb-scotland+zac:185:60", "+flite:slt:1.0:215"],
           "hello", 1.2, "one two three four", 1.1, "go left", 1.3, "five six seven", 1.0, "stop", 1.2,
           "play", 1.0, "eight nine zero", 1.4, "next", 1.0, "two two seven", 1.1, "louder", 1.2, "four one",
           1.0, "yes", 1.1, "go right", 1.2, "three six nine", 1.0, "open", 1.2, "five zero eight", 1.1,
           "close", 1.0, "one seven", 1.3, "up", 1.0, "two four six eight", 1.2, "down", 1.1, "nine five",
           1.0, "no", 1.2, "quieter", 1.1, "zero three one", 1.0, "back", 1.2, "six six", 1.0, "start", 1.2,
           "seven nine", 1.1, "off", 1.0, "four eight", 1.2, "on", 1.1, "five two nine", 1.2, "right", 1.0,
           "eight one four", 1.2, "stop", 1.0),
    spoken("home.flac", "flite:rms:1.1:100", "turn on the kitchen lights", 1.1, "set a timer for twenty five minutes",
           1.2, "increase the volume please", 0.9, "call home", 0.8),
    spoken("date.flac", "espeak-ng:en-gb+f4:140:45", "the third of october nineteen eighty four", 1.1,
           "half past seven", 1.0, "next monday morning", 0.9),
    spoken("million.flac", "espeak-ng:en-us+m7:135:40", "one million two hundred thousand", 1.1,
           "minus three point one four", 1.0, "seventy percent", 0.9),
    spoken("radio.flac", "flite:rms:1.0:110", "bravo seven kilo", 1.0, "golf hotel nine", 1.0, "channel twenty two",
           0.8),
    spoken("telephone-8k.wav", "+flite:slt:1.3:180", "four zero two", 1.0, "seven seven one", 0.8, rate=8000),
    spoken("stereo-44k.flac", "flite:rms:1.0:105", "yes", 0.9, "one five nine", 0.8, rate=44100, channels=2),
    spoken("album.ogg", "+espeak-ng:en-gb-scotland+rob:130:40", "play three", 1.0, "next", 0.9, "stop", 0.8,
           rate=44100),
    spoken("note.mp3", "espeak-ng:en-029+Gene:130:25", "six four one", 1.0, "two zero", 0.8, rate=32000),
    spoken("voice.opus", "espeak-ng:en-us+f2:125:65", "go", 1.0, "eight five two", 0.9, rate=48000),
    spoken("silence.flac", [], "", 5.0, lead=0),
    spoken("noise.flac", [], "", 2.0, lead=0, noise=0.05),
    spoken("short.wav", [], "", 0.3, lead=0, noise=0.02),
]
