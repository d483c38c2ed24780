import TestSupport
import Testing

/// The list of what people run into, which cannot go stale.
@Suite("Parity/troubles.md") struct TroublesTests {
    @Test("names tests that there are")
    func named() throws {
        let list = String(decoding: try Fixtures.file("Parity/troubles.md"), as: UTF8.self)
        let names = list.matches(of: /`(\w+(?:\/\w+)+)\.(\w+)`/)
        #expect(names.count > 50)
        for name in names {
            let file = try String(decoding: Fixtures.file("Tests/\(name.1).swift"), as: UTF8.self)
            #expect(file.contains("@Test") && file.contains("func \(name.2)("), "\(name.0)")
        }
    }
}
