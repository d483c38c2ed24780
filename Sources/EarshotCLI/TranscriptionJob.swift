import ArgumentParser
import Earshot
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Transcribes recordings, one after the other.
struct TranscriptionJob: Sendable {
    let transcriber: Transcriber
    let options: TranscriptionOptions
    let inputs: InputOptions
    let output: OutputOptions
    let subtitles: SubtitleStyle

    /// Does all recordings that can be done and names the others on standard error.
    /// - Throws: `ExitCode`, when a recording failed or nobody takes the transcripts.
    func run() async throws {
        var isFaultless = true
        for (index, name) in inputs.names.enumerated() where !Task.isCancelled {
            if inputs.names.count > 1, !output.quiet { StandardError.say("\(name):") }
            do {
                try await transcribe(name, at: index)
            } catch let error as OutputError where output.isStandardOutput {
                // No other transcript would arrive either.
                if error.isClosedPipe { throw ExitCode(128 + SIGPIPE) }
                StandardError.complain(error)
                throw ExitCode.failure
            } catch let interrupted as Interrupted {
                if !output.quiet { StandardError.say("earshot: \(name): \(interrupted)") }
            } catch {
                isFaultless = false
                StandardError.complain(error)
            }
        }
        if !isFaultless { throw ExitCode.failure }
    }

    /// Writes the transcripts of one recording; what was found before a fault or an interruption stays.
    private func transcribe(_ name: String, at index: Int) async throws {
        let display = ProgressDisplay(isShown: !output.quiet && StandardError.isTerminal)
        let recording = try inputs.recording(name)
        let language = Mutex(options.language ?? "en")
        let asides = Mutex(Asides())
        let segments = transcriber.transcribe(recording, options: options) { progress in
            display.update(progress)
            if let heard = progress.language { language.withLock { $0 = heard } }
            if output.quiet { return }
            let lines = asides.withLock {
                $0.lines(for: progress, about: inputs.title(of: name), verbose: output.isVerbose)
            }
            if !lines.isEmpty { display.aside { lines.forEach(StandardError.say) } }
        }
        let details = TranscriptDetails(model: transcriber.model, options: options)
        var outputs = output.transcripts(of: name, at: index, details, subtitles: subtitles)
        var found: [Segment] = []
        var transcript: Transcript {
            Transcript(
                text: transcriber.model.text(of: found), segments: found, language: language.withLock(\.self))
        }
        do {
            try await display.around {
                for try await segment in segments {
                    found.append(segment)
                    try display.aside { try outputs.write(segment) }
                }
                try Task.checkCancellation()
            }
        } catch {
            do {
                try outputs.finishCutShort(transcript)
            } catch let fault {
                if !fault.isClosedPipe { StandardError.complain(fault) }
            }
            if error is CancellationError, Interruption.signalNumber != nil {
                throw Interrupted(isWritten: !found.isEmpty)
            }
            throw error
        }
        try outputs.finish(transcript)
    }
}

/// Somebody ended the transcription of a recording, when text had been found or before.
private struct Interrupted: Error, CustomStringConvertible {
    let isWritten: Bool

    var description: String {
        isWritten
            ? "interrupted; what was found is written" : "interrupted; nothing was found, nothing is written"
    }
}
