import AudioInput
import Glibc
import TestSupport

/// A fixture's path.
func fixture(_ name: String) -> String { Fixtures.path("AudioInput/\(name)") }

/// Everything a source delivers, asked for in pieces of `step` samples, and the error it ends with.
func drain(_ source: any SampleSource, step: Int = 4096) -> (samples: [Float], error: AudioError?) {
    var samples: [Float] = []
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: step)
    defer { buffer.deallocate() }
    do {
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { return (samples, nil) }
            samples += buffer[..<count]
        }
    } catch {
        return (samples, error as? AudioError)
    }
}

/// Everything an input holds.
func samples(of input: AudioInput) throws -> [Float] {
    let (samples, error) = drain(try input.open())
    if let error { throw error }
    return samples
}

/// The error that opening or reading an input ends with.
func failure(of input: AudioInput) -> AudioError? {
    do {
        return drain(try input.open()).error
    } catch {
        return error as? AudioError
    }
}

/// The largest difference; infinite when the lengths differ.
func distance(_ left: [Float], _ right: [Float]) -> Float {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}

/// A RIFF WAVE file of 32-bit floats, interleaved; the header may claim other lengths than the truth.
func wave(
    _ samples: [Float], rate: Int, channels: Int = 1, dataSize: UInt32? = nil, riffSize: UInt32? = nil
) -> [UInt8] {
    let size = UInt32(samples.count * 4)
    var bytes = [UInt8]("RIFF".utf8) + littleEndian(riffSize ?? dataSize ?? size + 36)
    bytes += [UInt8]("WAVEfmt ".utf8) + littleEndian(UInt32(16)) + littleEndian(UInt16(3))
    bytes += littleEndian(UInt16(truncatingIfNeeded: channels)) + littleEndian(UInt32(rate))
    bytes += littleEndian(UInt32(truncatingIfNeeded: rate * channels * 4))
    bytes += littleEndian(UInt16(truncatingIfNeeded: channels * 4)) + littleEndian(UInt16(32))
    bytes += [UInt8]("data".utf8) + littleEndian(dataSize ?? size)
    return bytes + samples.flatMap { littleEndian($0.bitPattern) }
}

func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
}

/// A sine of amplitude one half.
func sine(_ frequency: Double, rate: Int, count: Int) -> [Float] {
    (0..<count).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
}

/// A file without a name, there as long as this process is; other processes may open the path, too.
func temporaryFile(_ bytes: [UInt8] = [], size: Int? = nil) throws -> String {
    let folder = try TemporaryFolder()
    let descriptor = open(folder.path("file"), O_RDWR | O_CREAT, 0o600)
    guard descriptor >= 0 else { throw SystemError(code: errno) }
    withExtendedLifetime(folder) {}
    _ = write(descriptor, bytes, bytes.count)
    if let size { _ = ftruncate(descriptor, size) }
    return "/proc/\(getpid())/fd/\(descriptor)"
}

/// A pipe that is read through its path, as long as the process is there; it holds 64 KiB before a writer waits.
final class Pipe {
    private let ends: [Int32]
    private var isOpen = true

    init(_ bytes: [UInt8] = []) {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        // No program that another test starts meanwhile shall hold it open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.ends = ends
        send(bytes)
    }

    var path: String { "/dev/fd/\(ends[0])" }

    func send(_ bytes: [UInt8]) { _ = write(ends[1], bytes, bytes.count) }

    func finish() {
        if isOpen { close(ends[1]) }
        isOpen = false
    }

}

/// The path of a pipe that holds these bytes and then ends.
func pipeHolding(_ bytes: [UInt8]) -> String {
    let pipe = Pipe(bytes)
    pipe.finish()
    return pipe.path
}

/// The most memory this process has held, in bytes.
func peakMemory() -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while let start = fgets(&line, 256, file) {
        let text = String(cString: start)
        if text.hasPrefix("VmHWM:") { return (Int(text.filter(\.isNumber)) ?? 0) * 1024 }
    }
    return 0
}

/// Whether a program is on the PATH.
func hasProgram(_ name: String) -> Bool {
    guard let path = getenv("PATH") else { return false }
    return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
}
