import ArgumentParser

/// `true` or `false`, as openai-whisper's options take them, in any case.
struct TruthArgument: ExpressibleByArgument {
    let value: Bool

    init?(argument: String) {
        guard let value = Bool(argument.lowercased()) else { return nil }
        self.value = value
    }

    static var allValueStrings: [String] { ["true", "false"] }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
