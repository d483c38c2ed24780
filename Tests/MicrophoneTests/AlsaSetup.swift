import Microphone
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Microphones that need no hardware, given to libasound by a configuration of the tests' own.
enum Alsa {
    /// A folder for recordings behind "file microphones" and the sound server's socket; there until the process ends.
    static var folder: String { get throws { try made.get() } }

    private static let made: Result<String, any Error> = Result {
        let folder = try TemporaryFolder()
        let devices =
            FileMicrophone.all.map { $0.configuration(in: folder) } + [
                #"pcm.servermic { type pulse; server "unix:\#(folder.path("socket"))"; device "nullsink.monitor" }"#,
                #"pcm.absentcard { type hw; card 31 }"#,
            ]
        let text = "</usr/share/alsa/alsa.conf>\n" + devices.joined(separator: "\n") + "\n"
        // libasound reads this when it first looks for a device; libpulse would else write a cookie where you live.
        setenv("ALSA_CONFIG_PATH", try folder.write(text.utf8, to: "alsa.conf"), 1)
        setenv("PULSE_COOKIE", try folder.write([UInt8](repeating: 7, count: 256), to: "cookie"), 1)
        // A server that is killed while it hands over shared memory leaves libpulse 16 waiting for ever.
        setenv("PULSE_CLIENTCONFIG", try folder.write("enable-shm = no\n".utf8, to: "client.conf"), 1)
        for microphone in FileMicrophone.all {
            try folder.write(microphone.bytes, to: "\(microphone.name).raw")
        }
        kept.withLock { $0 = folder }
        atexit { kept.withLock { $0 = nil } }
        return folder.path()
    }
}

private let kept = Mutex<TemporaryFolder?>(nil)
