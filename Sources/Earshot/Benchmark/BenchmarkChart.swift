extension BenchmarkReport {
    /// The report as a drawing: a bar for each run, as long as its window takes, cut into the stages.
    public var svg: String { BenchmarkChart(self).svg }
}

/// A bar chart in SVG.
private struct BenchmarkChart {
    private let report: BenchmarkReport
    private let longest: Double  // ms

    private static let (left, top, barWidth, row) = (190.0, 96.0, 560.0, 34.0)
    private static let width = left + barWidth + 150

    init(_ report: BenchmarkReport) {
        self.report = report
        longest = max(report.runs.map { stages(of: $0).reduce(0) { $0 + $1.time } }.max() ?? 1, 0.001)
    }

    var svg: String {
        let height = Self.top + Double(report.runs.count) * Self.row + 44
        let bars = report.runs.enumerated().flatMap { bar($1, y: Self.top + Double($0) * Self.row) }
        let body = title + legend + axis(bottom: height - 36) + bars
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" \
            width="\(Self.width)" height="\(height)" font-family="sans-serif" font-size="13" fill="#222">
            <rect width="100%" height="100%" fill="#fff"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private var title: [String] {
        let tokens = report.runs.first?.windowTokens ?? 0
        return [
            text(
                "\(report.model?.name ?? ""): 30 s of audio, \(tokens) tokens", x: 16, y: 28,
                "font-size=\"17\""),
            text(
                "\(report.machine.processor), \(report.runs.first?.kernels ?? "")", x: 16, y: 50,
                "fill=\"#666\""),
        ]
    }

    private var legend: [String] {
        guard let run = report.runs.first else { return [] }
        return stages(of: run).enumerated().flatMap { index, stage in
            let x = Self.left + Double(index) * 130
            return [
                "<rect x=\"\(x)\" y=\"64\" width=\"12\" height=\"12\" fill=\"\(stage.colour)\"/>",
                text(stage.name, x: x + 18, y: 75),
            ]
        }
    }

    /// Lines at round numbers of milliseconds.
    private func axis(bottom: Double) -> [String] {
        let step = roundStep
        return stride(from: 0, through: longest, by: step).flatMap { time in
            let x = fixed(Self.left + time / longest * Self.barWidth, 1)
            return [
                "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.top - 8)\" y2=\"\(bottom)\" stroke=\"#ddd\"/>",
                "<text x=\"\(x)\" y=\"\(bottom + 16)\" text-anchor=\"middle\" fill=\"#666\">"
                    + "\(fixed(time, step < 1 ? 1 : 0)) ms</text>",
            ]
        }
    }

    /// 1, 2 or 5 times a power of ten, five to ten times in the longest bar.
    private var roundStep: Double {
        var power = 0.1
        while power * 10 <= longest / 4 { power *= 10 }
        return [5, 2].map { $0 * power }.first { $0 <= longest / 4 } ?? power
    }

    private func bar(_ run: BenchmarkRun, y: Double) -> [String] {
        var x = Self.left
        var shapes = [
            text(
                "\(run.threads) \(run.threads == 1 ? "thread" : "threads"), \(run.precision)",
                x: Self.left - 12,
                y: y + 16, "text-anchor=\"end\"")
        ]
        for stage in stages(of: run) {
            let length = stage.time / longest * Self.barWidth
            shapes.append(
                "<rect x=\"\(fixed(x, 1))\" y=\"\(y)\" width=\"\(fixed(length, 1))\" height=\"22\" "
                    + "fill=\"\(stage.colour)\"><title>\(stage.name) \(short(stage.time)) ms</title></rect>")
            x += length
        }
        let speed = short(30_000 / max(run.window.median, 0.001))
        shapes.append(text("\(short(run.window.median)) ms, \(speed)×", x: x + 8, y: y + 16))
        return shapes
    }

    private func text(_ text: String, x: Double, y: Double, _ attributes: String = "") -> String {
        let escaped = text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
        return "<text x=\"\(fixed(x, 1))\" y=\"\(y)\" \(attributes)>\(escaped)</text>"
    }
}

private func stages(of run: BenchmarkRun) -> [(name: String, time: Double, colour: String)] {
    [
        ("log-mel", run.mel.median, "#8fb9e3"), ("encoder", run.encoder.median, "#2f6fb2"),
        ("prompt", run.prompt.median, "#f2b263"),
        ("\(run.windowTokens) tokens", run.decodeStep.median * Double(run.windowTokens), "#d9772b"),
    ]
}
