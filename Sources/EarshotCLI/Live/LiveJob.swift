import ArgumentParser
import Earshot
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Listens to a source until it ends or somebody ends it.
final class LiveJob: Sendable {
    private let transcriber: LiveTranscriber
    private let source: any LiveSource
    private let display: LiveDisplay?
    private let keyboard: Int32?
    private let titles: (source: String, model: String)
    private let isQuiet: Bool
    private let isVerbose: Bool
    private let writer: Mutex<LiveWriter>
    private let feed = LiveFeed()
    private let isPaused = Mutex(false)
    private let isEnding = Atomic(false)
    private let devices = Atomic(0)  // that were opened so far

    /// - Parameters:
    ///   - writer: takes what is certain.
    ///   - titles: what programs are told of source and model.
    ///   - takesKeys: whether keys may be read from standard input.
    init(
        _ transcriber: LiveTranscriber, _ source: any LiveSource, writer: sending LiveWriter,
        output: LiveOutputOptions, titles: (source: String, model: String), takesKeys: Bool
    ) {
        self.transcriber = transcriber
        self.source = source
        self.writer = Mutex(writer)
        display = output.display()
        keyboard = display == nil ? nil : TerminalMode.openKeyboard(standardInput: takesKeys)
        self.titles = titles
        isQuiet = output.quiet
        isVerbose = output.isVerbose
    }

    /// Listens to the end.
    /// - Throws: `ExitCode`, where the source failed or something could not be written, or after a signal.
    func run() async throws {
        Interruption.forward { self.end() }
        defer { TerminalMode.end() }
        var fault: (any Error)?
        do {
            try await show { try await listen() }
        } catch {
            fault = error
        }
        TerminalMode.end()
        if !isQuiet {
            for warning in source.warnings { StandardError.say("earshot: warning: \(warning)") }
        }
        if let fault { StandardError.complain(fault) }
        if let summary = writer.withLock({ $0.summary }), !isQuiet { StandardError.say(summary.line) }
        if writer.withLock(\.isCutOff) { throw ExitCode(128 + SIGPIPE) }
        if fault != nil || writer.withLock({ !$0.faults.isEmpty }) { throw ExitCode.failure }
        if let signal = Interruption.signalNumber { throw ExitCode(128 + signal) }
    }

    private func listen() async throws {
        source.flow(into: feed)
        report(writer.withLock { $0.begin(source: titles.source, model: titles.model) })
        for try await event in transcriber.events(of: feed) { take(event) }
    }

    private func take(_ event: LiveEvent) {
        // What is certain is written before it is shown: a terminal may keep whoever writes to it.
        report(writer.withLock { $0.take(event) })
        display?.take(event)
        if let line = remark(on: event) { aside { StandardError.say(line) } }
    }

    private func report(_ faults: [OutputError]) {
        for fault in faults where !fault.isClosedPipe { aside { StandardError.complain(fault) } }
        if !faults.isEmpty, writer.withLock(\.isUseless) { stop() }
    }

    /// What a person is told besides the text. That a microphone is gone for good is told at the end.
    private func remark(on event: LiveEvent) -> String? {
        guard case .device(let device) = event, !isQuiet else { return nil }
        if device.isLost {
            return source.isPatient ? "earshot: \(LostMicrophone(reason: device.name)); waiting for it" : nil
        }
        let isBack = devices.add(1, ordering: .relaxed).oldValue > 0
        if isVerbose { return "earshot: \(device.name)" }
        return isBack ? "earshot: the microphone is back" : nil
    }

    // MARK: The terminal

    private func show(_ work: () async throws -> Void) async throws {
        guard let display else { return try await work() }
        enter(display)
        TerminalSignals.watch { number in
            switch number {
            case SIGTSTP:
                display.leave()
                TerminalMode.end()
                // Not the same signal again: it would come back here.
                kill(getpid(), SIGSTOP)
            case SIGCONT:
                self.enter(display)
                display.comeBack()
            default: break
            }
        }
        try await display.around(work)
    }

    private func enter(_ display: LiveDisplay) {
        let areKeysHeard = TerminalMode.begin(keyboard: keyboard, view: display.descriptor)
        display.tellKeys(areKeysHeard)
        if areKeysHeard, let keyboard { TerminalMode.onKeys(of: keyboard) { self.press($0) } }
    }

    private func aside(_ write: @escaping @Sendable () -> Void) {
        if let display { display.aside(write) } else { write() }
    }

    // MARK: What is asked for

    private func press(_ key: UInt8) {
        switch key {
        case UInt8(ascii: " "): togglePause()
        case UInt8(ascii: "q"), 4:  // Ctrl-D
            end()
        default: break
        }
    }

    private func togglePause() {
        isPaused.withLock { isPaused in
            isPaused.toggle()
            if isPaused { source.pause(feed) } else { source.resume(feed) }
        }
    }

    /// Finishes what was said; the second time, ends at once.
    private func end() {
        guard !isEnding.exchange(true, ordering: .acquiringAndReleasing) else {
            TerminalMode.end()
            _exit(128 + SIGINT)
        }
        stop()
    }

    private func stop() { source.stop(feed) }
}
