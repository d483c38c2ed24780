import ArgumentParser
import Earshot

/// What the model is told besides the sound.
struct ContextOptions: ParsableArguments {
    @Option(
        name: [.customLong("initial-prompt"), .customLong("initial_prompt"), .customLong("prompt")],
        parsing: .unconditional,
        help: ArgumentHelp("Text the recording continues: names, spellings, style.", valueName: "text"))
    var initialPrompt: String?

    @Option(
        name: [.customLong("carry-initial-prompt"), .customLong("carry_initial_prompt")],
        help: ArgumentHelp(
            "Give the initial prompt to every window, not to the first alone (default: false).",
            valueName: "true|false"))
    var carryInitialPrompt: TruthArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Names and words to expect in every window.", valueName: "text"))
    var hotwords: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Text that every window begins with.", valueName: "text"))
    var prefix: String?

    @Option(
        name: [.customLong("condition-on-previous-text"), .customLong("condition_on_previous_text")],
        help: ArgumentHelp("Let each window see the text before it.", valueName: "true|false"))
    var conditionOnPreviousText: TruthArgument?

    /// Puts what the command line says in place of the model's defaults.
    func apply(to options: inout TranscriptionOptions) {
        if let initialPrompt { options.initialPrompt = initialPrompt }
        if let carryInitialPrompt { options.carryInitialPrompt = carryInitialPrompt.value }
        if let hotwords { options.hotwords = hotwords.isEmpty ? nil : hotwords }
        if let prefix { options.prefix = prefix.isEmpty ? nil : prefix }
        if let conditionOnPreviousText {
            options.conditionOnPreviousText = conditionOnPreviousText.value
        }
    }
}
