import Earshot

extension LiveSummary {
    /// All in all, for people.
    var line: String {
        let audio = "\(fixed(audioSeconds, 1)) s of audio, \(fixed(voicedSeconds, 1)) s of speech"
        let work =
            "\(count(passes, "pass", "passes")), \(fixed(processorSecondsPerAudioSecond, 3)) processor seconds a second"
        let delays =
            "delay \(fixed(delayMedian, 2)) s for half of the words, \(fixed(delay95, 2)) s for 95 of 100"
        return [audio, work, words > 0 ? delays : nil, count(overruns, "overrun", "overruns")]
            .compactMap(\.self).joined(separator: "; ")
    }

    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
