/// The newest frames of a stream, addressed by their absolute number: one ring of energies a band.
final class FrameRing {
    /// The oldest frame kept.
    private(set) var start = 0
    /// One past the newest frame.
    private(set) var end = 0
    /// Frames there is room for. Grows when the frames that were not discarded fill it, never shrinks.
    private(set) var capacity = 0

    /// One window, and 6 s read ahead of it.
    private static let firstCapacity = MelFormat.windowFrames + 600

    private let bands: Int
    private var rows: Block<Float>  // [bands, capacity]; frame f is in column f mod capacity

    init(bands: Int) {
        self.bands = bands
        rows = Block(repeating: 0, count: 0)
    }

    /// Makes room for more frames behind the newest, to be put there.
    func reserve(_ count: Int) {
        if end - start + count > capacity { grow(toHold: end - start + count) }
    }

    /// Puts the first `count` lanes where frames from `frame` on belong; several threads may, each its own frames.
    ///
    /// - Parameter energies: [bands], one frame a lane.
    func put(_ energies: UnsafePointer<Lanes>, count: Int, at frame: Int) {
        let column = frame % capacity
        if count == FrameAnalyzer.width && column + count <= capacity {
            for band in 0..<bands {
                UnsafeMutableRawPointer(rows.start + band * capacity + column)
                    .storeBytes(of: energies[band], as: Lanes.self)
            }
        } else {
            for lane in 0..<count {
                let column = (frame + lane) % capacity
                for band in 0..<bands { rows.start[band * capacity + column] = energies[band][lane] }
            }
        }
    }

    /// Counts frames that were put behind the newest.
    func extend(by count: Int) { end += count }

    /// Counts frames that need not be kept, and forgets those before.
    func skip(_ count: Int) {
        end += count
        start = end
    }

    /// Forgets the frames before `frame`.
    func discard(before frame: Int) {
        start = min(max(frame, start), end)
    }

    /// Hands out frames of one band, oldest first, in at most two pieces.
    @inline(__always)
    func withPieces(
        of frames: Range<Int>, band: Int, _ body: (_ piece: UnsafePointer<Float>, _ count: Int) -> Void
    ) {
        guard !frames.isEmpty else { return }
        let row = UnsafePointer(rows.start + band * capacity)
        let column = frames.lowerBound % capacity
        let first = min(frames.count, capacity - column)
        body(row + column, first)
        if first < frames.count { body(row, frames.count - first) }
    }

    private func grow(toHold frames: Int) {
        let larger = Self.capacity(holding: max(frames, Self.firstCapacity, 2 * capacity))
        let copy = Block<Float>(repeating: 0, count: bands * larger)
        for band in 0..<bands {
            for frame in start..<end {
                copy.start[band * larger + frame % larger] = rows.start[band * capacity + frame % capacity]
            }
        }
        rows = copy
        capacity = larger
    }

    /// An odd number of cache lines: a frame's bands, one row apart, then do not compete for the same few
    /// places in the cache.
    private static func capacity(holding frames: Int) -> Int {
        let floatsPerLine = 16
        return ((frames + floatsPerLine - 1) / floatsPerLine | 1) * floatsPerLine
    }
}
