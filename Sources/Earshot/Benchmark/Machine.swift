import Compute

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The machine that everything runs on.
public struct Machine: Sendable, Encodable {
    /// The processor's own name.
    public let processor: String
    /// Such as `x86_64`.
    public let architecture: String
    /// The operating system and its version.
    public let system: String
    /// Physical cores that this process may use.
    public let cores: Int
    /// The kernel tables it can run, best first.
    public let kernels: [String]

    /// This machine.
    public static var this: Machine {
        get throws {
            var names = utsname()
            _ = uname(&names)
            return Machine(
                processor: processorName ?? "unknown", architecture: text(of: names.machine),
                system: "\(text(of: names.sysname)) \(text(of: names.release))",
                cores: try Engine().threadCount, kernels: Engine.availableKernels)
        }
    }

    /// The kernel table that is used where none is named; nil where `EARSHOT_KERNELS` asks for what is not
    /// there.
    public static var chosenKernels: String? { try? Engine(threads: 1).kernels.name }

    /// ref: Linux, `Documentation/filesystems/proc.rst`; AArch64 has no name there, but a number for it.
    private static var processorName: String? {
        let lines = systemFile("/proc/cpuinfo")?.split(separator: "\n") ?? []
        func value(_ key: String) -> String? {
            lines.first { $0.hasPrefix(key) }?.split(separator: ":").last.map { $0.trimmingBlanks }
        }
        return value("model name") ?? value("Model")
            ?? value("CPU part").map { "implementer \(value("CPU implementer") ?? "?"), part \($0)" }
    }

    private static func text(of field: some Any) -> String {
        withUnsafeBytes(of: field) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// Memory of this process, as the kernel counts it.
enum ProcessMemory {
    /// MiB resident now.
    static var resident: Double { mebibytes("VmRSS") }

    /// Most MiB resident since the process began, or since `forgetPeak`.
    static var peak: Double { mebibytes("VmHWM") }

    /// Counts the peak from now on, without what was freed. Where the kernel does not allow that, it counts on.
    static func forgetPeak() {
        returnFreedMemory()
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private static func mebibytes(_ field: String) -> Double {
        let line = systemFile("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix(field) }
        let kibibytes = line?.split { !("0"..."9").contains($0) }.first.flatMap { Double($0) }
        return fixedPoint((kibibytes ?? 0) / 1024)
    }

    private static func fixedPoint(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

/// What a file of the kernel says.
private func systemFile(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        if count == 0 { return String(decoding: text, as: UTF8.self) }
        text += piece[..<count]
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" })
    }
}
