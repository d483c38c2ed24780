import Checkpoints
import Decoding

/// What a transcript was made with, for the formats that tell.
public struct TranscriptDetails: Sendable {
    let model: Model
    let options: TranscriptionOptions

    /// What a transcriber with this model was asked for.
    public init(model: Model, options: TranscriptionOptions) {
        self.model = model
        self.options = options
    }

    /// Whether segments have times of their own.
    public var hasTimes: Bool { !options.withoutTimestamps }

    /// Whether segments have words.
    public var hasWords: Bool { options.wordTimestamps }

    /// The text of each token of a segment; joined, those below the special tokens are the segment's text.
    func pieces(of segment: Segment) -> [String] {
        var pieces = model.tokenizer.pieces(of: segment.tokens)
        let textual = pieces.indices.filter { segment.tokens[$0] < endOfText }
        // A character that was divided between two segments stands whole in the first.
        if !segment.text.hasPrefix("\u{FFFD}") {
            for index in textual {
                pieces[index] = String(pieces[index].drop { $0 == "\u{FFFD}" })
                if !pieces[index].isEmpty { break }
            }
        }
        if let last = segment.text.unicodeScalars.last, last != "\u{FFFD}" {
            var begun: Int?
            for index in textual.reversed() where begun.map({ pieces[$0].isEmpty }) ?? true {
                guard pieces[index].hasSuffix("\u{FFFD}") else { break }
                while pieces[index].hasSuffix("\u{FFFD}") { pieces[index].removeLast() }
                begun = index
            }
            if let begun { pieces[begun].unicodeScalars.append(last) }
        }
        return pieces
    }

    /// The first token that is not text.
    var endOfText: Int { model.tokenizer.endOfText }

    /// What computed.
    var system: JSONValue {
        let engine = model.whisper.engine
        return .text("\(engine.kernels.name) kernels, \(engine.threadCount) threads")
    }

    /// The model, as whisper.cpp describes one.
    var modelObject: JSONValue {
        let sizes = model.dimensions
        return [
            "name": .text(model.name),
            "multilingual": .truth(sizes.isMultilingual),
            "vocab": .integer(sizes.vocabularySize),
            "audio": [
                "ctx": .integer(sizes.audioContext), "state": .integer(sizes.audioState),
                "head": .integer(sizes.audioHeads), "layer": .integer(sizes.audioLayers),
            ],
            "text": [
                "ctx": .integer(sizes.textContext), "state": .integer(sizes.textState),
                "head": .integer(sizes.textHeads), "layer": .integer(sizes.textLayers),
            ],
            "mels": .integer(sizes.melBands),
            "precision": .text(model.whisper.precision.rawValue),
        ]
    }

    /// Every option by the name the reference gives such things, `initial_prompt`.
    var parameters: JSONValue { JSONValue(reflecting: options) }
}

extension JSONValue {
    /// A value of the library: options, and what they hold.
    init(reflecting value: Any) {
        switch value {
        case let value as Bool: self = .truth(value)
        case let value as any BinaryInteger: self = .integer(Int(clamping: value))
        case let value as Double: self = .number(value)
        case let value as Float: self = .number(Double(value))
        case let value as String: self = .text(value)
        case let value as any RawRepresentable<String>: self = .text(value.rawValue)
        default: self.init(reflectingPartsOf: Mirror(reflecting: value))
        }
    }

    private init(reflectingPartsOf mirror: Mirror) {
        switch mirror.displayStyle {
        case .optional: self = mirror.children.first.map { JSONValue(reflecting: $0.value) } ?? .null
        case .collection, .set: self = .list(mirror.children.map { JSONValue(reflecting: $0.value) })
        case .enum where mirror.children.isEmpty: self = .text("\(mirror.description)")
        default:
            self = .object(
                mirror.children.compactMap { label, value in
                    label.map { (snakeCase($0), JSONValue(reflecting: value)) }
                })
        }
    }
}

/// `initialPrompt` as `initial_prompt`.
private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
}
