extension String {
    /// The text with every occurrence of `pattern` replaced, compared scalar by scalar: as Python does, and unlike
    /// `replacing`, which misses an occurrence that a combining mark follows.
    func replacingScalars(_ pattern: String, with replacement: String) -> String {
        String(unicodeScalars.replacing(pattern.unicodeScalars, with: replacement.unicodeScalars))
    }
}
