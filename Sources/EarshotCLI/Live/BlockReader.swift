import AudioInput
import Dispatch
import Earshot
import Synchronization

/// Reads a recording block by block. A pipe may keep it waiting, which is done on a queue of its own.
final class BlockReader: @unchecked Sendable {
    private let queue = DispatchQueue(label: "earshot.stream")
    private let recording: Recording
    private var source: (any SampleSource)?
    private let found = Mutex<[String]>([])

    /// Samples that are waited for together: 50 ms.
    private static let length = AudioInput.sampleRate / 20

    init(_ recording: Recording) { self.recording = recording }

    /// The next samples; nil at the end.
    /// - Throws: `AudioError` where it cannot be opened, or read on.
    func next() async throws -> [Float]? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.read() }) }
        }
    }

    /// What is odd about it, once it was read to the end.
    var warnings: [String] { found.withLock(\.self) }

    private func read() throws -> [Float]? {
        let source = try source ?? recording.open()
        self.source = source
        let block = try [Float](unsafeUninitializedCapacity: Self.length) { buffer, count in
            count = try source.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<Self.length]))
        }
        guard block.isEmpty else { return block }
        found.withLock { $0 = (source as? AudioReader)?.warnings ?? [] }
        return nil
    }
}
