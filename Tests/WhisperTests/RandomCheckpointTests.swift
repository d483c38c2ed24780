import FoundationEssentials
import TestSupport
import Testing

/// The files rebuilt from skeletons are, byte for byte, those that the reference's tools wrote.
@Suite struct RandomCheckpointTests {
    static let all: [(RandomCheckpoint.Model, RandomCheckpoint.Format)] =
        RandomCheckpoint.Format.allCases.map { (.tiny, $0) }
        + [(.tinyEnglish, .openAI), (.tinyEnglish, .huggingFace), (.tinyEnglish, .ggml)]

    @Test(arguments: all)
    func rebuiltAsWritten(_ model: RandomCheckpoint.Model, _ format: RandomCheckpoint.Format) throws {
        for file in try RandomCheckpoint.rebuilt(model, as: format).files {
            let bytes = try [UInt8](Data(contentsOf: URL(filePath: file.path)))
            #expect(bytes.count == file.expectedCount, "\(file.path)")
            #expect(RandomCheckpoint.checksum(bytes) == file.expectedChecksum, "\(file.path)")
        }
    }

    @Test func checksumSeesEveryByteAndItsPlace() {
        let bytes: [UInt8] = Array(0..<21)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(RandomCheckpoint.checksum(changed) != RandomCheckpoint.checksum(bytes))
        }
        #expect(RandomCheckpoint.checksum(Array(bytes.reversed())) != RandomCheckpoint.checksum(bytes))
    }
}
