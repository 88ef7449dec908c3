internal import Archiving
internal import Foundations
internal import JSONText
internal import Schemas

/// A part in the making.
struct OpenPart: ~Copyable {
  let name: String
  private let folder: String
  private var file: SeekableZstdWriter
  private var index = RecordIndex()
  /// Records since the last cut of a frame.
  private var waiting = 0
  /// Of all records so far, where they agree.
  private var split: String?
  private var inputs: [InputRange] = []

  init(folder: String, number: Int, shardBytes: Int) throws(Fault) {
    name = DatasetFiles.part(number)
    self.folder = folder
    let frameBytes = min(512 << 10, shardBytes)
    file = try SeekableZstdWriter("\(folder)/\(name)", frameBytes: frameBytes)
  }

  /// Compressed, of the frames that are cut.
  var bytes: Int { file.bytes }

  mutating func append(
    _ line: [UInt8], key: String, split: String?, input: InputRange?
  ) throws(Fault) {
    try file.append(line + [UInt8(ascii: "\n")])
    self.split = index.keys.isEmpty || self.split == split ? split : nil
    index.keys.append(key)
    waiting += 1
    if file.frameCount > index.frames.count { closeFrame() }
    if let input { cover(input) }
  }

  private mutating func closeFrame() {
    index.frames.append(waiting)
    waiting = 0
  }

  private mutating func cover(_ input: InputRange) {
    if let last = inputs.last, last.source == input.source,
      last.positions.upperBound == input.positions.lowerBound
    {
      let positions = last.positions.lowerBound..<input.positions.upperBound
      inputs[inputs.count - 1].positions = positions
    } else {
      inputs.append(input)
    }
  }

  /// Ends the part, gives it its name, writes its index.
  consuming func commit(schema: String) throws(Fault) -> ShardEntry {
    if waiting > 0 { closeFrame() }
    let (name, folder, index) = (name, folder, index)
    let (split, inputs) = (split, inputs)
    let written = try file.commit()
    try Files.writeAtomically(index.json.bytes(), to: "\(folder)/\(DatasetFiles.index(of: name))")
    return ShardEntry(
      name: name, content: .records, count: index.keys.count, bytes: written.bytes,
      sha256: written.sha256, schema: schema, firstKey: index.keys.first, lastKey: index.keys.last,
      split: split, inputs: inputs)
  }
}

/// A media shard in the making.
struct OpenMedia: ~Copyable {
  let name: String
  private let folder: String
  private var file: TarWriter
  private var index = MediaIndex()

  init(folder: String, number: Int) throws(Fault) {
    name = DatasetFiles.media(number)
    self.folder = folder
    file = try TarWriter("\(folder)/\(name)")
  }

  var bytes: Int { file.bytes }

  mutating func append(_ member: String, _ data: [UInt8]) throws(Fault) {
    let offset = try file.append(member, data)
    index.members.append(.init(name: member, range: offset..<offset + data.count))
  }

  /// Ends the tar, gives it its name, writes its index.
  consuming func commit() throws(Fault) -> ShardEntry {
    let (name, folder, index) = (name, folder, index)
    let written = try file.commit()
    try Files.writeAtomically(index.json.bytes(), to: "\(folder)/\(DatasetFiles.index(of: name))")
    return ShardEntry(
      name: name, content: .media, count: index.members.count, bytes: written.bytes,
      sha256: written.sha256, firstKey: index.members.first.map { MediaName.digest(of: $0.name) },
      lastKey: index.members.last.map { MediaName.digest(of: $0.name) })
  }
}

/// Names of pictures in media shards: `<sha256>.jpg`, `<sha256>.png`.
enum MediaName {
  static func name(_ sha256: String, _ format: Medium.Format) -> String {
    sha256 + (format == .jpeg ? ".jpg" : ".png")
  }

  static func digest(of name: String) -> String { String(name.prefix { $0 != "." }) }

  static func format(of name: String) -> Medium.Format? {
    if name.hasSuffix(".jpg") { return .jpeg }
    return name.hasSuffix(".png") ? .png : nil
  }
}

extension TarIndex.Member {
  /// The fault of a picture whose bytes do not have the digest that its name says.
  func digestFault(of bytes: [UInt8]) -> Fault? {
    digestFault(SHA256.hexadecimal(of: bytes))
  }

  /// The same where the digest of its bytes is known.
  func digestFault(_ found: String) -> Fault? {
    guard found != MediaName.digest(of: name) else { return nil }
    let message = "the picture's bytes have the SHA-256 \(found), not that of its name"
    return Fault("dataset.digest", message, at: Place(member: name, byte: range.lowerBound))
  }
}
