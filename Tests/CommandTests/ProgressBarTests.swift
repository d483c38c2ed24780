import EarshotCLI
import Testing

@Suite("The progress bar")
struct ProgressBarTests {
    private static let half = ProgressBar(processed: 1800, total: 3600, elapsed: 61, speed: 30)

    @Test("shows percent, elapsed and remaining time, and speed")
    func whole() {
        #expect(
            Self.half.line(width: 80)
                == " 50% [###############................] 1:01 elapsed, 1:00 left, 30.0x real time")
    }

    @Test("drops what does not fit, and never fills the last column", arguments: 0...120)
    func narrow(width: Int) {
        let line = Self.half.line(width: width)
        #expect(line.count < max(width, 5))
        #expect(line.hasPrefix(" 50%"))
    }

    @Test("drops its parts from the end")
    func order() {
        #expect(Self.half.line(width: 50) == " 50% 1:01 elapsed, 1:00 left, 30.0x real time")
        #expect(Self.half.line(width: 40) == " 50% 1:01 elapsed, 1:00 left")
        #expect(Self.half.line(width: 20) == " 50% 1:01 elapsed")
        #expect(Self.half.line(width: 10) == " 50%")
    }

    @Test("turns where the length is unknown")
    func spinner() {
        let lines = [0.0, 0.2, 0.4, 0.6, 0.8].map {
            ProgressBar(processed: 37, total: nil, elapsed: $0, speed: 3.14).line(width: 80)
        }
        #expect(lines.map(\.first) == ["|", "/", "-", "\\", "|"])
        #expect(lines[0] == "| 0:37 of audio, 0:00 elapsed, 3.1x real time")
    }

    @Test("says what else is being done")
    func activity() {
        let bar = ProgressBar(activity: "measuring", processed: 1, total: 10, elapsed: 1, speed: nil)
        #expect(bar.line(width: 30) == "measuring  10% 0:01 elapsed")
    }

    @Test(
        "survives numbers that are none",
        arguments: [(0.0, 0.0), (5, 0), (20, 10), (-1, 10), (.nan, 10), (1, .infinity), (.infinity, .nan)])
    func oddNumbers(processed: Double, total: Double) {
        for speed in [nil, 0, -1, .infinity, .nan, 1e300] {
            let bar = ProgressBar(processed: processed, total: total, elapsed: processed, speed: speed)
            #expect(bar.line(width: 80).count < 80)
        }
    }

    @Test("counts hours")
    func hours() {
        let bar = ProgressBar(processed: 100, total: 36_000, elapsed: 3661, speed: 1)
        #expect(bar.line(width: 60).contains("1:01:01 elapsed, 9:58:20 left"))
    }
}
