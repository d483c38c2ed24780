import TestSupport
import Testing

/// `earshot live` with a microphone: one that plays a file, and one behind a sound server.
@Suite("earshot live with a microphone", .serialized)
struct LiveMicrophoneTests {
    /// What a shell needs to set up microphones in the folder `$1`; `$0` is the command.
    private static let setup = #"""
        cd "$1"
        export HOME=$1 XDG_RUNTIME_DIR=$1/run PULSE_COOKIE=$1/cookie ALSA_CONFIG_PATH=$1/alsa.conf
        export PULSE_CLIENTCONFIG=$1/client.conf
        mkdir -p run && chmod 700 run
        serve() {
            pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 \
                --load="module-null-sink sink_name=nullsink" \
                --load="module-native-protocol-unix socket=$PWD/socket auth-anonymous=1" > log 2>&1 &
            server=$!
            for i in $(seq 600); do
                pactl --server="unix:$PWD/socket" info > pactl.log 2>&1 && break
                sleep 0.1
            done
        }
        play() {
            paplay --server="unix:$PWD/socket" --device=nullsink --raw --format=s16le --rate=16000 --channels=1 \
                speech.raw 2> paplay.log &
        }
        # await TEXT COUNT: waits until so many lines have the text.
        await() {
            for i in $(seq 600); do
                [ "$(grep -c -- "$1" out)" -ge "$2" ] && return
                sleep 0.1
            done
            echo "waited for $1 in vain" >> err
        }
        # hear TEXT COUNT: the same, playing again where too much was lost on the way.
        hear() {
            for again in $(seq 10); do
                play
                for i in $(seq 100); do
                    [ "$(grep -c -- "$1" out)" -ge "$2" ] && return
                    sleep 0.1
                done
            done
            echo "heard for $1 in vain" >> err
        }
        listen() { "$0" live --json --device "$@" > out 2> err & live=$!; }
        # finish: the exit status of `earshot live`, and the end of the server.
        finish() {
            wait $live; echo "status $?"
            [ -z "$server" ] || kill -9 $server
            cat out err
        }

        """#

    fileprivate static func run(_ script: String) throws -> Outcome {
        let folder = try TemporaryFolder()
        let speech = try samples(of: "pin.flac")
        try folder.write(speech, to: "speech.raw")
        // Three times the rate, in 32 bits: what a device is asked for.
        let high = speech.indices.filter { $0 % 2 == 0 }.flatMap { index -> [UInt8] in
            let sample: [UInt8] = [0, 0, speech[index], speech[index + 1]]
            return sample + sample + sample
        }
        try folder.write(high, to: "high.raw")
        try folder.write([UInt8](repeating: 7, count: 256), to: "cookie")
        // A server that is killed while it hands over shared memory leaves libpulse 16 waiting for ever.
        try folder.write("enable-shm = no\n".utf8, to: "client.conf")
        let file =
            #"type file; file "/dev/null"; infile "\#(folder.path("high.raw"))"; format "raw"; slave.pcm "null""#
        try folder.write(
            """
            </usr/share/alsa/alsa.conf>
            pcm.filemic { \(file) }
            pcm.servermic { type pulse; server "unix:\(folder.path("socket"))"; device "nullsink.monitor" }

            """.utf8, to: "alsa.conf")
        return try shell(setup + script, [folder.path()])
    }

    private static func segments(_ run: Outcome) -> [String] {
        run.output.matches(of: /"event": "segment".*?"text": "(.*?)"/).map { String($0.1) }
    }

    @Test("writes what it hears, tells with --verbose from what, and ends in good order")
    func file() throws {
        let run = try Self.run(
            #"listen filemic --verbose -o a.srt; await '"segment"' 1; kill -TERM $live; finish; cat a.srt"#)
        #expect(run.output.hasPrefix("status 143\n"))
        #expect(Self.segments(run).joined().hasPrefix(" four"))
        #expect(run.output.contains("\n1\n00:00:0"))
        let device = /earshot: filemic: 48000 Hz, mono, 32 bits; period \d+ ms, buffer \d+ ms; .* priority\n/
        #expect(run.output.contains(device), "\(run.output)")
        #expect(run.output.contains(#""event": "device", "time": 0.0, "device": "filemic: 48000 Hz"#))
        #expect(!run.output.contains("in vain"))
    }

    @Test("keeps what was said when the microphone is gone, and fails", .enabled(if: hasServer, "\(absence)"))
    func gone() throws {
        let run = try Self.run(
            #"""
            serve; listen servermic -o a.txt; await '"lost": false' 1; hear '"confirmed"' 1
            sleep 1; kill -9 $server; server=; finish; cat a.txt
            """#)
        #expect(run.output.hasPrefix("status 1\n"), "\(run.output)")
        let segments = Self.segments(run)
        #expect(!segments.isEmpty && run.output.hasSuffix(segments.map { "\($0.dropFirst())\n" }.joined()))
        #expect(
            run.output.contains(#""lost": true"#) && run.output.contains("earshot: the microphone is gone: "))
        #expect(run.output.contains(#""event": "summary""#) && !run.output.contains("in vain"))
    }

    @Test("waits for it with --reconnect, and goes on", .enabled(if: hasServer, "\(absence)"))
    func back() throws {
        let run = try Self.run(
            #"""
            serve; listen servermic --reconnect -o a.txt; await '"lost": false' 1; hear '"confirmed"' 1
            kill -9 $server; await '"lost": true' 1; serve; await '"lost": false' 2
            hear '"segment"' 2; kill -9 $server; server=; await '"lost": true' 2
            kill -TERM $live; finish; cat a.txt
            """#)
        #expect(run.output.hasPrefix("status 143\n"), "\(run.output)")
        #expect(Self.segments(run).count >= 2 && !run.output.contains("in vain"))
        // Who ends it while it waits is not told of a fault.
        let complaints = run.output.split(separator: "\n").filter {
            $0.hasPrefix("earshot: the microphone is gone")
        }
        #expect(complaints.count == 2 && complaints.allSatisfy { $0.hasSuffix("; waiting for it") })
        let times = run.output.matches(of: /"time": ([\d.]+)/).compactMap { Double($0.1) }
        #expect(times == times.sorted() && times.count > 5)
    }

    fileprivate static let absence: String = {
        for program in ["pulseaudio", "paplay", "pactl"] {
            if (try? shell(#"command -v "$1""#, [program]))?.status != 0 {
                return "there is no \(program) here"
            }
        }
        let plugin = #"test -e "$(pkg-config --variable=libdir alsa)/alsa-lib/libasound_module_pcm_pulse.so""#
        return (try? shell(plugin))?.status == 0 ? "" : "there is no libasound2-plugins here"
    }()

    fileprivate static var hasServer: Bool { absence.isEmpty }
}

/// What is lost while `earshot live` does not run.
@Suite("earshot live, stopped for a while,")
struct LiveOverrunTests {
    @Test(
        "counts what the sound server threw away, and goes on",
        .enabled(if: LiveMicrophoneTests.hasServer, "\(LiveMicrophoneTests.absence)"))
    func stopped() throws {
        // PulseAudio holds half a minute of sound for who does not fetch it.
        let run = try LiveMicrophoneTests.run(
            #"""
            serve; listen servermic; await '"lost": false' 1; hear '"segment"' 1
            kill -STOP $live; sleep 34; kill -CONT $live; await '"event": "overrun"' 1
            hear '"segment"' 2; kill -TERM $live; finish
            """#)
        #expect(run.output.hasPrefix("status 143\n") && !run.output.contains("in vain"), "\(run.output)")
        let lost = run.output.firstMatch(of: /"event": "overrun".*?"lost_seconds": ([\d.]+)/)
        #expect((lost.flatMap { Double($0.1) } ?? 0) > 1, "\(run.output)")
        // A machine that is busy enough has the server throw away some more.
        let count = run.output.firstMatch(of: /(\d+) overrun/).flatMap { Int($0.1) }
        #expect(count == run.output.matches(of: /"event": "overrun"/).count)
    }
}
