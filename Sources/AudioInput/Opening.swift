/// Finds who decodes these bytes: libsndfile, with or without its own reading of the header, or ffmpeg.
func openDecoder(for bytes: any ByteSource) throws -> SoundFile {
    let pipe = bytes as? PipeBytes
    if pipe?.isDevice == true {
        throw AudioError(bytes.name, "is a device; only raw samples are read from it")
    }
    if try bytes.bytes(at: 0, count: 1).isEmpty { throw AudioError(bytes.name, "is empty") }
    let header = try WaveHeader(bytes)
    if let header, pipe != nil || header.isOpenEnded, let samples = header.plainSamples {
        return try SoundFile(samples, from: bytes, format: "WAV")
    }
    let file: any ByteSource = try pipe.map(spool) ?? bytes
    let decoder = try detectDecoder(for: file)
    decoder.shortfall =
        if let header { file.length.flatMap(header.shortfall) } else { try shortfall(of: file) }
    return decoder
}

private func detectDecoder(for file: any ByteSource) throws -> SoundFile {
    do {
        return try SoundFile(detecting: file)
    } catch let rejection as SoundFile.Rejection {
        return try openWithFFmpeg(file, after: rejection)
    }
}

/// Copies a pipe that a decoder will seek in, if there is one for it: a pipe of anything else may have no end.
private func spool(_ pipe: PipeBytes) throws -> FileBytes {
    guard beginsLikeRecording(try pipe.bytes(at: 0, count: signatureLength)) else {
        throw AudioError(pipe.name, "does not begin like a recording; samples without a header are raw ones")
    }
    return try pipe.spooled()
}

private func openWithFFmpeg(_ file: any ByteSource, after rejection: SoundFile.Rejection) throws -> SoundFile
{
    guard let descriptor = file.descriptor else { throw AudioError(file.name, rejection.reason) }
    guard let ffmpeg = try FFmpeg(decoding: descriptor, isStream: file.isStream, name: file.name) else {
        throw AudioError(
            file.name,
            "libsndfile cannot read it (\(rejection.reason)); installing ffmpeg would let Earshot read it")
    }
    guard let samples = try WaveHeader(ffmpeg)?.plainSamples else {
        throw AudioError(file.name, "ffmpeg decodes it to something else than plain samples")
    }
    return try SoundFile(samples, from: ffmpeg, format: "through ffmpeg")
}
