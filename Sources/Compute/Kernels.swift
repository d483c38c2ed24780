import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One instruction set's inner loops, as chosen for an ``Engine``.
public struct Kernels: Sendable {
    /// The table's name, such as `avx512-vnni` or `portable`.
    public let name: String
    // A table is constant data of the binary.
    nonisolated(unsafe) let table: UnsafePointer<earshot_kernels>

    init(_ table: UnsafePointer<earshot_kernels>) {
        name = String(cString: table.pointee.name)
        self.table = table
    }

    /// The tables this machine can run, best first.
    static let available: [Kernels] = {
        var found: [Kernels] = []
        var position = 0
        while let table = earshot_kernels_at(position) {
            if earshot_kernels_supported(table) { found.append(Kernels(table)) }
            position += 1
        }
        return found
    }()

    /// The table called `name`; without a name the one in `EARSHOT_KERNELS`, else the best.
    static func choose(_ name: String?) throws(KernelError) -> Kernels {
        let wanted = name ?? getenv("EARSHOT_KERNELS").map { String(cString: $0) } ?? ""
        let chosen = wanted.isEmpty ? available.first : available.first { $0.name == wanted }
        guard let chosen else {
            throw KernelError(
                wanted: wanted, available: available.map(\.name), isFromEnvironment: name == nil)
        }
        return chosen
    }
}

/// The kernels asked for do not exist, or this machine cannot run them.
public struct KernelError: Error, CustomStringConvertible {
    /// The name that was asked for.
    public let wanted: String
    /// The names this machine has.
    public let available: [String]
    /// Whether the environment variable `EARSHOT_KERNELS` asked for them.
    public let isFromEnvironment: Bool

    /// One line for a person.
    public var description: String {
        "no kernels '\(wanted)'\(isFromEnvironment ? ", which EARSHOT_KERNELS names," : "") on this machine; it has "
            + available.joined(separator: ", ")
    }
}
