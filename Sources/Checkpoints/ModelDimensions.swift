/// The sizes of a Whisper model, under openai-whisper's meanings (`ModelDimensions` in its `model.py`).
public struct ModelDimensions: Sendable, Equatable {
    /// Mel bands of the input, 80 or 128 (`n_mels`).
    public var melBands: Int
    /// Positions of the encoder after its strided convolution, 1500 for 30 s (`n_audio_ctx`).
    public var audioContext: Int
    /// Width of the encoder (`n_audio_state`).
    public var audioState: Int
    /// Attention heads of the encoder (`n_audio_head`).
    public var audioHeads: Int
    /// Blocks of the encoder (`n_audio_layer`).
    public var audioLayers: Int
    /// Rows of the token embedding (`n_vocab`).
    public var vocabularySize: Int
    /// Token positions of the decoder, 448 (`n_text_ctx`).
    public var textContext: Int
    /// Width of the decoder (`n_text_state`).
    public var textState: Int
    /// Attention heads of the decoder (`n_text_head`).
    public var textHeads: Int
    /// Blocks of the decoder (`n_text_layer`).
    public var textLayers: Int

    /// Dimensions in the order openai-whisper lists them.
    public init(
        melBands: Int, audioContext: Int, audioState: Int, audioHeads: Int, audioLayers: Int,
        vocabularySize: Int, textContext: Int, textState: Int, textHeads: Int, textLayers: Int
    ) {
        self.melBands = melBands
        self.audioContext = audioContext
        self.audioState = audioState
        self.audioHeads = audioHeads
        self.audioLayers = audioLayers
        self.vocabularySize = vocabularySize
        self.textContext = textContext
        self.textState = textState
        self.textHeads = textHeads
        self.textLayers = textLayers
    }

    /// Whether the vocabulary holds all languages; `.en` models have one token fewer (51864).
    public var isMultilingual: Bool { vocabularySize >= 51865 }
}
