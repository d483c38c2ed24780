// Writes down what is said into the microphone while it is said:
//
//     swift run -c release live-example MODEL
//
// MODEL is an OpenAI .pt file, a Hugging Face directory, a ggml file or Earshot's own.
import Earshot
import Microphone

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension LiveInput {
    /// What a microphone gives, as what is listened to.
    init(_ event: MicrophoneEvent) {
        switch event {
        case .samples(let samples, _): self = .samples(samples)
        case .overrun(let seconds): self = .overrun(lostSeconds: seconds)
        case .gap(let seconds): self = .gap(seconds: seconds)
        case .paused: self = .pause
        case .resumed: self = .resume
        case .device(.lost(let why)): self = .device(why, lost: true)
        case .device(.opened(let name)), .device(.back(let name)): self = .device(name, lost: false)
        }
    }
}

if CommandLine.arguments.count == 2 {
    let transcriber = LiveTranscriber(model: try Model.load(path: CommandLine.arguments[1]))
    let microphone = try Microphone()
    for try await event in transcriber.events(of: microphone.map { LiveInput($0) }) {
        switch event {
        case .confirmed(let words): print(words.text, terminator: "")  // these will not change
        case .segment(let segment): print(" [\(segment.start) – \(segment.end)]")
        case .device(let device): print(device.name)
        default: break
        }
        fflush(nil)
    }
} else {
    print("usage: live-example MODEL")
}
