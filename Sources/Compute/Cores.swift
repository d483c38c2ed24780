import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Gives memory that was freed back to the system, where it would stay with the process to be used again.
public func returnFreedMemory() { earshot_return_freed_memory() }

/// How many threads this process can usefully run.
enum Cores {
    /// Physical cores among the processors that the process may run on, at most the whole processors of
    /// its control group's quota, at least one.
    static func count() -> Int {
        let processors = Int32(sysconf(Int32(_SC_NPROCESSORS_CONF)))
        let allowed = (0..<max(1, processors)).filter { earshot_may_use_processor($0) }
        // Two threads of one core list the same siblings.
        let cores = Set(allowed.map { siblings(of: $0) ?? "\($0)" })
        return max(1, min(cores.count, quota() ?? .max))
    }

    private static func siblings(of processor: Int32) -> String? {
        text("/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list")
    }

    /// Processors' worth of time that the control group grants, rounded up; nil without a limit.
    private static func quota() -> Int? {
        if let words = text("/sys/fs/cgroup/cpu.max")?.split(separator: " "), words.count == 2 {
            return processors(quota: Int(words[0]), period: Int(words[1]))
        }
        let folder = "/sys/fs/cgroup/cpu/cpu.cfs_"
        return processors(
            quota: text(folder + "quota_us").flatMap { Int($0) },
            period: text(folder + "period_us").flatMap { Int($0) })
    }

    private static func processors(quota: Int?, period: Int?) -> Int? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return (quota + period - 1) / period
    }

    /// The first line of a small file.
    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        return String(
            decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
