import Dispatch
import Earshot
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Shows a live transcription on a terminal: a frame at a time, each in one write, at most fifteen a second.
///
/// Only its own queue writes: a terminal that takes nothing, after Ctrl-S or behind a slow line, keeps nobody else.
final class LiveDisplay: Sendable {
    /// Whether the text is to be seen here, not only the status.
    let showsText: Bool
    /// The terminal.
    let descriptor: Int32
    private let screen: Mutex<LiveScreen>
    private let isAway = Atomic(false)
    private let queue = DispatchQueue(label: "earshot.view")

    /// A display on a terminal.
    /// - Parameter descriptor: the terminal, to which nobody else writes but inside `aside`.
    init(on descriptor: Int32, showsText: Bool) {
        self.descriptor = descriptor
        self.showsText = showsText
        screen = Mutex(LiveScreen(showsText: showsText, isPlain: Terminal.refusesColors))
    }

    /// Says whether keys are listened to.
    func tellKeys(_ areHeard: Bool) { screen.withLock { $0.status.hasKeys = areHeard } }

    /// Notes what happened; it is seen in the next frame.
    func take(_ event: LiveEvent) { screen.withLock { $0.take(event) } }

    /// Makes room for something else that is written; the view comes back by itself, below it.
    func aside(_ write: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            put(screen.withLock { $0.clear() })
            write()
        }
    }

    /// Draws while `work` goes on, and leaves the confirmed text.
    func around(_ work: () async throws -> Void) async rethrows {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [self] in draw() }
        timer.schedule(deadline: .now(), repeating: .milliseconds(67), leeway: .milliseconds(5))
        timer.activate()
        defer {
            timer.cancel()
            queue.sync {
                put(screen.withLock { $0.finish(width: Terminal.size(of: descriptor).width) })
                isAway.store(true, ordering: .relaxed)
            }
        }
        try await work()
    }

    /// Takes the view off the terminal until `comeBack`.
    func leave() {
        queue.sync {
            isAway.store(true, ordering: .relaxed)
            put(screen.withLock { $0.clear() })
        }
    }

    /// Draws all anew.
    func comeBack() {
        queue.sync {
            put(screen.withLock { $0.clear() })
            isAway.store(false, ordering: .relaxed)
        }
    }

    private func draw() {
        guard !isAway.load(ordering: .relaxed), Terminal.takesBytes(descriptor) else { return }
        let (width, height) = Terminal.size(of: descriptor)
        put(screen.withLock { $0.frame(width: width, height: height) })
    }

    /// Writes all of a frame. Nobody can be told where this fails: the terminal is gone.
    private func put(_ text: String) {
        _ = writeAll(Array(text.utf8)[...], into: descriptor)
    }
}

extension LiveScreen {
    /// Shows what happened.
    mutating func take(_ event: LiveEvent) {
        switch event {
        case .confirmed(let words):
            confirm(words.text)
            if let last = words.words.last { status.delay = max(0, words.time - last.end) }
        case .partial(let words): hypothesis = words.text
        case .segment(let segment): endSegment(segment.text)
        case .state(let state): status.state = state
        case .overrun: status.overruns += 1
        case .level(let level):
            status.level = level.rms
            status.time = level.time
            status.load = pass.map { $0.load * (1 - min(1, max(0, level.time - $0.time) / 10)) } ?? 0
        case .pass(let pass):
            self.pass = pass
            status.load = pass.load
        case .device(let device):
            if device.isLost {
                status.state = nil
                status.level = -100
            } else {
                status.state = status.state ?? .listening
            }
        case .language, .summary: break
        }
    }
}
