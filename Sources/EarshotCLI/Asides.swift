import Earshot

/// What a person hears of a recording while it is transcribed, each thing once.
struct Asides {
    private var warned = 0
    private var language: String?

    /// The lines that are new.
    /// - Parameter verbose: whether everything is to be told.
    mutating func lines(
        for progress: TranscriptionProgress, about recording: String, verbose: Bool
    ) -> [String] {
        var lines = progress.warnings.dropFirst(warned).map { "earshot: warning: \(recording): \($0)" }
        warned = progress.warnings.count
        if verbose { lines += progress.notes.map { "earshot: \(recording): \($0)" } }
        if language == nil, let heard = progress.language, let probability = progress.languageProbability {
            language = heard
            let name = Language.name(of: heard).map { "\($0.capitalizedFirst) (\(heard))" } ?? heard
            lines.append("Language: \(name), with a probability of \(percent(probability))")
        }
        return lines
    }

    private func percent(_ probability: Double) -> String { "\(Int((probability * 100).rounded())) %" }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
