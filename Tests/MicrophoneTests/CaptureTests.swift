import Microphone
import TestSupport
import Testing

@Suite("A microphone of ALSA's")
struct CaptureTests {
    @Test("gives bit for bit the samples that a file of the same bytes gives", arguments: FileMicrophone.all)
    func exact(file: FileMicrophone) async throws {
        let microphone = try Microphone(try file.options)
        let expected = try file.recording
        var heard: [Float] = []
        var opened: [String] = []
        for await event in microphone {
            switch event {
            case .samples(let samples, let time):
                #expect(Int((time * 16_000).rounded()) == heard.count)
                heard += samples
            case .device(.opened(let text)): opened.append(text)
            default: Issue.record("\(event)")
            }
            if heard.count >= expected.count { break }
        }
        #expect(expected.count > 15_900)
        #expect(heard.starts(with: expected))
        let channels = file.channels == 1 ? "mono" : "\(file.channels) channels"
        let form = "\(file.name): \(file.rate) Hz, \(channels), \(file.encoding.rawValue); period 100 ms, "
        #expect(opened.count == 1 && opened.first?.hasPrefix(form) == true, "\(opened)")
        #expect(opened.first?.hasSuffix(" priority") == true)
    }

    /// As it is, and through the resampler, which holds the last samples for a while.
    @Test(
        "ends with what was recorded when it is stopped, and loses nothing to a slow listener",
        arguments: FileMicrophone.all.filter { [16_000, 48_000].contains($0.rate) && $0.channels == 1 })
    func stops(file: FileMicrophone) async throws {
        let microphone = try Microphone(try file.options)
        // The thread has the whole ring full by now, and waits; or not yet, where it is slow, too.
        try await Task.sleep(for: .milliseconds(200))
        var count = 0
        for await event in microphone {
            if case .samples(let samples, _) = event { count += samples.count }
            if case .overrun = event { Issue.record("a file can wait") }
            if count > 16_000 { microphone.stop() }
        }
        #expect(count > 16_000 && count <= 32 * 16_000)
        #expect(count % 1600 == 0)  // whole periods of 100 ms, to the last sample
        var again = microphone.makeAsyncIterator()
        #expect(await again.next() == nil)
    }

    @Test("pauses, and goes on behind a gap")
    func pauses() async throws {
        let microphone = try Microphone(try FileMicrophone.all[0].options)
        var (gap, position, wasPaused): (Double?, Double, Bool) = (nil, 0, false)
        for await event in microphone {
            switch event {
            case .samples(let samples, let time):
                #expect(abs(time - position) < 1e-3)
                position = time + Double(samples.count) / 16_000
                if !wasPaused { microphone.pause() }
                wasPaused = true
            case .paused:
                Task {
                    try await Task.sleep(for: .milliseconds(100))
                    microphone.resume()
                }
            case .gap(let seconds):
                gap = seconds
                position += seconds
            default: break
            }
            if gap != nil, case .samples = event { break }
        }
        #expect(gap ?? -1 >= 0 && !microphone.isPaused)
    }

    @Test("is let go when its task is cancelled")
    func cancelled() async throws {
        let options = try FileMicrophone.all[0].options
        let listener = Task {
            var count = 0
            for await _ in try Microphone(options) {
                count += 1
                withUnsafeCurrentTask { $0?.cancel() }
            }
            return count
        }
        #expect(try await listener.value == 1)
    }

    @Test("that is not there is named, with ALSA's own reason and without its chatter")
    func absent() throws {
        _ = try Alsa.folder
        var options = MicrophoneOptions()
        options.device = "absentcard"
        let card = #expect(throws: MicrophoneError.self) { try Microphone(options) }
        #expect(card?.description.hasPrefix("absentcard: ") == true, "\(card as Any)")
        options.device = "no such thing"
        let unknown = #expect(throws: MicrophoneError.self) { try Microphone(options) }
        #expect(unknown?.reason == "No such file or directory (Unknown PCM no such thing)")
    }

    @Test("is found by a part of its title, where only one has it")
    func named() throws {
        var options = try FileMicrophone.all[0].options
        options.device = "NOISE FROM A FILE, file-s32"
        _ = try Microphone(options)
        options.device = "noise from a file"
        let error = #expect(throws: MicrophoneError.self) { try Microphone(options) }
        #expect(error?.reason.contains("file-s16-44100-2") == true)
    }
}

@Suite("Samples of a device")
struct EncodingTests {
    @Test("with 24 bits in 32 have their sign where it belongs, whatever the highest byte holds")
    func sign() {
        let raw: [UInt32] = [0x00_400000, 0xFF_C00000, 0x7F_C00000, 0xAB_000001]
        #expect(mono(.s24, raw, frames: 4, channels: 1) == [0.5, -0.5, -0.5, 0x1p-23])
    }

    @Test("that are no numbers are silence")
    func noNumbers() {
        let raw: [Float] = [.nan, 1, .infinity, -0.5]
        #expect(mono(.float, raw, frames: 2, channels: 2) == [0.5, -0.25])
    }

    private func mono<Sample>(_ encoding: SampleEncoding, _ raw: [Sample], frames: Int, channels: Int)
        -> [Float]
    {
        var mono = [Float](repeating: 9, count: frames)
        raw.withUnsafeBytes { bytes in
            mono.withUnsafeMutableBufferPointer { mono in
                guard let bytes = bytes.baseAddress, let mono = mono.baseAddress else { return }
                encoding.decode(raw: bytes, frames: frames, channels: channels, into: mono)
            }
        }
        return mono
    }
}
