import Decoding

/// What a window is told of the text before it.
///
/// ref: openai-whisper `transcribe.py`, `prompt_reset_since` and `carry_initial_prompt`.
package struct PromptHistory: Sendable {
    private let budget: Int
    private let keepsText: Bool
    /// What every window is told.
    private let carried: [Int]
    /// Text since the last reset, timestamps included: no more than fits the prompt.
    private var history: [Int]

    /// The past of the first window: hotwords and the initial prompt.
    package init(_ options: TranscriptionOptions, tokenizer: Tokenizer, textContext: Int) {
        budget = max(0, textContext / 2 - 1)
        keepsText = options.conditionOnPreviousText
        func tokens(_ text: String?) -> [Int] {
            text.map { tokenizer.encode(" " + $0.trimmingWhitespace()) } ?? []
        }
        // ref: faster-whisper's `get_prompt` for the hotwords.
        let hotwords = options.prefix == nil ? Array(tokens(options.hotwords).prefix(budget)) : []
        let initial = Array(tokens(options.initialPrompt).suffix(budget - hotwords.count))
        carried = hotwords + (options.carryInitialPrompt ? initial : [])
        history = options.carryInitialPrompt ? [] : initial
    }

    /// Tokens of earlier text for the next window, timestamps included, the last of those that fit.
    ///
    /// Deviation: where carried text leaves no room at all, the reference adds the rest whole and drops the
    /// carried text.
    package var prompt: [Int] { prompt(beside: 0) }

    /// The same for a window whose own text is known as far as `given` tokens: the earliest text makes room first,
    /// and what is carried only where there is none left.
    package func prompt(beside given: Int) -> [Int] {
        let room = max(0, budget - given)
        return Array(carried.prefix(room)) + history.suffix(max(0, room - carried.count))
    }

    /// Adds a window's text. The initial prompt dies with the first reset, unless it is carried. What is not
    /// reliable, such as a loop, is not handed on.
    package mutating func remember(_ tokens: [Int], isReliable: Bool) {
        history = keepsText && isReliable ? Array((history + tokens).suffix(budget)) : []
    }
}
