internal import Foundations
internal import JSONText

/// The keys that the index of a part holds, one by one, whatever their number.
///
/// Reads an index in the form in which it is written without holding it: frames stand before the
/// keys, which are most of it. An index in another form is read as a whole.
struct IndexedKeys {
  let path: String
  /// The number of records in each frame.
  let frames: [Int]
  /// The number of records in all of them.
  var count: Int { frames.reduce(0, +) }
  private var source: Source
  private var given = 0

  private enum Source {
    /// What of the file is not taken yet; from `next` on it is not read yet.
    case file(SharedFile, buffer: ArraySlice<UInt8>, next: Int)
    case keys(ArraySlice<String>)
  }

  private static let headBytes = 1 << 20
  private static let pieceBytes = 1 << 16

  /// What a scan of the part gives if it has no index.
  init(ofPart part: String, in folder: String) throws(Fault) {
    if let stored = try IndexedKeys(folder, part) {
      self = stored
    } else {
      let index = try RecordIndex(scanning: "\(folder)/\(part)")
      path = "\(folder)/\(part)"
      frames = index.frames
      source = .keys(index.keys[...])
    }
  }

  /// `nil` if the part has no index.
  ///
  /// - Throws: `dataset.index`, also for more records than the index can have keys; faults of reading,
  ///   syntax and form, with the file.
  init?(_ folder: String, _ part: String) throws(Fault) {
    path = "\(folder)/\(DatasetFiles.index(of: part))"
    guard Files.exists(path) else { return nil }
    let file = try SharedFile(path)
    let head = try file.read(0..<min(file.count, Self.headBytes))
    if let (frames, start) = Self.frames(in: head) {
      self.frames = frames
      source = .file(file, buffer: head[start...], next: head.count)
      guard count < file.count else { throw damaged() }
    } else {
      guard let index = try RecordIndex.stored(folder, part) else { return nil }
      frames = index.frames
      source = .keys(index.keys[...])
    }
  }

  /// The frames of an index in the form in which it is written, and where its keys begin.
  private static func frames(in head: [UInt8]) -> ([Int], Int)? {
    let bridge = Array(#"],"keys":["#.utf8)
    guard let found = head.firstRange(of: bridge),
      let json = try? JSON.parse(Array(head[..<found.lowerBound]) + Array(#"],"keys":[]}"#.utf8)),
      let frames = try? RecordIndex.frames(in: json)
    else { return nil }
    return (frames, found.upperBound)
  }

  /// The next key, or `nil` at the end.
  ///
  /// - Throws: `dataset.index` if the file is damaged, or holds other keys than its frames have
  ///   records.
  mutating func next() throws(Fault) -> String? {
    let key: String?
    switch source {
    case .keys(var keys):
      key = keys.popFirst()
      source = .keys(keys)
    case .file(let file, var buffer, var next):
      key = try take(from: &buffer, file, &next)
      source = .file(file, buffer: buffer, next: next)
    }
    given += key == nil ? 0 : 1
    if key == nil, given != count { throw damaged() }
    return key
  }

  private func damaged() -> Fault {
    Fault(
      "dataset.index", "the index is damaged, or has other keys than records in its frames",
      at: Place(file: path))
  }
}

extension IndexedKeys {
  /// Takes a key and the comma before it; `nil` at the closing bracket.
  private func take(
    from buffer: inout ArraySlice<UInt8>, _ file: SharedFile, _ next: inout Int
  ) throws(Fault) -> String? {
    while true {
      if let end = Self.end(of: buffer, isFirst: given == 0) {
        let text = buffer[buffer.startIndex..<end]
        buffer = buffer[end...]
        if text.first == UInt8(ascii: "]") {
          guard text.elementsEqual("]}".utf8), buffer.isEmpty, next == file.count else {
            throw damaged()
          }
          return nil
        }
        let key = given == 0 ? text : text.dropFirst()
        guard given == 0 || text.first == UInt8(ascii: ",") else { throw damaged() }
        do { return try JSON.parse(Array(key)).asString } catch {
          throw error.placed(in: Place(file: path))
        }
      }
      guard next < file.count else { throw damaged() }
      let more = try file.read(next..<min(next + Self.pieceBytes, file.count))
      next += more.count
      buffer = buffer + more
    }
  }

  /// Where the next key, or the end of the list, ends; `nil` if that is not read yet.
  private static func end(of buffer: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
    if buffer.first == UInt8(ascii: "]") {
      return buffer.count < 2 ? nil : buffer.startIndex + 2
    }
    var at = buffer.startIndex + (isFirst ? 1 : 2)
    while at < buffer.endIndex {
      if buffer[at] == UInt8(ascii: "\"") { return at + 1 }
      at += buffer[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
