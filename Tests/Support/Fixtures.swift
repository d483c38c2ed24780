import FoundationEssentials

/// Golden data under `Tests/Fixtures`, each beside the script that made it.
public enum Fixtures {
    /// The root of the checkout.
    public static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// The path of a fixture, given relative to `Tests/Fixtures`.
    public static func path(_ name: String) -> String { "\(root)/Tests/Fixtures/\(name)" }

    /// The bytes of a fixture.
    public static func bytes(_ name: String) throws -> [UInt8] { try file("Tests/Fixtures/\(name)") }

    /// The bytes of a file of the checkout.
    public static func file(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: "\(root)/\(name)")))
    }

    /// A fixture decoded from JSON.
    public static func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        try decoded(bytes(name))
    }

    /// A value decoded from JSON.
    public static func decoded<Value: Decodable>(
        _ bytes: some Collection<UInt8>, as type: Value.Type = Value.self
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

/// An array as `numpy.save` writes it, C order, of `<f4`, `<f8`, `<i4`, `<i8` or `<i2`, widened to `Double`-exact floats.
public struct NumpyArray: Sendable {
    /// Row-major shape.
    public let shape: [Int]
    /// The numbers, row-major.
    public let values: [Float]

    /// Reads a fixture.
    public init(fixture name: String) throws {
        let bytes = try Fixtures.bytes(name)
        struct Malformed: Error {}
        guard bytes.count > 10, bytes[0] == 0x93, bytes[6] == 1 else { throw Malformed() }
        let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
        guard let open = header.firstIndex(of: "("), let close = header.firstIndex(of: ")"),
            header.contains("'fortran_order': False")
        else { throw Malformed() }
        shape = header[header.index(after: open)..<close].split(separator: ",").compactMap {
            Int($0.filter(\.isNumber))
        }
        let count = shape.reduce(1, *)
        let payload = bytes[headerEnd...]
        func read<T: BitwiseCopyable>(_ type: T.Type, _ convert: (T) -> Float) throws -> [Float] {
            guard payload.count == count * MemoryLayout<T>.size else { throw Malformed() }
            return payload.withUnsafeBytes { raw in
                (0..<count).map {
                    convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
                }
            }
        }
        if header.contains("'<f4'") {
            values = try read(Float.self) { $0 }
        } else if header.contains("'<f8'") {
            values = try read(Double.self) { Float($0) }
        } else if header.contains("'<i4'") {
            values = try read(Int32.self) { Float($0) }
        } else if header.contains("'<i2'") {
            values = try read(Int16.self) { Float($0) }
        } else if header.contains("'<i8'") {
            values = try read(Int64.self) { Float($0) }
        } else {
            throw Malformed()
        }
    }
}
