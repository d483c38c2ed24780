/// Rows of text in columns: the first is flush left, the others flush right.
package struct TextTable {
    private var rows: [[String]]

    package init(_ heading: [String]) { rows = [heading] }

    package mutating func add(_ row: [String]) { rows.append(row) }

    package var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
    }
}

extension BenchmarkReport {
    /// The report for people: one line a run, times in milliseconds as median ± spread.
    public var table: String {
        var table = TextTable([
            "threads", "precision", "kernels", "mel", "encoder", "prompt", "per token", "window",
            "real time", "memory", "load", "start",
        ])
        for run in runs {
            table.add(
                ["\(run.threads)", run.precision, run.kernels]
                    + [run.mel, run.encoder, run.prompt, run.decodeStep, run.window].map(\.text)
                    + [
                        fixed(run.realTimeFactor, 4), "\(fixed(run.peakMemory, 0)) MiB",
                        run.load?.text ?? "–", run.coldStart?.text ?? "–",
                    ])
        }
        return (heading + table.lines + runs.flatMap(\.details)).joined(separator: "\n")
    }

    private var heading: [String] {
        guard let model, let run = runs.first else { return [] }
        return [
            "\(machine.processor), \(machine.cores) \(machine.cores == 1 ? "core" : "cores"), "
                + "\(machine.system), \(machine.architecture)",
            "\(model.name), \(fixed(Double(model.parameters) / 1e6, 1)) million parameters; "
                + "30 s of audio, \(run.windowTokens) tokens; ms, median ± spread of \(run.repetitions)",
            "",
        ]
    }
}

extension Measurement {
    var text: String { "\(short(median)) ±\(short(spread))" }
}

extension BenchmarkRun {
    fileprivate var details: [String] {
        longLines + (live?.lines ?? []) + (profile?.lines ?? []) + (accuracy?.lines ?? [])
    }

    fileprivate var longLines: [String] {
        guard let long else { return [] }
        return [
            "",
            "\(fixed(long.audioSeconds / 60, 1)) minutes of audio with \(threads) "
                + "\(threads == 1 ? "thread" : "threads"), \(precision): real time \(fixed(long.realTimeFactor, 4)), "
                + "peak \(fixed(long.peakMemory, 0)) MiB, last part \(fixed(long.slowdown, 3)) of the first",
        ]
    }
}

extension LongRun.Stretch {
    /// One line for people.
    public var text: String {
        "\(fixed(start / 60, 1)) to \(fixed(end / 60, 1)) min: real time \(fixed(realTimeFactor, 4)), "
            + "\(fixed(memory, 1)) MiB"
    }
}
