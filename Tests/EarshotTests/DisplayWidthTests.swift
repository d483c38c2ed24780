import Earshot
import Testing

@Suite("The width of text")
struct DisplayWidthTests {
    /// As `wcswidth` of Python's wcwidth has it.
    @Test(
        "is what a terminal takes for it",
        arguments: [
            ("", 0), ("hello", 5), ("½…", 2), ("ｈｅ", 4), ("ﾊﾟ", 2), ("你好，世界", 10), ("こんにちは", 10), ("𠮷", 2),
            ("안녕", 4), ("\u{110B}\u{1161}\u{11AB}", 2), ("שָׁלוֹם", 4), ("مُحَمَّد", 4), ("e\u{301}", 1),
            ("ไทยที่", 4),
            ("\u{200B}x\u{200F}", 1), ("👩‍👩‍👧", 2), ("👍🏽", 2), ("❤️", 2), ("1️⃣", 2), ("🇩🇪", 2),
        ])
    func columns(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test("grows as text is joined")
    func sums() {
        let words = ["東京", " ", "Tower", "。"]
        #expect(words.joined().displayWidth == words.reduce(0) { $0 + $1.displayWidth })
    }
}
