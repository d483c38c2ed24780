import Spectrogram
import Testing

@Suite struct MelStreamTests {
    private static let recording = TestAudio.noise(20_123)
    private static let content = 20_123 / 160

    @Test func anEmptyStreamIsSilence() {
        let stream = MelStream(bands: 80)
        #expect(stream.framesReady == 0)
        #expect(stream.peak == -10)
        #expect(stream.window(count: 2) == [Float](repeating: 0, count: 160))
        stream.finish()
        #expect(stream.isFinished)
        #expect(stream.framesReady == 0)
        #expect(stream.window(count: 2, pastEnd: .silence) == [Float](repeating: -1.5, count: 160))
    }

    @Test(arguments: [1, 2, 7, 159, 160, 161, 399, 400, 401, 1000, 4096, 20_000])
    func piecesDoNotChangeABit(size: Int) {
        let whole = MelStream.finished(Self.recording)
        let stream = MelStream(bands: 80)
        for start in stride(from: 0, to: Self.recording.count, by: size) {
            stream.append(Self.recording[start..<min(start + size, Self.recording.count)])
        }
        #expect(stream.sampleCount == Self.recording.count)
        stream.finish()
        #expect(stream.peak == whole.peak)
        #expect(stream.framesReady == Self.content)
        let count = Self.content + 10
        #expect(
            stream.window(count: count, pastEnd: .silence) == whole.window(count: count, pastEnd: .silence))
    }

    /// The last shares first, as threads may.
    @Test(arguments: [1, 2, 3, 16], [1000, 5000, 20_123])
    func whoeverComputesThemFramesAreTheSame(shares: Int, size: Int) {
        let whole = MelStream.finished(Self.recording)
        let sharing = WorkSharing(among: shares) { count, body in (0..<count).reversed().forEach(body) }
        let stream = MelStream(bands: 80, sharing: sharing)
        for start in stride(from: 0, to: Self.recording.count, by: size) {
            stream.append(Self.recording[start..<min(start + size, Self.recording.count)])
        }
        stream.finish()
        #expect(stream.peak == whole.peak && stream.framesReady == Self.content)
        let count = Self.content + 10
        #expect(
            stream.window(count: count, pastEnd: .silence) == whole.window(count: count, pastEnd: .silence))
    }

    @Test(arguments: [2, 3, 50, 124]) func aRecordingCanBeEnteredAnywhere(frame: Int) {
        let whole = MelStream.finished(Self.recording)
        let stream = MelStream(bands: 80, firstFrame: frame)
        stream.append(Self.recording[MelStream.firstSample(of: frame)...])
        #expect(stream.sampleCount == Self.recording.count)
        stream.finish()
        #expect([stream.firstFrame, stream.framesReady] == [frame, Self.content])
        #expect(
            stream.window(from: frame, count: 40, peak: 1, pastEnd: .silence)
                == whole.window(from: frame, count: 40, peak: 1, pastEnd: .silence))
    }

    @Test func framesAreReadyAsSoonAsTheirSamplesAreThere() {
        let stream = MelStream(bands: 80)
        for (sample, count) in [(201, 1), (359, 1), (360, 2), (519, 2), (520, 3), (10_000, 62)] {
            stream.append(TestAudio.noise(sample)[stream.sampleCount...])
            #expect(stream.framesReady == count, "after \(sample) samples")
        }
        // Frames that were read before the end do not change at the end.
        let before = stream.window(count: 62, peak: 1)
        stream.finish()
        #expect(stream.framesReady == 62)
        #expect(stream.window(count: 62, peak: 1) == before)
    }

    @Test func theFirstPassFindsThePeakWithoutKeepingFrames() {
        let first = MelStream.finished(Self.recording, keepsFrames: false)
        #expect(first.peak == MelStream.finished(Self.recording).peak)
        #expect(first.framesReady == Self.content)
        #expect(first.capacity == 0)
    }

    @Test func theFloorFollowsThePeak() {
        let stream = MelStream.finished(TestAudio.click(16_000))
        let features = stream.window(count: 100)
        #expect(features.max() == (stream.peak + 4) / 4)
        #expect(features.min() == (stream.peak - 8 + 4) / 4)
        let louder = stream.window(count: 100, peak: 20)
        #expect(louder == [Float](repeating: 4, count: 8000))
    }

    @Test(arguments: [0, 1, 3, 50, content - 1, content, content + 1, content + 2, content + 5])
    func windowsAreSlicesOfTheWholeTensor(start: Int) throws {
        let stream = MelStream.finished(Self.recording)
        let tensor = logMelSpectrogram(Self.recording, bands: 80, padding: MelFormat.windowSamples)
        let total = Self.content + MelFormat.windowFrames
        let count = 100
        for band in 0..<80 {
            let row = tensor[(band * total)..<((band + 1) * total)]
            let slice = Array(row.dropFirst(start).prefix(count))
            let silence = stream.window(from: start, count: count, pastEnd: .silence)
            #expect(Array(silence[(band * count)..<((band + 1) * count)]) == slice)

            // transcribe() cuts at the content, then pads with the number 0.
            let present = max(0, min(count, Self.content - start))
            let padded = slice.prefix(present) + [Float](repeating: 0, count: count - present)
            let zeros = stream.window(from: start, count: count, pastEnd: .zeros)
            #expect(Array(zeros[(band * count)..<((band + 1) * count)]) == Array(padded))
        }
    }

    /// Two minutes, read and discarded as a transcriber would, in room for little more than a window.
    @Test func memoryIsBoundedByWhatIsKept() {
        let bands = 80
        let second = TestAudio.noise(16_000)
        let whole = MelStream(bands: bands)
        let stream = MelStream(bands: bands)
        for index in 0..<120 {
            let louder = second.map { $0 * (index == 77 ? 1 : 0.01 * Float(index % 7)) }
            whole.append(louder)
            stream.append(louder)
            if stream.framesReady - stream.firstFrame >= 3000 {
                let start = stream.firstFrame
                #expect(
                    stream.window(from: start, count: 500)
                        == whole.window(from: start, count: 500, peak: stream.peak))
                stream.discard(before: start + 777)
                #expect(stream.firstFrame == start + 777)
            }
            #expect(stream.capacity < 4000)
        }
        #expect(whole.capacity >= whole.framesReady)
        stream.discard(before: 0)
        #expect(stream.firstFrame > 0)
        stream.discard(before: 1_000_000)
        #expect(stream.firstFrame == stream.framesReady)
        stream.finish()
        whole.finish()
        let end = stream.firstFrame
        #expect(stream.peak == whole.peak)
        #expect(
            stream.window(from: end, count: 9, pastEnd: .silence)
                == whole.window(from: end, count: 9, pastEnd: .silence))
    }
}
