// Transcribes a recording with a model of your own:
//
//     swift run transcribe-example MODEL RECORDING
//
// MODEL is an OpenAI .pt file, a Hugging Face directory, a ggml file or Earshot's own.
import Earshot

if CommandLine.arguments.count == 3 {
    let transcriber = Transcriber(model: try Model.load(path: CommandLine.arguments[1]))

    // Segments come as they are found; leaving the loop stops the work.
    for try await segment in transcriber.transcribe(.file(CommandLine.arguments[2])) {
        print("\(segment.start) – \(segment.end):\(segment.text)")
    }
} else {
    print("usage: transcribe-example MODEL RECORDING")
}
