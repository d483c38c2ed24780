import ArgumentParser
import Earshot

/// One format, or all of them.
struct FormatChoice: ExpressibleByArgument {
    let formats: [TranscriptFormat]

    init?(argument: String) {
        if argument == "all" {
            formats = TranscriptFormat.allCases
        } else if let format = TranscriptFormat(rawValue: argument) {
            formats = [format]
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { TranscriptFormat.allCases.map(\.rawValue) + ["all"] }
}

/// whisper.cpp's spellings of the formats: `-otxt`, `-osrt`, `-ovtt` and `-oj`.
enum FormatFlag: String, EnumerableFlag {
    case txt
    case srt
    case vtt
    case json

    var format: TranscriptFormat {
        switch self {
        case .txt: .txt
        case .srt: .srt
        case .vtt: .vtt
        case .json: .json
        }
    }

    static func name(for value: FormatFlag) -> NameSpecification {
        let long = NameSpecification.Element.customLong("output-\(value.rawValue)")
        let short = NameSpecification.Element.customLong("o\(value.rawValue)", withSingleDash: true)
        guard value == .json else { return [long, short] }
        return [long, short, .customLong("oj", withSingleDash: true)]
    }
}
