internal import Archiving
internal import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// One sample of a WebDataset: the members `KEY.jpg` (or `.png`) and `KEY.json`, sorted by suffix.
///
/// Further pictures of the question are `KEY.1.jpg` and so on.
struct WebDatasetSample: Sendable {
  let members: [(name: String, data: [UInt8])]

  /// - Parameter pictures: one file for every picture of the question.
  init(_ sample: ExportSample, pictures: [ExportFile]) {
    let key = Self.key(of: sample.question.id)
    var members = pictures.enumerated().map { index, file in
      (name: key + (index == 0 ? "" : ".\(index)") + file.suffix, data: file.bytes)
    }
    members.append((name: key + ".json", data: Self.json(sample).bytes()))
    self.members = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// What the sample says, in members of one type each, and the whole record.
  private static func json(_ sample: ExportSample) -> JSON {
    let question = sample.question
    var members: [(key: String, value: JSON)] = [
      ("id", .string(question.id)), ("scanpath", sample.scanpath),
      ("question", .string(question.question)),
      ("options", .array(question.options.map(JSON.string))), ("answer", .string(sample.truth)),
      ("answer_kind", .string(sample.answerKind)), ("bbox", sample.box),
      ("width", .integer(sample.places.size.width)),
      ("height", .integer(sample.places.size.height)), ("split", .string(question.split ?? "")),
    ]
    if !sample.chains.isEmpty { members.append(("record", .string(sample.record.description))) }
    return .object(JSONObject(members))
  }

  /// The key of a sample: the id, what is neither letter, digit, `-` nor `_` as `%2E`.
  ///
  /// A key must have no dot, as it ends at the first one. Ids of more than 96 bytes are cut and end
  /// in their hash: readers cut keys beyond about 128 characters (webdataset#428).
  static func key(of id: String) -> String {
    var key = ""
    for byte in id.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"):
        key.unicodeScalars.append(Unicode.Scalar(byte))
      default: key += "%" + Hexadecimal.text(of: [byte]).uppercased()
      }
    }
    // Readers skip names such as `__name__`.
    if key.hasPrefix("__") { key = "%5F" + key.dropFirst() }
    guard key.utf8.count > 80 else { return key }
    return key.prefix(60) + "-" + SHA256.hexadecimal(of: Array(id.utf8)).prefix(16)
  }
}

/// Tar files of samples, cut by size.
final class WebDatasetWriter: ShardedExport {
  private let folder: String
  private let prefix: String
  private let shardBytes: Int
  private var tar: TarWriter?
  private(set) var shards = 0

  init(_ folder: String, prefix: String, shardBytes: Int) {
    self.folder = folder
    self.prefix = prefix
    self.shardBytes = shardBytes
  }

  func add(_ sample: ExportSample, pictures: [ExportFile]) throws(Fault) {
    let members = WebDatasetSample(sample, pictures: pictures).members
    let bytes = members.reduce(0) { $0 + $1.data.count + 512 }
    if let full = tar?.bytes, full > 0, full + bytes > shardBytes { try close() }
    if tar == nil {
      tar = try TarWriter("\(folder)/\(prefix)-\(ExportShard.digits(shards, 6)).tar")
    }
    for member in members { _ = try tar?.append(member.name, member.data) }
  }

  func close() throws(Fault) {
    guard let open = tar.take() else { return }
    _ = try open.commit()
    shards += 1
  }
}

/// What takes samples in shards, in their order.
protocol ShardedExport: AnyObject {
  func add(_ sample: ExportSample, pictures: [ExportFile]) throws(Fault)
  /// Ends the open shard; called last for what is written at the end.
  func close() throws(Fault)
  var shards: Int { get }
}

/// A picture as the export holds it.
struct ExportFile: Sendable {
  let bytes: [UInt8]
  let format: Medium.Format

  var suffix: String { format == .png ? ".png" : ".jpg" }
}

enum ExportShard {
  static func digits(_ number: Int, _ count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(count - digits.count, 0)) + digits
  }
}
