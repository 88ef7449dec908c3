import Foundations
import Geometry
import Imaging
import Prompting
import Schemas
import Shards

/// A dataset of SFT records about one picture of 448x336, which the model sees at 224x168.
enum ChainDataset {
  static let domain = DomainCatalog.visualSearch
  static let size = Size(width: 448, height: 336)
  static let picture = Picture(size: size, color: Color(9, 99, 200)).encodedPNG()

  static var question: Question {
    var question = SmallDataset.question(0)
    question.images = [
      Medium(
        sha256: SHA256.hexadecimal(of: picture), format: .png, size: size, bytes: picture.count)
    ]
    question.domain = domain.name
    question.options = ["red", "blue"]
    question.answer = .option("red")
    question.targets = []
    return question
  }

  /// Writes a record with `chains` for every question.
  static func write(
    _ questions: [Question], chains: [[Segment]], to folder: String
  ) throws {
    let writer = try DatasetWriter(
      folder: folder, dataset: "chains", records: .sft,
      pipeline: String(repeating: "0", count: 64))
    _ = try writer.add(picture: picture, format: .png)
    for question in questions {
      let chains = chains.map { Chain(kind: .direct, segments: $0, points: [], answer: "red") }
      try writer.append(
        SFTRecord(question: question, chains: chains, provenance: question.provenance))
    }
    _ = try writer.close()
  }
}
