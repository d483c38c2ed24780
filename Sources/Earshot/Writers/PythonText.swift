extension String {
    /// The text without the white space around it, by Python's idea of white space (`str.strip`): Unicode's, and the
    /// four ASCII separators.
    var pythonStripped: String {
        let isSpace = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        guard let first = unicodeScalars.firstIndex(where: { !isSpace($0) }),
            let last = unicodeScalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }

    /// The text with every occurrence of `pattern` replaced, compared scalar by scalar: as Python does, and unlike
    /// `replacing`, which misses an occurrence that a combining mark follows.
    func replacingScalars(_ pattern: String, with replacement: String) -> String {
        String(unicodeScalars.replacing(pattern.unicodeScalars, with: replacement.unicodeScalars))
    }
}
