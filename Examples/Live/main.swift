// Writes down what is said while it is said, from raw samples on standard input:
//
//     arecord -q -f S16_LE -r 16000 -c 1 -t raw | swift run -c release live-example MODEL
//
// MODEL is an OpenAI .pt file, a Hugging Face directory, a ggml file or Earshot's own.
import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Tenths of a second, 16-bit samples at 16 kHz. Any sequence of samples would do.
struct StandardInput: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        let file = fdopen(STDIN_FILENO, "rb")

        mutating func next() async -> [Float]? {
            var samples = [Int16](repeating: 0, count: 1600)
            let count = fread(&samples, 2, samples.count, file)
            return count > 0 ? samples[..<count].map { Float($0) / 32768 } : nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

if CommandLine.arguments.count == 2 {
    let transcriber = LiveTranscriber(model: try Model.load(path: CommandLine.arguments[1]))
    for try await event in transcriber.events(of: StandardInput()) {
        switch event {
        case .confirmed(let words): print(words.text, terminator: "")  // these will not change
        case .segment(let segment): print(" [\(segment.start) – \(segment.end)]")
        default: break
        }
        fflush(nil)
    }
} else {
    print("usage: live-example MODEL < samples")
}
