#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Everything a person may want to know and a program does not: standard output is for transcripts.
enum StandardError {
    /// Writes a line.
    static func say(_ line: String) { put("\(line.printable)\n") }

    /// Writes why something failed.
    static func complain(_ error: any Error) { say("earshot: \(error)") }

    /// Writes text as it stands. Nobody can be told where this fails.
    static func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal; 80 where it does not say.
    static var width: Int { Terminal.size(of: STDERR_FILENO).width }
}

extension String {
    /// The text as a terminal may see it: a file's name may hold characters that command one.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.flatMap(\.printable)))
    }
}

extension Unicode.Scalar {
    fileprivate var printable: String.UnicodeScalarView {
        let text = properties.generalCategory == .control ? escaped(asASCII: true) : String(self)
        return text.unicodeScalars
    }
}
