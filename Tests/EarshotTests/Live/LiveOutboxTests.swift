import Earshot
import Testing

/// Events that wait for somebody to take them.
@Suite struct LiveOutboxTests {
    static func word(_ number: Int) -> Word {
        Word(text: " \(number)", start: 0, end: 0, probability: 1, tokens: [number])
    }

    /// For hours nobody takes anything.
    @Test func nothingConfirmedIsDroppedAndOfTheRestTheLastIsKept() async throws {
        let (outbox, count) = (LiveOutbox(), 20_000)
        for number in 0..<count {
            outbox.put(.level(LiveLevel(time: Double(number), rms: -20, peak: -10)))
            outbox.put(.partial(LiveHypothesis(words: [Self.word(number)], time: Double(number))))
            if number % 10 == 0 {
                outbox.put(.confirmed(LiveConfirmation(words: [Self.word(number)], time: Double(number))))
            }
        }
        outbox.end(.success(()))
        var events: [LiveEvent] = []
        while let event = try await outbox.next() { events.append(event) }
        let record = LiveRecord(events: events)
        #expect(record.words.map(\.tokens) == stride(from: 0, to: count, by: 10).map { [$0] })
        #expect(events.count - record.confirmations.count <= LiveOutbox.capacity)
        #expect(record.partials.last?.time == Double(count - 1))
        let levels = events.compactMap { if case .level(let level) = $0 { level.time } else { nil } }
        #expect(levels.last == Double(count - 1))
        // What is left is in order.
        #expect(levels == levels.sorted())
    }

    @Test func whatWaitsIsTakenBeforeTheError() async throws {
        struct Broken: Error {}
        let outbox = LiveOutbox()
        outbox.put(.state(.listening))
        outbox.end(.failure(Broken()))
        outbox.put(.state(.speech))
        let first = try await outbox.next()
        #expect(first == .state(.listening))
        await #expect(throws: Broken.self) { try await outbox.next() }
    }

    @Test func whoWaitsIsToldTheEnd() async throws {
        let outbox = LiveOutbox()
        async let event = outbox.next()
        outbox.abandon()
        #expect(try await event == nil)
    }
}
