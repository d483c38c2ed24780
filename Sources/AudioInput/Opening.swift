/// Finds who decodes these bytes: libsndfile, with or without its own reading of the header, or ffmpeg.
func openDecoder(for bytes: any ByteSource) throws -> SoundFile {
    if try bytes.bytes(at: 0, count: 1).isEmpty { throw AudioError(bytes.name, "is empty") }
    let header = try WaveHeader(bytes)
    let pipe = bytes as? PipeBytes
    if let header, pipe != nil || header.isOpenEnded, let samples = header.plainSamples {
        return try SoundFile(samples, from: bytes, format: "WAV")
    }
    let file: any ByteSource = try pipe?.spooled() ?? bytes
    do {
        let decoder = try SoundFile(detecting: file)
        if let warning = file.length.flatMap({ header?.shortfall(length: $0) }) { decoder.warn(warning) }
        return decoder
    } catch let rejection as SoundFile.Rejection {
        return try openWithFFmpeg(file, after: rejection)
    }
}

private func openWithFFmpeg(_ file: any ByteSource, after rejection: SoundFile.Rejection) throws -> SoundFile
{
    guard let descriptor = file.descriptor else { throw AudioError(file.name, rejection.reason) }
    guard let ffmpeg = try FFmpeg(decoding: descriptor, name: file.name) else {
        throw AudioError(
            file.name,
            "libsndfile cannot read it (\(rejection.reason)); installing ffmpeg would let Earshot read it")
    }
    guard let samples = try WaveHeader(ffmpeg)?.plainSamples else {
        throw AudioError(file.name, "ffmpeg decodes it to something else than plain samples")
    }
    return try SoundFile(samples, from: ffmpeg, format: "through ffmpeg")
}
