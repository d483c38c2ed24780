/// A binary heap that gives back its elements from the smallest to the largest.
struct MinimumHeap<Element: Comparable> {
    /// The children of the element at `i` stand at `2i + 1` and `2i + 2` and are not smaller.
    private var elements: [Element] = []

    mutating func insert(_ element: Element) {
        var index = elements.count
        elements.append(element)
        while index > 0, elements[index] < elements[(index - 1) / 2] {
            elements.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func popFirst() -> Element? {
        guard let first = elements.first else { return nil }
        elements.swapAt(0, elements.count - 1)
        elements.removeLast()
        var index = 0
        while let child = smallerChild(of: index), elements[child] < elements[index] {
            elements.swapAt(index, child)
            index = child
        }
        return first
    }

    private func smallerChild(of index: Int) -> Int? {
        let left = 2 * index + 1
        let right = left + 1
        guard left < elements.count else { return nil }
        return right < elements.count && elements[right] < elements[left] ? right : left
    }
}
