import Spectrogram
import Testing

@Suite(.serialized) struct SpeedTests {
    /// Prints the time for 30 s of audio. How long it may take is for a quiet machine to say, not for a test.
    @Test(arguments: [80, 128])
    func thirtySeconds(bands: Int) throws {
        let audio = TestAudio.noise(MelFormat.windowSamples)
        let times = (0..<15).map { _ in
            let stream = MelStream(bands: bands)
            let clock = ContinuousClock()
            let time = clock.measure {
                audio.withUnsafeBufferPointer { stream.append($0) }
                stream.finish()
            }
            #expect(stream.framesReady == MelFormat.windowFrames)
            return time / .milliseconds(1)
        }.sorted()
        print("log-mel of 30 s, \(bands) bands: median \(times[7]) ms, least \(times[0]) ms")
    }
}
