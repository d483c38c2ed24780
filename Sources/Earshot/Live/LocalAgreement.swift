/// Confirms what two hypotheses in succession agree in, from the front: LocalAgreement-2 (Liu et al. 2020; Macháček
/// et al. 2023, "Turning Whisper into a Real-Time Transcription System"). What was confirmed is never taken back:
/// later hypotheses are made to begin with it.
package struct LocalAgreement: Sendable {
    /// The confirmed words of the window, in order.
    package private(set) var confirmed: [HeardWord] = []
    /// What the last hypothesis has behind them.
    package private(set) var pending: [HeardWord] = []

    package init() {}

    /// Takes the next hypothesis, which begins with the confirmed words.
    /// - Parameters:
    ///   - words: all its words.
    ///   - limit: words that end later may not have been heard whole: they are not confirmed.
    /// - Returns: the words that are confirmed by it.
    package mutating func take(_ words: [HeardWord], until limit: Double) -> [HeardWord] {
        let known = min(confirmed.count, words.count)
        // The times are better the more was heard.
        for index in 0..<known {
            (confirmed[index].start, confirmed[index].end) = (words[index].start, words[index].end)
        }
        let new = words[known...]
        let agreed = zip(new, pending).prefix { $0.tokens == $1.tokens && $0.end <= limit }.map(\.0)
        confirmed += agreed
        pending = Array(new.dropFirst(agreed.count))
        return agreed
    }

    /// Confirms all that is pending: nothing more is going to be heard.
    package mutating func settle() -> [HeardWord] {
        defer { pending = [] }
        confirmed += pending
        return pending
    }

    /// Forgets the first confirmed words, where the window now begins behind them.
    /// - Parameter shift: by how many steps of 20 ms the window begins later.
    /// - Parameter timestampBegin: id of `<|0.00|>`.
    package mutating func forget(_ count: Int, shift: Int, timestampBegin: Int) {
        confirmed.removeFirst(count)
        func move(_ words: inout [HeardWord]) {
            for index in words.indices {
                words[index].marks = words[index].marks.map { max(timestampBegin, $0 - shift) }
            }
        }
        move(&confirmed)
        move(&pending)
        // A window begins with one mark that opens.
        if let first = confirmed.first { confirmed[0].marks = first.marks.suffix(1) }
    }
}
