import Microphone
import Synchronization
import Testing

@Suite("A doorbell")
struct DoorbellTests {
    private let doorbell = Doorbell()

    @Test("wakes who sleeps, whether it rings before or after")
    func wakes() async {
        let doorbell = doorbell
        let isThere = Atomic<Bool>(false)
        async let visitor: Void = {
            await Task.yield()
            isThere.store(true, ordering: .releasing)
            doorbell.ring()
        }()
        // As whoever listens does: a ring may be for something that has been seen already.
        while !isThere.load(ordering: .acquiring) {
            await doorbell.sleep { !isThere.load(ordering: .acquiring) }
        }
        await visitor
        await doorbell.sleep { !isThere.load(ordering: .acquiring) }
    }

    @Test("wakes who sleeps when its task is cancelled, and keeps nobody whose task was")
    func cancelled() async {
        let doorbell = doorbell
        let isAsleep = Atomic<Bool>(false)
        let sleeper = Task {
            await doorbell.sleep {
                isAsleep.store(true, ordering: .releasing)
                return true
            }
            await doorbell.sleep { true }
            return Task.isCancelled
        }
        while !isAsleep.load(ordering: .acquiring) { await Task.yield() }
        sleeper.cancel()
        #expect(await sleeper.value)
    }
}
