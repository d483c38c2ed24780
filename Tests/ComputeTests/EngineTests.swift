import Compute
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@Suite struct EngineTests {
    @Test func unknownKernelsAreRefusedByName() {
        #expect {
            try Engine(kernels: "abacus")
        } throws: { error in
            "\(error)".contains("abacus") && "\(error)".contains("portable")
        }
    }

    @Test func everyTableCanBeForced() throws {
        #expect(Engine.availableKernels.last == "portable")
        for name in Engine.availableKernels {
            let engine = try Engine(threads: 1, kernels: name)
            #expect(engine.kernels.name == name)
        }
    }

    /// What control groups of both versions grant, those above them included.
    @Test(
        arguments: [
            ("0::/\n", [("/sys/fs/cgroup/cpu.max", "150000 100000")], 2),
            ("0::/user.slice/app\n", [("/sys/fs/cgroup/user.slice/app/cpu.max", "max 100000")], nil),
            (
                "0::/user.slice/app\n",
                [
                    ("/sys/fs/cgroup/user.slice/app/cpu.max", "400000 100000"),
                    ("/sys/fs/cgroup/user.slice/cpu.max", "300000 100000"),
                ], 3
            ),
            (
                "4:memory:/a\n1:cpu,cpuacct:/docker/a\n0::/\n",
                [
                    ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000"),
                    ("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"),
                ], 1
            ),
            (
                "1:cpu:/\n",
                [
                    ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1"),
                    ("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"),
                ], nil
            ),
            ("", [], nil),
        ] as [(String, [(String, String)], Int?)])
    func quotas(groups: String, files: [(String, String)], expected: Int?) throws {
        let root = try TemporaryFolder()
        for (path, text) in files + [("/proc/self/cgroup", groups)] {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(
                atPath: root.path(folder), withIntermediateDirectories: true)
            try root.write(text.utf8, to: path)
        }
        #expect(Cores.quota(root: root.path()) == expected)
    }

    @Test(arguments: [1, 2, 3, 5])
    func everyItemRunsOnce(threads: Int) throws {
        let engine = try Engine(threads: threads)
        #expect(engine.threadCount == threads)
        for count in [0, 1, 2, 7, 1000] {
            let sum = Atomic<Int>(0)
            engine.parallel(count) { sum.add($0 + 1, ordering: .relaxed) }
            #expect(sum.load(ordering: .relaxed) == count * (count + 1) / 2)
        }
    }

    /// Many short jobs, from several callers, over engines that come and go.
    @Test func poolUnderStress() async throws {
        let shared = try Engine(threads: 3)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var done = 0
                    for round in 0..<40 {
                        let own = try Engine(threads: 2)
                        let sum = Atomic<Int>(0)
                        for _ in 0..<10 {
                            shared.parallel(round) { _ in sum.add(1, ordering: .relaxed) }
                            own.parallel(round) { _ in sum.add(1, ordering: .relaxed) }
                        }
                        done += sum.load(ordering: .relaxed)
                    }
                    return done
                }
            }
            for try await done in group { #expect(done == 20 * 780) }
        }
    }

    /// Work is divided, numbers are not: the same bytes whatever the number of threads.
    @Test(arguments: Engine.availableKernels, Precision.allCases)
    func bytesDoNotDependOnThreads(kernels: String, precision: Precision) throws {
        var noise = Noise(77)
        let (rows, inputs, outputs) = (101, 96, 288)
        let w = packed(noise.floats(outputs * inputs), bias: nil, outputs: outputs, inputs: inputs, precision)
        let norm = LayerNormWeights(gamma: noise.floats(inputs), beta: noise.floats(inputs))
        let x = noise.floats(rows * inputs)
        let results = try [1, 2, 3, 5].map { threads in
            let engine = try Engine(threads: threads, kernels: kernels)
            let qkv = engine.linear(w, x, rows: rows, rowStride: inputs, norm: norm)
            var out = [Float](repeating: 0, count: rows * 96)
            qkv.withUnsafeBufferPointer { qkv in
                out.withUnsafeMutableBufferPointer { out in
                    guard let qkv = qkv.baseAddress, let out = out.baseAddress else { return }
                    engine.attention(
                        q: qkv, k: qkv + 96, v: qkv + 192, stride: 288, rows: rows, heads: 3, headSize: 32,
                        into: out, outStride: 96, precision: precision,
                        scratch: Scratch(engine: engine, maximumRows: 1, maximumInputs: 1))
                }
            }
            let single = engine.linear(w, Array(x[..<inputs]), rows: 1, rowStride: inputs, norm: norm)
            return (qkv + out + single).map(\.bitPattern)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
