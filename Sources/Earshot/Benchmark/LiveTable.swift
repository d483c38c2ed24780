extension [LiveRun] {
    /// A line a recording, and one for all.
    var lines: [String] {
        guard let first else { return [] }
        var table = TextTable([
            "live, \(first.power)", "audio", "voiced", "words", "differ", "passes", "of", "pass", "delay p50",
            "p95", "real time", "processor",
        ])
        for run in self { table.add(run.row) }
        let pace = first.pace.map { $0 == 1 ? "as fast as it was spoken" : "\(short($0)) times as fast" }
        return [
            "", "recordings as if they were live, \(pace ?? "as fast as it goes"); pass in ms, delay in s",
            "",
        ] + table.lines
    }
}

extension LiveRun {
    fileprivate var row: [String] {
        [
            name, "\(fixed(audioSeconds, 1)) s", "\(fixed(voicedSeconds, 1)) s", "\(words)",
            differences.map(String.init) ?? "–",
            "\(passes)", "\(fixed(meanAudioContext, 1)) s", pass.text, fixed(delayMedian, 2),
            fixed(delay95, 2),
            fixed(realTimeFactor, 4), fixed(processorSecondsPerAudioSecond, 4),
        ]
    }
}
