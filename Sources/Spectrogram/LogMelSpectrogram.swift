/// The features of a whole recording, as openai-whisper's `log_mel_spectrogram` gives them.
///
/// - Parameters:
///   - samples: mono, 16 kHz, −1…1.
///   - bands: 80 or 128 for the published models.
///   - padding: zeros to append before the analysis.
/// - Returns: [bands, (samples + padding) / 160] row-major, normalised by the tensor's own peak.
///
/// Where the reference refuses, with 200 samples or fewer in all, the reflection at the ends sees zeros
/// beyond what exists.
public func logMelSpectrogram(_ samples: [Float], bands: Int, padding: Int = 0) -> [Float] {
    let length = samples.count + padding
    let frames = length / MelFormat.hop
    var features = [Float](repeating: 0, count: bands * frames)
    guard frames > 0 else { return features }

    let analyzer = FrameAnalyzer(bands: bands)
    let reflected = reflecting(samples, length: length)
    features.withUnsafeMutableBufferPointer { features in
        guard let features = features.baseAddress else { return }
        reflected.withUnsafeBufferPointer { reflected in
            guard let start = reflected.baseAddress else { return }
            for frame in stride(from: 0, to: frames, by: FrameAnalyzer.width) {
                let count = min(FrameAnalyzer.width, frames - frame)
                analyzer.analyze(start + MelFormat.hop * frame, frames: count)
                for band in 0..<bands {
                    for lane in 0..<count {
                        features[band * frames + frame + lane] = analyzer.energies[band][lane]
                    }
                }
            }
        }
        Normalization(peak: analyzer.peak).apply(features, count: bands * frames, into: features)
    }
    return features
}

/// The samples, zeros up to `length`, and both ends mirrored outwards by half a transform.
private func reflecting(_ samples: [Float], length: Int) -> [Float] {
    let reach = MelFormat.reach
    func sample(_ index: Int) -> Float { samples.indices.contains(index) ? samples[index] : 0 }
    var padded = (1...reach).reversed().map(sample)
    padded.reserveCapacity(length + 2 * reach)
    padded += samples
    padded += repeatElement(0, count: length - samples.count)
    padded += (1...reach).map { sample(length - 1 - $0) }
    return padded
}
