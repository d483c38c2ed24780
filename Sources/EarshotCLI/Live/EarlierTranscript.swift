import Earshot

/// What a file holds that a transcript goes on in.
struct EarlierTranscript: Equatable {
    /// Its last cue's number, where cues have numbers.
    var cues = 0
    /// When its last entry ends, in seconds.
    var end = 0.0
    /// Line feeds that have to come before another entry.
    var separator = ""

    /// What this text is in a format; nil where it is something else.
    init?(_ text: String, format: TranscriptFormat) {
        // A line end of two characters is one to Swift.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        switch format {
        case .txt: break
        case .srt:
            guard let index = lines.lastIndex(where: { $0.contains("-->") }), index > 0,
                let number = Int(lines[index - 1].filter { $0.isNumber })
            else { return nil }
            cues = number
            end = Self.end(of: lines[index]) ?? 0
        case .vtt, .karaoke:
            guard text.hasPrefix("WEBVTT") else { return nil }
            end = lines.last { $0.contains("-->") }.flatMap(Self.end) ?? 0
        case .csv, .tsv:
            let mark: Character = format == .csv ? "," : "\t"
            guard lines.first.map(String.init) == "start\(mark)end\(mark)text" else { return nil }
            let ends = lines.lazy.reversed().compactMap { Self.milliseconds($0, mark) }
            end = ends.first ?? 0
        case .lrc:
            guard text.hasPrefix("[") else { return nil }
            end = lines.lazy.reversed().compactMap(Self.moment).first ?? 0
        case .json, .jsonFull: return nil
        }
        let wanted = [.srt, .vtt, .karaoke].contains(format) ? "\n\n" : "\n"
        while !(text + separator).hasSuffix(wanted) { separator += "\n" }
    }

    /// `00:00:01,000 --> 00:00:02,000`.
    private static func end(of times: Substring) -> Double? {
        let end = times.split(separator: " ").drop { $0 != "-->" }.dropFirst().first
        return end.flatMap { seconds($0) }
    }

    /// `[01:02.50] text`.
    private static func moment(_ line: Substring) -> Double? {
        guard line.first == "[", let close = line.firstIndex(of: "]") else { return nil }
        return seconds(line[..<close].dropFirst())
    }

    private static func seconds(_ clock: Substring) -> Double? {
        let parts = clock.split(separator: ":").map { Double(String($0.map { $0 == "," ? "." : $0 })) }
        guard (2...3).contains(parts.count) else { return nil }
        return parts.reduce(0) { sum, part in sum.flatMap { sum in part.map { sum * 60 + $0 } } }
    }

    private static func milliseconds(_ row: Substring, _ mark: Character) -> Double? {
        let cells = row.split(separator: mark, maxSplits: 2, omittingEmptySubsequences: false)
        guard cells.count == 3, Int(cells[0]) != nil else { return nil }
        return Int(cells[1]).map { Double($0) / 1000 }
    }
}
