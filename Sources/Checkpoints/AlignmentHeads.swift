/// A head of the decoder's attention to the audio that follows the speaker: where it looks is when a token
/// is spoken.
public struct AlignmentHead: Sendable, Hashable, Comparable {
    /// Layer of the decoder, from 0.
    public var layer: Int
    /// Head of that layer, from 0.
    public var head: Int

    /// A head by its numbers.
    public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = head
    }

    /// Lower layers come first.
    public static func < (left: AlignmentHead, right: AlignmentHead) -> Bool {
        (left.layer, left.head) < (right.layer, right.head)
    }
}

extension Checkpoint {
    /// The metadata key of the alignment heads: `layer,head layer,head …`.
    public static let alignmentHeadsKey = "earshot.alignment_heads"

    /// The heads words are aligned by: those the model names, else those of the published model it is or was
    /// made from, else all in the upper half of the layers, as the reference does where it knows nothing.
    ///
    /// Deviation: the reference goes by the name a model was downloaded under alone. Here the dimensions
    /// tell, so that a fine-tuned model has the heads of its parent; but large-v1 and large-v2 are of one
    /// size, and only a name that says `v1` or `v2` tells them apart.
    public var alignmentHeads: [AlignmentHead] {
        knownAlignmentHeads
            ?? (dimensions.textLayers / 2..<dimensions.textLayers).flatMap { layer in
                (0..<dimensions.textHeads).map { AlignmentHead(layer: layer, head: $0) }
            }
    }

    /// The heads, where they are known.
    var knownAlignmentHeads: [AlignmentHead]? {
        let named = (metadata[Self.alignmentHeadsKey] ?? "").split(separator: " ")
            .compactMap { AlignmentHead($0) }
        // A student that kept its teacher's settings has fewer layers.
        let valid = named.filter { $0.layer < dimensions.textLayers && $0.head < dimensions.textHeads }
        if !valid.isEmpty { return Set(valid).sorted() }
        return publishedHeads[publishedName]?.map { AlignmentHead(layer: $0, head: $1) }
    }

    /// The published model of these dimensions; empty where there is none.
    private var publishedName: String {
        let english = dimensions.isMultilingual ? "" : ".en"
        return switch (dimensions.audioLayers, dimensions.textLayers, dimensions.textHeads) {
        case (4, 4, 6): "tiny\(english)"
        case (6, 6, 8): "base\(english)"
        case (12, 12, 12): "small\(english)"
        case (24, 24, 16): "medium\(english)"
        case (32, 32, 20) where dimensions.melBands == 128: "large-v3"
        case (32, 32, 20): ["large-v1", "large-v2"].first { name.contains($0.suffix(2)) } ?? ""
        case (32, 4, 20) where dimensions.melBands == 128: "large-v3-turbo"
        default: ""
        }
    }
}

extension AlignmentHead: LosslessStringConvertible {
    /// `layer,head`, as in a model's metadata.
    public var description: String { "\(layer),\(head)" }

    /// Reads `layer,head`.
    public init?(_ description: String) { self.init(Substring(description)) }

    init?(_ description: Substring) {
        let numbers = description.split(separator: ",").compactMap { Int($0) }
        guard numbers.count == 2, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(layer: numbers[0], head: numbers[1])
    }
}

/// Of the published models, layer and head: openai-whisper's `_ALIGNMENT_HEADS` (`__init__.py`), each the
/// gzip in base 85 of one byte a head:
///
///     numpy.argwhere(numpy.frombuffer(gzip.decompress(base64.b85decode(text)), bool).reshape(layers, heads))
private let publishedHeads: [String: [(Int, Int)]] = [
    "tiny.en": [
        (1, 0), (2, 0), (2, 5), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4),
    ],
    "tiny": [
        (2, 2), (3, 0), (3, 2), (3, 3), (3, 4), (3, 5),
    ],
    "base.en": [
        (3, 3), (4, 7), (5, 1), (5, 5), (5, 7),
    ],
    "base": [
        (3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6),
    ],
    "small.en": [
        (6, 6), (7, 0), (7, 3), (7, 8), (8, 2), (8, 5), (8, 7), (9, 0), (9, 4), (9, 8), (9, 10), (10, 0),
        (10, 1), (10, 2), (10, 3), (10, 6), (10, 11), (11, 2), (11, 4),
    ],
    "small": [
        (5, 3), (5, 9), (8, 0), (8, 4), (8, 7), (8, 8), (9, 0), (9, 7), (9, 9), (10, 5),
    ],
    "medium.en": [
        (11, 4), (14, 1), (14, 12), (14, 14), (15, 4), (16, 0), (16, 4), (16, 9), (17, 12), (17, 14),
        (18, 7), (18, 10), (18, 15), (20, 0), (20, 3), (20, 9), (20, 14), (21, 12),
    ],
    "medium": [
        (13, 15), (15, 4), (15, 15), (16, 1), (20, 0), (23, 4),
    ],
    "large-v1": [
        (9, 19), (11, 2), (11, 4), (11, 17), (22, 7), (22, 11), (22, 17), (23, 2), (23, 15),
    ],
    "large-v2": [
        (10, 12), (13, 17), (16, 11), (16, 12), (16, 13), (17, 15), (17, 16), (18, 4), (18, 11), (18, 19),
        (19, 11), (21, 2), (21, 3), (22, 3), (22, 9), (22, 12), (23, 5), (23, 7), (23, 13), (25, 5),
        (26, 1), (26, 12), (27, 15),
    ],
    "large-v3": [
        (7, 0), (10, 17), (12, 18), (13, 12), (16, 1), (17, 14), (19, 11), (21, 4), (24, 1), (25, 6),
    ],
    "large-v3-turbo": [
        (2, 4), (2, 11), (3, 3), (3, 6), (3, 11), (3, 14),
    ],
]
