import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Gives memory that was freed back to the system, where it would stay with the process to be used again.
public func returnFreedMemory() { earshot_return_freed_memory() }

/// How many threads this process can usefully run.
package enum Cores {
    /// Physical cores among the processors that the process may run on, at most the whole processors of
    /// its control groups' quota, at least one.
    static func count() -> Int {
        let processors = Int32(sysconf(Int32(_SC_NPROCESSORS_CONF)))
        let allowed = (0..<max(1, processors)).filter { earshot_may_use_processor($0) }
        // Two threads of one core list the same siblings.
        let cores = Set(allowed.map { siblings(of: $0) ?? "\($0)" })
        return max(1, min(cores.count, quota() ?? .max))
    }

    private static func siblings(of processor: Int32) -> String? {
        let list = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
        return lines(of: list).first.map(String.init)
    }

    /// Processors' worth of time that the control groups of this process grant, rounded up; nil without a limit.
    /// - Parameter root: where `proc` and `sys` lie.
    package static func quota(root: String = "") -> Int? {
        lines(of: root + "/proc/self/cgroup").flatMap { line -> [Int] in
            // Number, controllers, path; version 2 is number 0.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isSecond = parts[0] == "0"
            guard isSecond || parts[1].split(separator: ",").contains("cpu") else { return [] }
            let top = root + (isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu")
            // Groups above bind as well. A container may see its own group at the top, and paths that are not there.
            var path = parts[2].split(separator: "/")
            var found: [Int] = []
            while true {
                let folder = ([top] + path.map(String.init)).joined(separator: "/")
                if let quota = isSecond ? quotaNow(of: folder) : quotaThen(of: folder) { found.append(quota) }
                if path.popLast() == nil { return found }
            }
        }.min()
    }

    private static func quotaNow(of folder: String) -> Int? {
        let words = lines(of: folder + "/cpu.max").first?.split(separator: " ") ?? []
        return words.count == 2 ? processors(quota: Int(words[0]), period: Int(words[1])) : nil
    }

    private static func quotaThen(of folder: String) -> Int? {
        processors(
            quota: lines(of: folder + "/cpu.cfs_quota_us").first.flatMap { Int($0) },
            period: lines(of: folder + "/cpu.cfs_period_us").first.flatMap { Int($0) })
    }

    private static func processors(quota: Int?, period: Int?) -> Int? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return (quota + period - 1) / period
    }

    /// The lines of a small file; none where there is no such file.
    private static func lines(of path: String) -> [Substring] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    }
}
