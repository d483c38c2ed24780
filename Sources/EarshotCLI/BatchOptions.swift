import ArgumentParser
import Earshot

/// How long recordings are done sooner.
struct BatchOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("batch-size"), .customLong("batch_size")],
        help: ArgumentHelp(
            """
            Decode this many windows together, 1 to 64. They are cut where nobody speaks, as with --vad, and none \
            sees the text before it.
            """, valueName: "number"))
    var batch: Int?

    /// A usage error where windows could not be decoded together.
    func refuseContradictions(_ context: ContextOptions) throws {
        guard batch != nil else { return }
        guard context.conditionOnPreviousText?.value != true else {
            throw ValidationError(
                "--batch decodes windows before the text before them is known; leave out --condition-on-previous-text true."
            )
        }
    }

    /// Puts what the command line says in place of the model's defaults.
    func apply(to options: inout TranscriptionOptions) {
        if let batch { options.batchSize = batch }
    }
}
