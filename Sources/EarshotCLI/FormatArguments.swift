import ArgumentParser
import Earshot

/// One format, or all of them.
enum FormatChoice: ExpressibleByArgument {
    case one(TranscriptFormat)
    case all

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let format = TranscriptFormat(rawValue: argument) {
            self = .one(format)
        } else {
            return nil
        }
    }

    /// The formats chosen; all are those that want no more than is there.
    func formats(withWords: Bool) -> [TranscriptFormat] {
        switch self {
        case .one(let format): [format]
        case .all: TranscriptFormat.allCases.filter { withWords || !$0.needsWords }
        }
    }

    static var allValueStrings: [String] { TranscriptFormat.allCases.map(\.rawValue) + ["all"] }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// whisper.cpp's spellings of the formats: `-otxt`, `-osrt`, `-oj` and so on.
enum FormatFlag: String, EnumerableFlag {
    case txt
    case srt
    case vtt
    case csv
    case lrc
    case json
    case jsonFull = "json-full"

    var format: TranscriptFormat {
        switch self {
        case .txt: .txt
        case .srt: .srt
        case .vtt: .vtt
        case .csv: .csv
        case .lrc: .lrc
        case .json: .json
        case .jsonFull: .jsonFull
        }
    }

    private var short: String {
        switch self {
        case .json: "oj"
        case .jsonFull: "ojf"
        default: "o\(rawValue)"
        }
    }

    static func name(for value: FormatFlag) -> NameSpecification {
        [.customLong("output-\(value.rawValue)"), .customLong(value.short, withSingleDash: true)]
    }
}
