internal import Archiving
internal import Foundations
internal import JSONText

/// Which records a part holds: their keys in order, and how many lie in each frame.
struct RecordIndex: Equatable {
  var frames: [Int] = []
  var keys: [String] = []

  init() {}

  init(json: JSON) throws(Fault) {
    frames = try Self.frames(in: json)
    keys = try json.strings("keys")
    guard frames.reduce(0, +) == keys.count else {
      throw Fault("dataset.index", "the frames do not have as many records as there are keys")
    }
  }

  /// The frames of an index whose keys are not looked at.
  static func frames(in json: JSON) throws(Fault) -> [Int] {
    try json.refuseKeys(except: ["kind", "version", "frames", "keys"])
    try ShardIndex.open(json, "record-index")
    let frames = try json.ints("frames")
    var room = 1 << 48
    for count in frames {
      guard 0...room ~= count else {
        throw Fault("dataset.index", "expected the records of a frame, found \(count)")
      }
      room -= count
    }
    return frames
  }

  var json: JSON {
    [
      "kind": "record-index", "version": 1, "frames": .array(frames.map(JSON.integer)),
      "keys": .array(keys.map(JSON.string)),
    ]
  }

  /// What lies in a part.
  init(scanning part: String) throws(Fault) {
    let reader = try SeekableZstdReader(part)
    for frame in 0..<reader.frameCount {
      let lines = StoredRecord.lines(of: try reader.frame(frame), file: reader.path)
      let before = keys.count
      for line in lines { keys.append(try line.json().string("id")) }
      frames.append(keys.count - before)
    }
  }

  /// The index beside a part, or `nil` if there is none.
  static func stored(_ folder: String, _ shard: String) throws(Fault) -> RecordIndex? {
    try ShardIndex.read(folder, shard) { json throws(Fault) in try RecordIndex(json: json) }
  }
}

/// Where the pictures of a media shard lie.
struct MediaIndex: Equatable {
  var members: [TarIndex.Member] = []

  init() {}

  init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: ["kind", "version", "members"])
    try ShardIndex.open(json, "media-index")
    members = try json.array("members") { json throws(Fault) in
      let parts = try json.asArray
      guard parts.count == 3 else {
        throw Fault("dataset.index", "expected [name, offset, bytes], found \(json)")
      }
      let (offset, bytes) = (try parts[1].asInt, try parts[2].asInt)
      guard offset >= 0, bytes >= 0, offset < 1 << 62, bytes < 1 << 62 else {
        throw Fault("dataset.index", "expected [name, offset, bytes], found \(json)")
      }
      return TarIndex.Member(name: try parts[0].asString, range: offset..<offset + bytes)
    }
  }

  var json: JSON {
    let members = members.map { member -> JSON in
      [.string(member.name), .integer(member.range.lowerBound), .integer(member.range.count)]
    }
    return ["kind": "media-index", "version": 1, "members": .array(members)]
  }

  /// The index beside a media shard, or if there is none, what the headers in the tar say.
  init(folder: String, shard: String) throws(Fault) {
    if let stored = try Self.stored(folder, shard) {
      self = stored
    } else {
      members = try TarIndex.scan("\(folder)/\(shard)")
    }
  }

  /// The index beside a media shard, or `nil` if there is none.
  static func stored(_ folder: String, _ shard: String) throws(Fault) -> MediaIndex? {
    try ShardIndex.read(folder, shard) { json throws(Fault) in try MediaIndex(json: json) }
  }
}

private enum ShardIndex {
  static func open(_ json: JSON, _ kind: String) throws(Fault) {
    guard try json.string("kind") == kind, try json.int("version") == 1 else {
      throw Fault("dataset.index", "expected a \(kind) of version 1", at: Place(key: "kind"))
    }
  }

  static func read<Index>(
    _ folder: String, _ shard: String, _ form: (JSON) throws(Fault) -> Index
  ) throws(Fault) -> Index? {
    let path = "\(folder)/\(DatasetFiles.index(of: shard))"
    guard Files.exists(path) else { return nil }
    let json = try JSON.parse(try DatasetFiles.read(path), file: path)
    do { return try form(json) } catch { throw error.placed(in: Place(file: path)) }
  }
}
