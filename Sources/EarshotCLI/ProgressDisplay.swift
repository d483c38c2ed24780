import Earshot
import Synchronization

/// The progress bar at the bottom of a terminal: drawn over itself, gone while anything else is written.
final class ProgressDisplay: Sendable {
    private let isShown: Bool
    private let line = Mutex(ProgressLine())

    /// A display; one that is not shown draws nothing.
    init(isShown: Bool) { self.isShown = isShown }

    /// Notes how far the recording is.
    func update(_ progress: TranscriptionProgress) { line.withLock { $0.update(progress) } }

    /// Makes room on the terminal while something else is written; the bar comes back by itself, below it.
    func aside(_ write: () throws -> Void) rethrows {
        try line.withLock {
            $0.clear()
            try write()
        }
    }

    /// Draws the bar ten times a second while `work` goes on.
    func around(_ work: () async throws -> Void) async rethrows {
        let drawing = Task { if isShown { await draw() } }
        do {
            try await work()
        } catch {
            await end(drawing)
            throw error
        }
        await end(drawing)
    }

    private func draw() async {
        while !Task.isCancelled {
            line.withLock { $0.draw() }
            try? await Task.sleep(for: .milliseconds(100))
        }
        line.withLock { $0.clear() }
    }

    private func end(_ drawing: Task<Void, Never>) async {
        drawing.cancel()
        await drawing.value
    }
}

/// The bar as it stands on the terminal.
private struct ProgressLine {
    private static let erase = "\r\u{1B}[K"

    private var progress: TranscriptionProgress?
    private var speed: Double?
    private var began = ContinuousClock.now
    private var phaseBegan = ContinuousClock.now
    private var isDrawn = false

    mutating func update(_ progress: TranscriptionProgress) {
        let now = ContinuousClock.now
        if self.progress?.phase != progress.phase { phaseBegan = now }
        self.progress = progress
        let time = (now - phaseBegan) / .seconds(1)
        speed = time > 0 && progress.processedSeconds > 0 ? progress.processedSeconds / time : nil
    }

    mutating func draw() {
        guard let progress else { return }
        let bar = ProgressBar(
            activity: progress.phase == .measuring ? "measuring" : nil,
            processed: progress.processedSeconds, total: progress.totalSeconds,
            elapsed: (ContinuousClock.now - began) / .seconds(1), speed: speed)
        StandardError.put(Self.erase + bar.line(width: StandardError.width))
        isDrawn = true
    }

    mutating func clear() {
        if isDrawn { StandardError.put(Self.erase) }
        isDrawn = false
    }
}
