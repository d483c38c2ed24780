import Decoding
import Whisper

/// Decodes the windows of a recording several at a time, in as many places as there are in the decoder. A place that
/// becomes free is taken by the next window at once, so that every pass over the weights serves as many as possible.
///
/// Windows are cut at pauses and know nothing of each other: their text is the same in any number of places.
struct WindowBatch {
    private let options: TranscriptionOptions
    private let tokenizer: Tokenizer
    private let decoder: TextDecoder
    private let encoder: AudioEncoder
    private let account: SpeechAccount
    private let windows: WindowDecoder
    private let aligner: WordAligner
    private var decoding: DecodingOptions
    private let shouldStop: () -> Bool

    private var places: [CutWindow?]
    /// Windows that were begun and not yet handed out, in order of time.
    private var begun: [CutWindow] = []
    /// Where the next window begins, in mel frames.
    private var next = 0
    private var mel: [Float]  // [bands, windowFrames]
    /// What happened, a line each.
    private(set) var notes: [String] = []

    init(
        _ options: TranscriptionOptions, tokenizer: Tokenizer, encoder: AudioEncoder, decoder: TextDecoder,
        account: SpeechAccount, shouldStop: @escaping () -> Bool
    ) throws {
        self.options = options
        self.tokenizer = tokenizer
        self.decoder = decoder
        self.encoder = encoder
        self.account = account
        self.shouldStop = shouldStop
        windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
        aligner = WordAligner(decoder: decoder, tokenizer: tokenizer)
        decoding = try options.decoding(tokenizer)
        places = Array(repeating: nil, count: decoder.windowCount)
        mel = [Float](repeating: 0, count: decoder.model.dimensions.melBands * encoder.frames)
    }

    /// Decodes on until the window that is next in time is done, and those behind it that happen to be.
    /// - Returns: these windows; none at the end of the recording.
    /// - Throws: `CancellationError`; `DecodingError`.
    mutating func nextWindows(_ reader: inout WindowReader) throws -> [CutWindow] {
        notes = []
        while true {
            try fill(&reader)
            let done = begun.prefix(while: \.isDone)
            if !done.isEmpty || begun.isEmpty {
                begun.removeFirst(done.count)
                return Array(done)
            }
            if shouldStop() { throw CancellationError() }
            try windows.step()
            try takeFinished()
        }
    }

    /// Begins windows as long as there are places. Those that wait for an earlier one to be done take memory, too:
    /// there are not more than some for each place.
    private mutating func fill(_ reader: inout WindowReader) throws {
        while let place = places.firstIndex(where: { $0 == nil }), begun.count < 4 * places.count,
            let window = cut(&reader)
        {
            places[place] = window
            begun.append(window)
            try decode(window, at: place)
            try takeFinished()
        }
    }

    /// The next window of the recording; nil at its end.
    private mutating func cut(_ reader: inout WindowReader) -> CutWindow? {
        let count = reader.frames(at: next)
        guard count > 0 else { return nil }
        let room = next..<next + count
        // What is shorter than a window is the last of all.
        let cut = PauseCut(room, voices: count < encoder.frames ? [] : account.voices(in: room))
        let frames = next..<cut.end
        var mel = [Float](repeating: 0, count: self.mel.count)
        mel.withUnsafeMutableBufferPointer { mel in
            guard let mel = mel.baseAddress else { return }
            reader.copyWindow(at: next, frames: frames.count, pastEnd: .zeros, into: mel)
        }
        var options = self.options
        // Only the first window has no text before it.
        if next > 0, !options.carryInitialPrompt { options.initialPrompt = nil }
        next = cut.next
        return CutWindow(
            frames, mel: mel, windowFrames: encoder.frames,
            progression: WindowProgression(
                options: options, tokenizer: tokenizer, textContext: decoder.model.dimensions.textContext,
                within: frames))
    }

    /// Encodes what a window is to be asked for next and begins to decode it.
    private mutating func decode(_ window: CutWindow, at place: Int) throws {
        window.copyRest(into: &mel)
        try mel.withUnsafeBufferPointer { mel in
            if let mel = mel.baseAddress { try encoder.encode(mel, shouldStop: shouldStop) }
        }
        decoder.attend(to: encoder, window: place)
        decoding.prompt = window.prompt
        decoding.seed = options.seed(ofWindowAt: window.seek)
        try windows.start(decoding, ladder: options.ladder, window: place)
    }

    /// Takes what is done, and what is done as soon as it is begun.
    private mutating func takeFinished() throws {
        while case let finished = windows.takeFinished(), !finished.isEmpty {
            for finished in finished { try take(finished.result, of: finished.window) }
        }
    }

    private mutating func take(_ result: DecodingResult, of place: Int) throws {
        guard let window = places[place] else { return }
        let aligner = aligner
        let note = window.take(
            result, align: { aligner.align($0, frames: $1, window: place) }, account: account)
        if let note { notes.append(note) }
        if window.isDone {
            places[place] = nil
        } else {
            try decode(window, at: place)
        }
    }
}
