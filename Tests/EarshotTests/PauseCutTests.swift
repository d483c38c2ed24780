import Earshot
import Testing

/// Where windows of speech are cut.
@Suite struct PauseCutTests {
    private func cut(_ voices: Range<Int>..., in room: Range<Int> = 0..<3000) -> [Int] {
        let cut = PauseCut(room, voices: voices)
        return [cut.end, cut.next]
    }

    @Test func inTheMiddleOfAPause() {
        #expect(cut(0..<2700, 2740..<3000) == [2720, 2720])
        #expect(cut(1000..<3700, 3740..<4000, in: 1000..<4000) == [3720, 3720])
    }

    @Test func aLongPauseIsLeftOutButForALittleAtEitherEnd() {
        #expect(cut(0..<2600, 2800..<3000) == [2640, 2760])
    }

    @Test func inTheLongestPauseTowardsTheEnd() {
        #expect(cut(0..<100, 700..<2450, 2490..<2700, 2760..<2900, 2940..<3000) == [2730, 2730])
        // Of equals the later.
        #expect(cut(0..<2450, 2490..<2700, 2740..<3000) == [2720, 2720])
    }

    @Test func fartherFromTheEndTheLongerNobodyPauses() {
        #expect(cut(0..<1900, 1930..<3000) == [1915, 1915])
        #expect(cut(0..<700, 710..<3000) == [705, 705])
        // Pauses that are no pauses, or leave next to nothing of the window.
        #expect(cut(0..<300, 400..<2000, 2004..<3000) == [3000, 3000])
        #expect(cut(0..<3000) == [3000, 3000])
        #expect(PauseCut(5..<900, voices: []) == PauseCut(5..<900, voices: [6..<900]))
    }

    @Test func thePauseAtTheEndCounts() {
        #expect(cut(0..<2500) == [2540, 2960])
        #expect(cut(0..<2950) == [2975, 2975])
    }
}
