import ArgumentParser
import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How recordings are read that do not say so themselves.
struct RawOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The recordings are samples without a header.", valueName: "samples"))
    var raw: RawSampleFormat?

    @Option(help: ArgumentHelp("Samples a second of --raw recordings (default: 16000).", valueName: "hertz"))
    var rate: Int?

    @Option(help: ArgumentHelp("Channels of --raw recordings (default: 1).", valueName: "number"))
    var channels: Int?

    /// Whether anything was said.
    var areGiven: Bool { raw != nil }

    /// What messages call the recording of this name.
    func title(of name: String) -> String { name == "-" ? "standard input" : name }

    /// The recording of this name as the library takes it.
    func recording(_ name: String) throws(UnreadableName) -> Recording {
        if UnreadableName.isMet(in: name) { throw UnreadableName(name: name) }
        let (rate, channels) = (rate ?? 16_000, channels ?? 1)
        return switch raw {
        case .s16le: .raw(name, .init(encoding: .s16le, rate: rate, channels: channels))
        case .f32le: .raw(name, .init(encoding: .f32le, rate: rate, channels: channels))
        case nil: .file(name)
        }
    }

    func validate() throws {
        guard raw != nil || (rate == nil && channels == nil) else {
            throw ValidationError(
                "--rate and --channels describe --raw recordings; other files say so themselves.")
        }
    }
}

/// How headerless samples are encoded.
enum RawSampleFormat: String, CaseIterable, ExpressibleByArgument {
    case s16le
    case f32le
}

/// A recording whose name is not UTF-8: it arrives with U+FFFD in place of what is wrong in it.
struct UnreadableName: Error, CustomStringConvertible {
    let name: String

    var description: String {
        "\(name): files whose names are not UTF-8 cannot be opened; give it as - < FILE"
    }

    /// Whether this name was repaired. One that has the character itself is the name of a file.
    static func isMet(in name: String) -> Bool { name.contains("\u{FFFD}") && access(name, F_OK) != 0 }
}
