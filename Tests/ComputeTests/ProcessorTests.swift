import Compute
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What can only be shown from outside: which instructions are in the binary, and the tables of other
/// processors.
@Suite struct ProcessorTests {
    /// No processor meets an instruction it lacks: what came after SSE2 appears in the table files alone. Wide registers,
    /// tiles, the encoding that AVX brought, SSE3 to SSE4.2, bits counted, deposited and shifted as Haswell does.
    @Test(.enabled(if: has("objdump") && isX86, "objdump is not installed, or this is not x86-64"))
    func newInstructionsStayInTheirTables() throws {
        let wide = try shell(
            #"""
            bits='mulx|pdep|pext|rorx|sarx|shlx|shrx|bzhi|andn|popcnt|lzcnt|bls[ir]|blsmsk|bextr|movbe|ad[co]x|crc32'
            sse3='addsubp[sd]|h(add|sub)p[sd]|mov(ddup|s[hl]dup)|lddqu|ph(add|sub)(w|d|sw)|pabs[bwd]|psign[bwd]'
            sse3="$sse3|pshufb|palignr|pmulhrsw|pmaddubsw"
            sse4='p(min|max)(sb|sd|uw|ud)|pmul(dq|ld)|packusdw|pcmp(eqq|gtq|[ei]str[im])|ptest|p?blend(v?[bw]|v?p[sd])'
            sse4="$sse4|round[sp][sd]|dpp[sd]|(insert|extract)ps|pinsr[bdq]|pextr[bdq]|pmov[sz]x[bwdq]+|mpsadbw|phminposuw"
            sse4="$sse4|movntdqa"
            new="%[yzt]mm|[[:space:]](ld|st)?tile|[[:space:]](v[a-z0-9]+[[:space:]].*%xmm|($bits|$sse3|$sse4)[[:space:]])"
            find "$(dirname "$(readlink /proc/\#(getpid())/exe)")" -name '*.o' | while read -r object; do
                objdump -d --no-show-raw-insn "$object" | grep -qE "$new" && basename "$object"
            done
            true
            """#)
        let files = Set(wide.output.split(separator: "\n").map(String.init))
        #expect(files == ["amx.c.o", "avx512.c.o", "avx2.c.o", "avx2vnni.c.o"])
    }

    @Test func aThreadForEachPhysicalCoreThatMayBeUsed() throws {
        let listed = try shell("lscpu -p=CORE,SOCKET | grep -v '^#' | sort -u | wc -l")
        let cores = try #require(Int(listed.output.line))
        let count = try Engine().threadCount
        #expect((1...cores).contains(count))
        let mayUseAll = try shell(#"test "$(nproc)" = "$(nproc --all)""#).status == 0
        if mayUseAll, Cores.quota() == nil { #expect(count == cores) }
    }

    /// The AArch64 tables, under an emulator, with and without the dot product.
    @Test(
        .enabled(
            if: has("clang") && has("ld.lld") && has("qemu-aarch64") && hasCrossLibraries,
            "needs clang, lld, qemu-user, libc6-dev-arm64-cross and libgcc-12-dev-arm64-cross"))
    func armTablesAgreeWithThePortableOne() throws {
        let script = #filePath.replacing(
            "ComputeTests/ProcessorTests.swift", with: "Fixtures/compute/compare_tables.sh")
        let run = try shell(
            "folder=$(mktemp -d) && \(script) $folder 2>&1; status=$?; rm -rf $folder; exit $status")
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("neon-dotprod agrees with portable"))
        #expect(run.output.contains("cortex-a53:\nneon agrees with portable"))
    }
}

private var isX86: Bool {
    #if arch(x86_64)
        true
    #else
        false
    #endif
}

private var hasCrossLibraries: Bool {
    access("/usr/aarch64-linux-gnu/lib/libc.a", R_OK) == 0
        && (try? shell("ls /usr/lib/gcc-cross/aarch64-linux-gnu/*/libgcc.a"))?.status == 0
}

private func has(_ tool: String) -> Bool {
    (try? shell("command -v \(tool)"))?.status == 0
}

extension String {
    /// Its only line.
    fileprivate var line: String { filter { !$0.isNewline } }
}

private struct ShellFailed: Error {}

/// What a command line prints, and its exit status.
private func shell(_ line: String) throws -> (output: String, status: Int32) {
    guard let pipe = popen(line, "r") else { throw ShellFailed() }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    let status = pclose(pipe)
    return (String(decoding: bytes, as: UTF8.self), status >> 8 & 0xFF)
}
