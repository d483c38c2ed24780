/// The entries of a zip file that are stored without compression, found through its central directory, as
/// `torch.save` writes them (zip64 where it is large).
struct ZipArchive {
    private let file: ModelFile
    private var entries: [String: Entry] = [:]

    private struct Entry {
        var size: Int
        var compressedSize: Int
        var headerOffset: Int
        var isPlain: Bool
    }

    /// Reads the directory. Entries are looked at when they are asked for.
    init(_ file: ModelFile) throws {
        self.file = file
        let directory = try Self.directory(of: file)
        var reader = ByteReader(file, directory.bytes, of: "its zip directory")
        for _ in 0..<directory.count {
            let (name, entry) = try Self.nextEntry(&reader)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw file.error("is damaged: its zip directory names \(quoted(name)) twice")
            }
        }
    }

    /// The names of all entries.
    var names: some Collection<String> { entries.keys }

    /// The bytes of an entry, nil where there is none of that name.
    func bytes(of name: String) throws -> UnsafeRawBufferPointer? {
        guard let entry = entries[name] else { return nil }
        guard entry.isPlain, entry.size == entry.compressedSize else {
            throw file.error("has a compressed or encrypted entry \(quoted(name)); torch.save writes neither")
        }
        let what = "entry \(quoted(name))"
        var header = ByteReader(
            file, try file.slice(from: entry.headerOffset, count: 30, of: what), of: "the header of \(what)")
        guard try header.next(UInt32.self) == 0x0403_4B50 else {
            throw file.error("is damaged: no zip entry where its directory says \(quoted(name)) is")
        }
        _ = try header.take(22)
        let gap = try header.int(UInt16.self) + header.int(UInt16.self)
        // headerOffset lies in the file and the gap is below 2^17: their sum cannot overflow.
        return try file.slice(from: entry.headerOffset + 30 + gap, count: entry.size, of: what)
    }

    /// The central directory: found by the record at the end of the file, after which only a comment may come.
    private static func directory(of file: ModelFile) throws -> (bytes: UnsafeRawBufferPointer, count: Int) {
        let bytes = file.bytes
        let recordSize = 22
        let earliest = max(0, bytes.count - recordSize - 0xFFFF)
        var position = bytes.count - recordSize
        while position >= earliest,
            bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian != 0x0605_4B50
        {
            position -= 1
        }
        guard position >= earliest else {
            throw file.error("is truncated or damaged: it begins as a zip file but has no zip directory")
        }
        var record = ByteReader(
            file, try file.slice(from: position, count: recordSize, of: "its end"), of: "its zip end record")
        _ = try record.take(10)
        var count = try record.int(UInt16.self)
        var size = try record.int(UInt32.self)
        var offset = try record.int(UInt32.self)
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            (count, size, offset) = try zip64Directory(of: file, before: position)
        }
        return (try file.slice(from: offset, count: size, of: "its zip directory"), count)
    }

    private static func zip64Directory(
        of file: ModelFile, before end: Int
    ) throws -> (count: Int, size: Int, offset: Int) {
        let what = "its zip64 end record"
        var locator = ByteReader(file, try file.slice(from: end - 20, count: 20, of: what), of: what)
        let signature = try locator.next(UInt32.self)
        _ = try locator.take(4)
        let position = try locator.int(UInt64.self)
        var record = ByteReader(file, try file.slice(from: position, count: 56, of: what), of: what)
        guard signature == 0x0706_4B50, try record.next(UInt32.self) == 0x0606_4B50 else {
            throw file.error("is damaged: \(what) is missing")
        }
        _ = try record.take(28)
        return (try record.int(UInt64.self), try record.int(UInt64.self), try record.int(UInt64.self))
    }

    private static func nextEntry(_ reader: inout ByteReader) throws -> (String, Entry) {
        guard try reader.next(UInt32.self) == 0x0201_4B50 else {
            throw reader.file.error("is damaged: its zip directory holds something else")
        }
        _ = try reader.take(4)
        let isEncrypted = try reader.next(UInt16.self) & 1 != 0
        let method = try reader.next(UInt16.self)
        _ = try reader.take(8)
        var entry = Entry(size: 0, compressedSize: 0, headerOffset: 0, isPlain: !isEncrypted && method == 0)
        entry.compressedSize = try reader.int(UInt32.self)
        entry.size = try reader.int(UInt32.self)
        let nameLength = try reader.int(UInt16.self)
        let extraLength = try reader.int(UInt16.self)
        let commentLength = try reader.int(UInt16.self)
        _ = try reader.take(8)
        entry.headerOffset = try reader.int(UInt32.self)
        let name = try reader.text(nameLength)
        var extra = ByteReader(reader.file, try reader.take(extraLength), of: "its zip directory")
        try widen(&entry, from: &extra)
        _ = try reader.take(commentLength)
        return (name, entry)
    }

    /// Replaces the numbers that 32 bits could not hold by those of the zip64 extra field.
    private static func widen(_ entry: inout Entry, from extra: inout ByteReader) throws {
        while extra.remaining >= 4 {
            let identifier = try extra.next(UInt16.self)
            let length = try extra.int(UInt16.self)
            var field = ByteReader(extra.file, try extra.take(length), of: extra.subject)
            guard identifier == 1 else { continue }
            if entry.size == 0xFFFF_FFFF { entry.size = try field.int(UInt64.self) }
            if entry.compressedSize == 0xFFFF_FFFF { entry.compressedSize = try field.int(UInt64.self) }
            if entry.headerOffset == 0xFFFF_FFFF { entry.headerOffset = try field.int(UInt64.self) }
        }
    }
}
