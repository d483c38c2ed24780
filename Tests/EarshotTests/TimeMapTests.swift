import Earshot
import Testing

/// Where what is transcribed lies in its recording, over maps of random stretches.
@Suite struct TimeMapTests {
    /// A map, and for every joined sample its place in the recording, nil for silence between stretches.
    private func random(seed: Int) -> (map: TimeMap, places: [Int?]) {
        var numbers = RandomNumbers(state: UInt64(seed + 1))
        var (map, places, place) = (TimeMap(), [Int?](), 0)
        for stretch in 0..<numbers.next(12) {
            if stretch > 0, numbers.next(4) > 0 {
                let gap = numbers.next(5)
                map.appendSilence(count: gap)
                places += [Int?](repeating: nil, count: gap)
            }
            place += numbers.next(3) * numbers.next(50)
            for _ in 0..<1 + numbers.next(3) {
                let count = numbers.next(40)
                map.append(original: place, count: count)
                places += (place..<place + count).map(Optional.some)
                place += count
            }
        }
        return (map, places)
    }

    @Test(arguments: 0..<200)
    func everySampleOfSpeechIsWhereItWas(seed: Int) {
        let (map, places) = random(seed: seed)
        #expect(map.joinedCount == places.count)
        for (joined, place) in places.enumerated() {
            guard let place else { continue }
            #expect(map.original(joined, .start) == place)
            #expect(map.original(joined + 1, .end) == place + 1)
            #expect(map.joined(place) == joined)
        }
    }

    @Test(arguments: 0..<200)
    func timeNeverRunsBackwards(seed: Int) {
        let (map, places) = random(seed: seed)
        guard places.contains(where: { $0 != nil }) else { return }
        let starts = (0...places.count + 5).map { map.original($0, .start) }
        let ends = (0...places.count + 5).map { map.original($0, .end) }
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(ends, starts).allSatisfy { $0 <= $1 || $1 == starts.last })
        // Nothing ends behind the last sample of speech.
        #expect(ends.last == places.compactMap { $0 }.max().map { $0 + 1 })
    }

    @Test(arguments: 0..<50)
    func whatIsForgottenIsNotMissed(seed: Int) {
        let (whole, places) = random(seed: seed)
        for cut in stride(from: 0, to: places.count, by: 7) {
            var map = whole
            map.forget(before: cut)
            for joined in cut...places.count {
                #expect(map.original(joined, .start) == whole.original(joined, .start))
                #expect(map.original(joined, .end) == whole.original(joined, .end))
            }
        }
    }

    @Test func aWordLiesInOneStretch() {
        var map = TimeMap()
        map.append(original: 100, count: 10)
        map.appendSilence(count: 4)
        map.append(original: 500, count: 10)
        #expect(map.original(2...6) == 102...106)
        #expect(map.original(8...13) == 108...110)
        #expect(map.original(10...20) == 500...506)
        #expect(map.original(16...30) == 502...510)
    }
}

/// Numbers without end, the same for the same seed.
struct RandomNumbers {
    var state: UInt64

    /// Below `bound`.
    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
