import CSndFile

/// The bytes of a recording as libsndfile wants to see them: a file that it can seek in.
final class VirtualFile {
    let bytes: any ByteSource
    /// An error below libsndfile, which itself would take it for the end.
    private(set) var failure: (any Error)?
    private let offset: Int64
    private let length: Int64?
    private let visibleLength: Int64
    private(set) var position: Int64 = 0

    /// Stands for "until the end", with room for libsndfile's sums.
    private static let endless = Int64.max / 4

    /// - Parameter seeming: how many bytes there shall seem to be, where that is more than there are, and more than the
    ///   tag that may be missing at the end.
    init(_ bytes: any ByteSource, offset: Int64, length: Int64?, seeming: Int64 = 0) {
        self.bytes = bytes
        self.offset = offset
        self.length = length
        visibleLength = length.map { seeming - $0 < 128 ? $0 : seeming } ?? Self.endless
    }

    /// Whether nothing is left to read.
    var isRead: Bool { length.map { position >= $0 } ?? false }

    /// How many bytes there were, once all are read.
    var bytesToTheEnd: Int64 { length ?? position }

    private static func behind(_ user: UnsafeMutableRawPointer?) -> VirtualFile? {
        user.map { Unmanaged<VirtualFile>.fromOpaque($0).takeUnretainedValue() }
    }

    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { VirtualFile.behind($0)?.visibleLength ?? 0 },
            seek: { VirtualFile.behind($2)?.seek($0, from: $1) ?? -1 },
            read: { buffer, count, user in VirtualFile.behind(user)?.read(buffer, Int(count)) ?? 0 },
            write: { _, _, _ in 0 },
            tell: { VirtualFile.behind($0)?.position ?? -1 })
    }

    /// A decoder that looks for an ID3v1 tag, the last 128 bytes, must find some in a stretched file.
    private var isAtStretchedTag: Bool {
        length.map { $0 < visibleLength } == true && position == visibleLength - 128
    }

    private func seek(_ distance: Int64, from whence: Int32) -> Int64 {
        let base =
            switch Int(whence) {
            case SF_SEEK_SET: Int64(0)
            case SF_SEEK_CUR: position
            default: visibleLength
            }
        let (target, overflow) = base.addingReportingOverflow(distance)
        guard !overflow, (0...Self.endless).contains(target) else { return -1 }
        position = target
        return target
    }

    private func read(_ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int64 {
        let wanted = min(Int64(count), visibleLength - position)
        guard wanted > 0, failure == nil else { return 0 }
        if isAtStretchedTag {
            buffer?.initializeMemory(as: UInt8.self, repeating: 0, count: Int(wanted))
            position += wanted
            return wanted
        }
        do {
            let part = UnsafeMutableRawBufferPointer(start: buffer, count: Int(wanted))
            let count = try bytes.read(into: part, at: offset + position)
            position += Int64(count)
            return Int64(count)
        } catch {
            failure = error
            return 0
        }
    }
}
