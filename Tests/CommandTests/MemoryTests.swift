import TestSupport
import Testing

@Suite("Memory") struct CommandMemoryTests {
    /// Peak memory in MiB of transcribing raw samples, watched until the process ends.
    private func peak(of samples: [UInt8], _ option: String, in folder: TemporaryFolder) throws -> Double {
        try folder.write(samples, to: "speech.raw")
        let watch = """
            "$0" --quiet $2 --raw s16le "$1" > /dev/null &
            while kill -0 $! 2> /dev/null; do
                grep VmHWM "/proc/$!/status" 2> /dev/null
                sleep 0.05
            done
            wait $!
            """
        let run = try shell(watch, [folder.path("speech.raw"), option])
        #expect(run.status == 0, "\(run.errors)")
        let readings = run.output.split(separator: "\n").compactMap { Double($0.filter(\.isNumber)) }
        return try #require(readings.max()) / 1024
    }

    @Test("does not grow with the length of the recording", arguments: ["", "--vad", "--batch 2"])
    func flat(option: String) throws {
        let folder = try TemporaryFolder()
        // The sample is 44 bytes of header and 16-bit samples at 8 kHz: as 16 kHz it is fast speech.
        let speech = try Fixtures.file("Audio/telephone-8k.wav").dropFirst(44)
        let minute = (0..<(32_000 * 60 / speech.count)).flatMap { _ in speech }
        let short = try peak(of: minute, option, in: folder)
        let long = try peak(of: (0..<20).flatMap { _ in minute }, option, in: folder)
        print("peak memory \(option): \(short) MiB for a minute, \(long) MiB for twenty")
        #expect(long - short < 20)
    }
}
