// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where the project checks itself (`make test`), not where it is merely built:
// a newer compiler's new warning must not stop a user.
let strict = Context.environment["EARSHOT_STRICT"] == "1"
let swiftChecks: [SwiftSetting] = strict ? [.treatAllWarnings(as: .error)] : []
let cChecks: [CSetting] = strict ? [.treatAllWarnings(as: .error)] : []

func systemLibrary(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftChecks)
}

func data(_ name: String) -> Target {
    .target(name: name, cSettings: cChecks)
}

func tests(_ name: String, of rooms: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: rooms + ["TestSupport"], swiftSettings: swiftChecks)
}

// The order of the targets is the order in which sound becomes text.
let package = Package(
    name: "earshot",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Earshot", targets: ["Earshot"]),
        .library(name: "Microphone", targets: ["Microphone"]),
        .executable(name: "earshot", targets: ["EarshotCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        systemLibrary("CALSA", pkgConfig: "alsa", package: "libasound2-dev"),
        systemLibrary("CSndFile", pkgConfig: "sndfile", package: "libsndfile1-dev"),
        systemLibrary("CSoxr", pkgConfig: "soxr", package: "libsoxr-dev"),
        systemLibrary("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        .target(name: "CKernels", cSettings: cChecks),
        data("Vocab"),
        data("Models"),
        room("Spectrogram"),
        room("Compute", ["CKernels"]),
        room("Checkpoints", ["Compute"]),
        room("VoiceActivity", ["Compute", "Checkpoints", "Models"]),
        room("Whisper", ["Compute", "Checkpoints"]),
        room("Decoding", ["Whisper", "Vocab", "CZlib"]),
        room("AudioInput", ["CSndFile", "CSoxr"]),
        room("Microphone", ["AudioInput", "CALSA"]),
        room(
            "Earshot",
            [
                "Spectrogram", "Compute", "Checkpoints", "VoiceActivity", "Whisper", "Decoding", "AudioInput",
            ]),
        .executableTarget(
            name: "EarshotCLI",
            dependencies: [
                "Earshot", "AudioInput", "Microphone", "Checkpoints", "Models",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftChecks),

        .executableTarget(
            name: "transcribe-example", dependencies: ["Earshot"], path: "Examples/Transcribe",
            swiftSettings: swiftChecks),
        .executableTarget(
            name: "live-example", dependencies: ["Earshot", "Microphone"], path: "Examples/Live",
            swiftSettings: swiftChecks),

        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: swiftChecks),
        .target(name: "Allocations", path: "Tests/Allocations", cSettings: cChecks),
        tests("SpectrogramTests", of: ["Spectrogram"]),
        tests("ComputeTests", of: ["Compute", "CKernels"]),
        tests("CheckpointsTests", of: ["Checkpoints"]),
        tests("VoiceActivityTests", of: ["VoiceActivity", "Compute", "AudioInput"]),
        tests("WhisperTests", of: ["Whisper", "Compute", "Checkpoints", "Models", "Allocations"]),
        tests("DecodingTests", of: ["Decoding", "Compute", "Checkpoints", "Whisper"]),
        tests("AudioInputTests", of: ["AudioInput"]),
        tests("MicrophoneTests", of: ["Microphone", "AudioInput"]),
        tests(
            "EarshotTests",
            of: ["Earshot", "AudioInput", "Checkpoints", "Decoding", "Models", "VoiceActivity"]),
        tests("CommandTests", of: ["EarshotCLI", "Earshot", "AudioInput"]),
    ],
    cLanguageStandard: .c2x)
