import Microphone
import Testing

@Suite("A ring between two threads")
struct RingTests {
    @Test("gives back what was written, across its end and in pieces of any size")
    func wrapsAround() {
        let ring = Ring<Int>(capacity: 7)
        var (written, read) = (0, 0)
        for step in 0..<100 {
            let piece = Array(written..<written + step % 5)
            #expect(piece.withUnsafeBufferPointer(ring.write) == (piece.count <= 7 - (written - read)))
            written = ring.written
            for value in taken(from: ring, upTo: step % 4) {
                #expect(value == read)
                read += 1
            }
            #expect(ring.room == 7 - (written - read))
        }
        #expect(read > 50)
    }

    @Test("takes all or nothing, and never waits, when nobody reads")
    func overruns() {
        let ring = Ring<Int>(capacity: 4)
        #expect([1, 2, 3].withUnsafeBufferPointer(ring.write))
        #expect(![4, 5].withUnsafeBufferPointer(ring.write))
        #expect(ring.written == 3)
        #expect(ring.write(4))
        #expect(!ring.write(5))
        #expect(taken(from: ring, upTo: 9) == [1, 2, 3, 4])
        #expect(ring.take() == nil && ring.next == nil)
    }

    @Test("lets go of what nobody took")
    func releases() {
        final class Tracked {}
        weak var last: Tracked?
        do {
            let ring = Ring<Tracked>(capacity: 3)
            let element = Tracked()
            last = element
            #expect(ring.write(element))
            #expect(ring.next === element)
        }
        #expect(last == nil)
    }

    @Test("keeps the order between a thread that writes and one that reads")
    func twoThreads() async {
        let ring = Ring<Int>(capacity: 1000)
        let count = 100_000
        async let writer: Void = {
            var next = 0
            while next < count {
                let piece = Array(next..<min(count, next + 1 + next % 333))
                while !piece.withUnsafeBufferPointer(ring.write) { await Task.yield() }
                next += piece.count
            }
        }()
        var (read, wrong) = (0, 0)
        while read < count {
            let piece = taken(from: ring, upTo: 777)
            if piece.isEmpty { await Task.yield() }
            for value in piece {
                wrong += value == read ? 0 : 1
                read += 1
            }
        }
        await writer
        #expect(wrong == 0 && ring.taken == count)
    }

    private func taken(from ring: Ring<Int>, upTo count: Int) -> [Int] {
        [Int](unsafeUninitializedCapacity: count) { $1 = ring.take(into: $0) }
    }
}
