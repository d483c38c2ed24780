// Transcribes a recording with a model of your own:
//
//     swift run transcribe-example MODEL RECORDING
//
// MODEL is an OpenAI .pt file, a Hugging Face directory, a ggml file or Earshot's own.
import Earshot

guard CommandLine.arguments.count == 3 else {
    print("usage: transcribe-example MODEL RECORDING")
    exit(2)
}
let model = try Model.load(path: CommandLine.arguments[1])
let transcriber = Transcriber(model: model)

// Segments come as they are found.
for try await segment in transcriber.transcribe(.file(CommandLine.arguments[2])) {
    print("\(segment.start) – \(segment.end):\(segment.text)")
}
