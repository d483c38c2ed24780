import ArgumentParser

/// `true` or `false`, as openai-whisper's options take them, in any case.
struct TruthArgument: ExpressibleByArgument {
    let value: Bool

    init?(argument: String) {
        guard let value = Bool(argument.lowercased()) else { return nil }
        self.value = value
    }

    static var allValueStrings: [String] { ["true", "false"] }

    /// Options that may stand without their value, as flags.
    private static let flags: Set = [
        "--word-timestamps", "--word_timestamps", "--highlight-words", "--highlight_words",
        "--carry-initial-prompt", "--carry_initial_prompt", "--verbose",
    ]

    /// Gives those that stand alone their `true`: the argument parser would take what follows, a recording's
    /// name, for the value.
    static func spelledOut(_ arguments: some Collection<String>) -> [String] {
        let words = Array(arguments)
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return words.indices.map { index in
            guard index < end, flags.contains(words[index]) else { return words[index] }
            let isAlone = index + 1 == words.endIndex || TruthArgument(argument: words[index + 1]) == nil
            return isAlone ? "\(words[index])=true" : words[index]
        }
    }
}
