import AudioInput
import Glibc
import TestSupport
import Testing

/// The tests change the PATH, so each is a process of its own.
@Suite("Files for ffmpeg", .timeLimit(.minutes(10)))
struct FFmpegTests {
    @Test("Without ffmpeg the error names what would help")
    func missing() async {
        await #expect(processExitsWith: .success) {
            setenv("PATH", "/nonexistent", 1)
            let path = fixture("aac.m4a")
            let error = failure(of: .file(path))?.description ?? "no error"
            #expect(error.hasPrefix("\(path): libsndfile cannot read it ("))
            #expect(error.hasSuffix("); installing ffmpeg would let Earshot read it"))
        }
    }

    @Test("A pipe reaches ffmpeg too", .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg on the PATH"))
    func piped() throws {
        let pipe = pipeHolding(try Fixtures.bytes("AudioInput/aac.m4a"))
        #expect(try samples(of: .file(pipe)) == samples(of: .file(fixture("aac.m4a"))))
    }

    @Test(
        "ffmpeg's reason is passed on", .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg on the PATH"))
    func refused() throws {
        let words = try temporaryFile([UInt8]("These are words, and no sound.".utf8))
        let error = try #require(failure(of: .file(words)))
        #expect(error.reason == "ffmpeg cannot read it: Invalid data found when processing input")
        let cut = try temporaryFile(Array(Fixtures.bytes("AudioInput/aac.m4a").prefix(1500)))
        #expect(failure(of: .file(cut))?.reason.contains("ffmpeg cannot read it: ") == true)
    }

    @Test("A playlist is not followed", .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg on the PATH"))
    func playlist() async {
        await #expect(processExitsWith: .success) {
            alarm(300)  // a live playlist has no end
            let list = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/x.aac\n"
            let error = failure(of: .file(try temporaryFile([UInt8](list.utf8))))
            #expect(error?.reason == "ffmpeg cannot read it: it is no recording")
        }
    }

    @Test("An ffmpeg that fails in the middle: its samples first, then its error")
    func failing() async {
        await #expect(processExitsWith: .success) {
            let tone = sine(440, rate: 16_000, count: 8000)
            let script = try """
            echo '[info]   Duration: 00:01:02.50, start: 0.000000, bitrate: 64 kb/s' >&2
            echo '[mov,mp4 @ 0x55] [error] the tape broke' >&2
            cat \(temporaryFile(wave(tone, rate: 16_000, dataSize: ~0)))
            exit 3
            """
            try withFFmpeg(script) {
                let reader = try AudioInput.file(fixture("aac.m4a")).open()
                #expect(reader.duration == 62.5)
                let (samples, error) = drain(reader)
                #expect(samples == tone)
                #expect(error?.reason == "ffmpeg cannot read it: the tape broke")
            }
        }
    }

    @Test("What ffmpeg complains about without failing is a warning")
    func complaining() async {
        await #expect(processExitsWith: .success) {
            let recording = try temporaryFile(wave([0.5, 0.25], rate: 16_000, dataSize: ~0))
            try withFFmpeg("echo '[aac @ 0x55] [error] a hiccup' >&2; cat \(recording)") {
                let reader = try AudioInput.file(fixture("aac.m4a")).open()
                #expect(drain(reader).samples == [0.5, 0.25])
                #expect(reader.warnings == ["ffmpeg reports: a hiccup"])
            }
        }
    }

    @Test("A reader that is let go takes its ffmpeg with it")
    func abandoned() async {
        await #expect(processExitsWith: .success) {
            alarm(300)
            let recording = try temporaryFile(wave([0.5, 0.25], rate: 16_000, dataSize: ~0))
            try withFFmpeg("cat \(recording); exec sleep 1000") {
                var reader: AudioReader? = try AudioInput.file(fixture("aac.m4a")).open()
                #expect(reader?.summary == "16000 Hz, mono, through ffmpeg")
                reader = nil
                #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
            }
        }
    }

    @Test(
        "A path that looks like an option is a path", .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg")
    )
    func dash() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            chdir(folder.path())
            symlink(fixture("aac.m4a"), "-i http:x")
            let read = try samples(of: .file("-i http:x"))
            #expect(read.count > 4000)
            withExtendedLifetime(folder) {}
        }
    }
}

/// Puts a shell script in the place of ffmpeg; for this process, and while `body` runs.
private func withFFmpeg(_ script: String, _ body: () throws -> Void) throws {
    let folder = try TemporaryFolder()
    try folder.write("#!/bin/sh\n\(script)\n".utf8, to: "ffmpeg")
    chmod(folder.path("ffmpeg"), 0o700)
    setenv("PATH", "\(folder.path()):/usr/bin:/bin", 1)
    try withExtendedLifetime(folder, body)
}
