import Decoding
import Testing

/// Cutting a window at its pairs of timestamps, case by case.
@Suite struct WindowSegmentsTests {
    let begin = 50_364

    func stamp(_ seconds: Double) -> Int { begin + Int((seconds * 50).rounded()) }

    func cut(_ tokens: [Int], frames: Int = 3000) -> WindowSegments {
        WindowSegments(of: tokens, frames: frames, timestampBegin: begin)
    }

    @Test func pairsCutAndTheLastCloseIsWhereTheNextWindowStarts() {
        let window = cut([stamp(0), 7, 8, stamp(2), stamp(2.5), 9, stamp(4), stamp(4), 10])
        #expect(window.segments.map(\.start) == [0, 2.5])
        #expect(window.segments.map(\.end) == [2, 4])
        #expect(window.segments.map(\.tokens.count) == [4, 3])
        #expect(window.advance == 400)
    }

    @Test func aSingleClosingTimestampEndsTheWindow() {
        let window = cut([stamp(0), 7, stamp(2), stamp(3), 8, stamp(5)], frames: 1200)
        #expect(window.segments.map(\.end) == [2, 5])
        #expect(window.advance == 1200)
    }

    @Test func withoutPairsTheLastTimestampIsTheEnd() {
        let window = cut([stamp(1), 7, stamp(3)])
        #expect(window.segments == [WindowSegment(start: 0, end: 3, tokens: [stamp(1), 7, stamp(3)])])
        #expect(window.advance == 3000)
    }

    @Test func withoutAnyTimestampTheWindowIsOneSegment() {
        #expect(cut([7, 8], frames: 250).segments == [WindowSegment(start: 0, end: 2.5, tokens: [7, 8])])
        // A lone 0.00 says nothing about the end.
        #expect(cut([stamp(0), 7], frames: 250).segments.map(\.end) == [2.5])
    }

    @Test func aWindowThatClosesWhereItOpensStillAdvances() {
        #expect(cut([stamp(0), stamp(0), 7], frames: 700).advance == 700)
    }

    @Test func nothingSampledIsOneSegmentWithoutTokens() {
        #expect(cut([]).segments == [WindowSegment(start: 0, end: 30, tokens: [])])
        #expect(cut([]).advance == 3000)
    }

    @Test(arguments: [
        ("", 0.0), ("hello hello", 11.0 / 16), (String(repeating: "a", count: 300), 300.0 / 13),
    ])
    func compressionRatioIsZlibs(_ text: String, _ expected: Double) {
        #expect(compressionRatio(of: text) == expected)
    }
}
