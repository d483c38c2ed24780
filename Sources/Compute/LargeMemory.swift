#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Zeroed memory for arrays side by side, such as the weights of a model, on huge pages where the system has them: to
/// clear memory page by page is most of what loading a model costs otherwise, and to find pages a tenth of reading it.
public final class LargeMemory: @unchecked Sendable {
    // Only whoever makes the arrays takes memory, one after the other.
    private let mapping: UnsafeMutableRawPointer
    private let mappingLength: Int
    private var rest: UnsafeMutableRawBufferPointer

    /// Of `byteCount` bytes; nil where the system has no room for them.
    public init?(byteCount: Int) {
        let hugePage = 1 << 21
        mappingLength = byteCount + hugePage
        guard byteCount > 0,
            let mapping = mmap(
                nil, mappingLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED
        else { return nil }
        self.mapping = mapping
        let start = mapping.alignedUp(toMultipleOf: hugePage)
        rest = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        #if os(Linux)
            // The end lies on small pages: of a huge one it might need little.
            madvise(start, byteCount / hugePage * hugePage, MADV_HUGEPAGE)
        #endif
    }

    deinit { munmap(mapping, mappingLength) }

    /// Bytes that an array of `count` bytes takes here.
    public static func room(for count: Int) -> Int { (count + 63) / 64 * 64 }

    /// Memory for an array, on a cache line of its own, as long as it lives; nil where there is no room left.
    fileprivate func take(_ count: Int) -> UnsafeMutableRawPointer? {
        let room = Self.room(for: count)
        guard room <= rest.count else { return nil }
        defer { rest = UnsafeMutableRawBufferPointer(rebasing: rest[room...]) }
        return rest.baseAddress
    }
}

/// Where an array of zeros lies: in memory that it shares, or, without or where that has no room, by itself.
struct MemoryPlace {
    let start: UnsafeMutableRawPointer
    private let shared: LargeMemory?

    init(byteCount: Int, in memory: LargeMemory?) {
        let taken = memory?.take(byteCount)
        shared = taken == nil ? nil : memory
        start = taken ?? zeroed(byteCount, as: UInt8.self)
    }

    /// Frees what lies by itself; nobody may use the array any more.
    func giveBack() {
        if shared == nil { start.deallocate() }
    }
}
