import Synchronization

/// A queue of fixed size between two threads, without a lock: one writes, one reads, and neither ever waits.
///
/// Both ends count what has passed since the beginning and never wrap; an element lies at its number modulo the
/// capacity. The writer publishes elements by storing `written` (releasing), the reader frees their places by storing
/// `taken`; each looks at the other's counter (acquiring) before it touches what the counter speaks for.
package final class Ring<Element>: @unchecked Sendable {
    /// How many elements there is room for.
    package let capacity: Int
    private let storage: UnsafeMutablePointer<Element>
    private let writtenCount = Atomic<Int>(0)
    private let takenCount = Atomic<Int>(0)

    /// A ring for at least one element.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
        storage = .allocate(capacity: self.capacity)
    }

    deinit {
        while take() != nil {}
        storage.deallocate()
    }

    /// Elements written since the beginning.
    package var written: Int { writtenCount.load(ordering: .acquiring) }

    /// Elements taken since the beginning.
    package var taken: Int { takenCount.load(ordering: .acquiring) }

    /// Places that are free: at least as many until the writer itself writes.
    package var room: Int { capacity - (written - taken) }

    // MARK: The writer's end

    /// Writes one element.
    /// - Returns: false, with nothing done, where the ring is full.
    package func write(_ element: Element) -> Bool {
        guard room > 0 else { return false }
        let position = writtenCount.load(ordering: .relaxed)
        (storage + position % capacity).initialize(to: element)
        writtenCount.store(position + 1, ordering: .releasing)
        return true
    }

    /// Writes all elements.
    /// - Returns: false, with nothing done, where there is not room for all.
    package func write(_ elements: UnsafeBufferPointer<Element>) -> Bool {
        guard let source = elements.baseAddress, elements.count <= room else { return elements.isEmpty }
        let position = writtenCount.load(ordering: .relaxed)
        let start = position % capacity
        let untilEnd = min(elements.count, capacity - start)
        (storage + start).initialize(from: source, count: untilEnd)
        storage.initialize(from: source + untilEnd, count: elements.count - untilEnd)
        writtenCount.store(position + elements.count, ordering: .releasing)
        return true
    }

    // MARK: The reader's end

    /// The next element, which stays where it is.
    package var next: Element? {
        let position = takenCount.load(ordering: .relaxed)
        return position < written ? storage[position % capacity] : nil
    }

    /// Takes one element; nil where there is none.
    package func take() -> Element? {
        let position = takenCount.load(ordering: .relaxed)
        guard position < written else { return nil }
        defer { takenCount.store(position + 1, ordering: .releasing) }
        return (storage + position % capacity).move()
    }

    /// Takes as many elements as are there and as `buffer` holds.
    /// - Returns: how many; the start of `buffer` must not hold anything that has to be destroyed.
    package func take(into buffer: UnsafeMutableBufferPointer<Element>) -> Int {
        let position = takenCount.load(ordering: .relaxed)
        let count = min(buffer.count, written - position)
        guard let target = buffer.baseAddress, count > 0 else { return 0 }
        let start = position % capacity
        let untilEnd = min(count, capacity - start)
        target.moveInitialize(from: storage + start, count: untilEnd)
        (target + untilEnd).moveInitialize(from: storage, count: count - untilEnd)
        takenCount.store(position + count, ordering: .releasing)
        return count
    }
}
