/// What a session hears with: voice activity and the model, or a script of what they say.
package protocol LiveHearing: AnyObject {
    /// Id of `<|0.00|>`.
    var timestampBegin: Int { get }

    /// How probable it is that somebody speaks in the next 512 samples.
    func voice(in chunk: UnsafeBufferPointer<Float>) -> Float

    /// A window begins with the samples that are appended from now on, the first of them at `sample`.
    func begin(at sample: Int)

    /// Samples of the window follow.
    func append(_ samples: UnsafeBufferPointer<Float>)

    /// The window begins at `sample` from now on, a multiple of 320 samples later.
    func forget(before sample: Int)

    /// Listens to the window.
    /// - Throws: `CancellationError`; `DecodingError`.
    func hear(_ request: LiveRequest) throws -> HeardWindow
}

/// How a window is listened to.
package struct LiveRequest: Sendable, Equatable {
    /// The words that are confirmed: the text begins with them.
    package var confirmed: [HeardWord]
    /// Tokens of the text before the window, as many as there is room for beside those of the confirmed words.
    package var context: [Int]
    /// Whether nothing follows: the text is confirmed as it is.
    package var isLast: Bool
    /// Whether there is time to try again where the text is poor.
    package var mayRetry: Bool
}
