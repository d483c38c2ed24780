import CZlib

/// UTF-8 bytes of `text` over its bytes when compressed by zlib at its default level, as in
/// openai-whisper's `compression_ratio` (`utils.py`). Text that repeats itself scores above 2.4.
public func compressionRatio(of text: String) -> Double {
    let bytes = Array(text.utf8)
    var size = compressBound(uLong(bytes.count))
    let compressed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        // Fails only for a buffer below compressBound, which this one is not.
        count = compress(buffer.baseAddress, &size, bytes, uLong(bytes.count)) == Z_OK ? Int(size) : 0
    }
    return compressed.isEmpty ? 0 : Double(bytes.count) / Double(compressed.count)
}
