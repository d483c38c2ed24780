import ArgumentParser

/// Arguments as people and scripts of other tools write them, turned into what the argument parser takes.
enum ArgumentSpelling {
    /// Options that may stand without their value, as flags.
    private static let truths: Set = [
        "--word-timestamps", "--word_timestamps", "--highlight-words", "--highlight_words",
        "--carry-initial-prompt", "--carry_initial_prompt", "--verbose",
    ]
    /// Flags behind which true or false may stand.
    private static let flags: Set = [
        "--vad", "--vad-filter", "--vad_filter", "--multilingual", "--translate", "--no-timestamps",
        "--no-fallback", "--keep-loops", "--keep_loops", "--split-on-word",
    ]

    /// The arguments, each option with its value where the parser would miss it.
    static func uniform(_ arguments: some Collection<String>) -> [String] {
        let words = Array(arguments)
        let end = words.firstIndex(of: "--") ?? words.endIndex
        var result: [String] = []
        var index = 0
        while index < end {
            let (word, next) = (words[index], index + 1 < end ? words[index + 1] : nil)
            let truth = next.flatMap(TruthArgument.init(argument:))?.value
            index += 1
            if truths.contains(word), truth == nil {
                // What follows, a recording's name, would be taken for the value.
                result.append("\(word)=true")
            } else if flags.contains(word), let truth {
                if truth { result.append(word) }
                index += 1
            } else if let truth = value(ofFlag: word) {
                if truth { result.append(String(word.prefix { $0 != "=" })) }
            } else if word.hasPrefix("--"), word.hasSuffix("=") {
                result += [String(word.dropLast()), ""]
            } else if word.hasPrefix("-"), !word.contains("="), let next, isNegative(next) {
                // It would be taken for an option.
                result.append("\(word)=\(next)")
                index += 1
            } else {
                result.append(word)
            }
        }
        return result + words[end...]
    }

    /// The options among the arguments, as they are written, without values behind a `=`.
    static func options(in arguments: [String]) -> [String] {
        arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) }
    }

    /// An option's name in the one of its spellings that has no `_`.
    static func hyphenated(_ option: String) -> String { String(option.map { $0 == "_" ? "-" : $0 }) }

    /// What `--flag=true` says.
    private static func value(ofFlag word: String) -> Bool? {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, flags.contains(parts[0]) else { return nil }
        return TruthArgument(argument: parts[1])?.value
    }

    /// Whether a word is a number below zero, or several that begin with one.
    private static func isNegative(_ word: String) -> Bool {
        let numbers = word.split(separator: ",", omittingEmptySubsequences: false)
        return word.hasPrefix("-") && numbers.allSatisfy { Double($0) != nil && $0.last?.isNumber == true }
    }
}
