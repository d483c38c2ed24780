import Microphone
import Testing

/// What `arecord -L` lists on a laptop with a USB microphone.
private let laptop = [
    DeviceHint("null", "Discard all samples (playback) or generate zero samples (capture)"),
    DeviceHint("speexrate", "Rate Converter Plugin Using Speex Resampler"),
    DeviceHint("jack", "JACK Audio Connection Kit"),
    DeviceHint("pulse", "PulseAudio Sound Server"),
    DeviceHint("upmix", "Plugin for channel upmix (4,6,8)"),
    DeviceHint("default", "Default ALSA Output (currently PulseAudio Sound Server)"),
    DeviceHint("hw:CARD=PCH,DEV=0", "HDA Intel PCH, ALC257 Analog\nDirect hardware device"),
    DeviceHint("plughw:CARD=PCH,DEV=0", "HDA Intel PCH, ALC257 Analog\nHardware device with all conversions"),
    DeviceHint("sysdefault:CARD=PCH", "HDA Intel PCH, ALC257 Analog\nDefault Audio Device"),
    DeviceHint("front:CARD=PCH,DEV=0", "HDA Intel PCH, ALC257 Analog\nFront output / input"),
    DeviceHint("surround51:CARD=PCH,DEV=0", "HDA Intel PCH\n5.1 Surround output", canRecord: false),
    DeviceHint("dsnoop:CARD=PCH,DEV=0", "HDA Intel PCH, ALC257 Analog\nDirect sample snooping device"),
    DeviceHint("hdmi:CARD=PCH,DEV=0", "HDA Intel PCH, HDMI 0\nHDMI Audio Output", canRecord: false),
    DeviceHint("plughw:CARD=PCH,DEV=3", "HDA Intel PCH, HDMI 0\nHardware device", canRecord: false),
    DeviceHint("default:CARD=Yeti", "Yeti Stereo Microphone, USB Audio\nDefault Audio Device"),
    DeviceHint("plughw:CARD=Yeti,DEV=0", "Yeti Stereo Microphone, USB Audio\nHardware device"),
    DeviceHint("plughw:CARD=Yeti,DEV=0", "Yeti Stereo Microphone, USB Audio\nHardware device"),
]

/// One whose title looks like ALSA's own syntax.
private let webcam = DeviceHint(
    "plughw:CARD=U0x46d0x825,DEV=0", "USB Device 0x46d:0x825, USB Audio\nHardware device")

@Suite("Recording devices")
struct DeviceTests {
    @Test("are listed once, by names that people know, without ALSA's plumbing")
    func listed() {
        let devices = AudioDevices.markingDefault(AudioDevices.recordable(from: laptop))
        #expect(
            devices.map(\.name) == ["default", "pulse", "plughw:CARD=PCH,DEV=0", "plughw:CARD=Yeti,DEV=0"])
        #expect(
            devices.map(\.title) == [
                "System default", "PulseAudio Sound Server", "HDA Intel PCH, ALC257 Analog",
                "Yeti Stereo Microphone, USB Audio",
            ])
        #expect(devices.map(\.isDefault) == [true, false, false, false])
    }

    @Test("have as default what is found first when none is named")
    func defaults() {
        let cards = AudioDevices.recordable(from: laptop.filter { $0.isCard })
        #expect(AudioDevices.markingDefault(cards).map(\.isDefault) == [true, false])
        #expect(AudioDevices.markingDefault([]).isEmpty)
    }

    @Test(
        "are meant by",
        arguments: [
            (nil, ["default", "pulse", "plughw:CARD=PCH,DEV=0"]),
            ("default", ["default"]),
            ("jack", ["jack"]),  // hidden, but ALSA's own name
            ("yeti", ["plughw:CARD=Yeti,DEV=0"]),
            ("ALC257", ["plughw:CARD=PCH,DEV=0"]),
            ("Server", ["pulse"]),
            ("hw:1,0", ["hw:1,0"]),
            ("hw:CARD=PCH,DEV=0", ["hw:CARD=PCH,DEV=0"]),
            ("hw:CARD=PCH", ["hw:CARD=PCH"]),  // a part of plughw's name, but ALSA's own syntax
            ("USB Device 0x46d:0x825, USB Audio", ["plughw:CARD=U0x46d0x825,DEV=0"]),
            ("0x46D:0x825", ["plughw:CARD=U0x46d0x825,DEV=0"]),
            ("filemic", ["filemic"]),  // known to ALSA, perhaps
            ("", [""]),
        ] as [(String?, [String])])
    func chosen(wanted: String?, names: [String]) throws {
        // None of these depends on which devices are there, so none may be opened for it.
        let chosen = try DeviceChoice.names(for: wanted, among: laptop + [webcam]) { device in
            Issue.record("\(device.name) was tried")
            return true
        }
        #expect(chosen == names)
    }

    @Test(
        "that do not answer are not meant, unless none does",
        arguments: [
            (["pulse"], ["pulse"]), (["pipewire"], ["pipewire"]), ([], ["pulse", "pipewire"]),
        ] as [([String], [String])])
    func absent(present: [String], names: [String]) throws {
        let servers = laptop + [DeviceHint("pipewire", "PipeWire Sound Server")]
        let chosen = try DeviceChoice.names(for: "sound server", among: servers) {
            present.contains($0.name)
        }
        #expect(chosen == names)
    }

    @Test("that could both be meant are both named")
    func ambiguous() {
        let error = #expect(throws: MicrophoneError.self) {
            try DeviceChoice.names(for: "plughw", among: laptop) { _ in true }
        }
        #expect(
            error?.description == "plughw: is a part of several devices' names: "
                + "plughw:CARD=PCH,DEV=0 (HDA Intel PCH, ALC257 Analog), "
                + "plughw:CARD=Yeti,DEV=0 (Yeti Stereo Microphone, USB Audio)")
    }
}

extension DeviceHint {
    fileprivate var isCard: Bool { name.contains("CARD=") }
}
