import Dispatch
import Earshot
import Microphone
import Synchronization

/// Something that is listened to.
protocol LiveSource: Sendable {
    /// Hands what is heard to a feed, until its end.
    func flow(into feed: LiveFeed)
    /// Nobody is to be heard for a while; the feed is told where that begins.
    func pause(_ feed: LiveFeed)
    /// All is to be heard again; so is the feed told.
    func resume(_ feed: LiveFeed)
    /// Nothing more is wanted: what was heard is still handed over.
    func stop(_ feed: LiveFeed)
    /// Whether it comes back when it is lost.
    var isPatient: Bool { get }
    /// What is odd about it, once it has ended, a line each.
    var warnings: [String] { get }
}

/// A microphone.
final class MicrophoneSource: LiveSource {
    private let microphone: Microphone
    private let isStopped = Atomic(false)
    let isPatient: Bool
    let warnings: [String] = []

    init(_ microphone: Microphone, isPatient: Bool) {
        self.microphone = microphone
        self.isPatient = isPatient
    }

    func flow(into feed: LiveFeed) {
        Task {
            var loss: LostMicrophone?
            for await event in microphone {
                loss =
                    if case .device(.lost(let reason)) = event { LostMicrophone(reason: reason) } else { nil }
                guard await feed.put(LiveInput(event)) else { break }
            }
            // Who stops waiting for a microphone does not complain that it is gone.
            feed.end(isStopped.load(ordering: .acquiring) ? nil : loss)
        }
    }

    func pause(_ feed: LiveFeed) { microphone.pause() }

    func resume(_ feed: LiveFeed) { microphone.resume() }

    func stop(_ feed: LiveFeed) {
        isStopped.store(true, ordering: .releasing)
        microphone.stop()
    }
}

/// A microphone that went away for good.
struct LostMicrophone: Error, CustomStringConvertible {
    let reason: String

    var description: String { "the microphone is gone: \(reason)" }
}

extension LiveInput {
    init(_ event: MicrophoneEvent) {
        switch event {
        case .samples(let samples, _): self = .samples(samples)
        case .overrun(let lost): self = .overrun(lostSeconds: lost)
        case .gap(let seconds): self = .gap(seconds: seconds)
        case .paused: self = .pause
        case .resumed: self = .resume
        case .device(.opened(let text)), .device(.back(let text)): self = .device(text, lost: false)
        case .device(.lost(let reason)): self = .device(reason, lost: true)
        }
    }
}

/// A recording or a pipe, read as it comes.
struct StreamSource: LiveSource {
    private let reader: BlockReader
    private let name: String
    let isPatient = false

    init(_ recording: Recording, name: String) {
        reader = BlockReader(recording)
        self.name = name
    }

    var warnings: [String] { reader.warnings.map { "\(name): \($0)" } }

    func flow(into feed: LiveFeed) {
        Task {
            do {
                while let block = try await reader.next(), await feed.put(.samples(block)) {}
                feed.end()
            } catch {
                feed.end(error)
            }
        }
    }

    // What a pipe brings must be read, or who writes it would wait.

    func pause(_ feed: LiveFeed) { feed.interject(.pause) }

    func resume(_ feed: LiveFeed) { feed.interject(.resume) }

    func stop(_ feed: LiveFeed) { feed.end() }
}
