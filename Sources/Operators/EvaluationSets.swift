internal import Archiving
package import Foundations
internal import Imaging
internal import JSONText
internal import Schemas
internal import Shards

extension EvaluationIndex {
  /// Takes an evaluation set: a dataset folder, a file of JSON or JSON Lines, an archive or a folder
  /// with pictures and such files.
  ///
  /// Of records that are not ours the texts under the usual names count: question, text, prompt,
  /// instruction, query, problem, and the first turn of conversations or messages. Pictures that
  /// cannot be decoded are passed over.
  ///
  /// - Returns: how many pictures could not be decoded.
  /// - Throws: faults of reading; `decontaminate.empty` if there is neither a text nor a picture.
  package mutating func take(_ path: String, stop: StopFlag = StopFlag()) throws -> Int {
    let (items, pictures) = (self.items, self.pictures)
    let name = Files.name(of: path)
    var bad = 0
    if Files.exists(path + "/" + DatasetFiles.manifest) {
      try take(DatasetReader(path), name, stop, &bad)
    } else if Self.holdsRecords(path) && !Files.isFolder(path) {
      var file = try RecordFile(path)
      while let stored = try file.next() {
        try stop.check()
        take(try stored.json(), "\(name) line \(stored.place.line ?? 0)")
      }
    } else {
      try take(ArchiveReader(path: path), name, stop, &bad)
    }
    if self.items == items && self.pictures == pictures {
      throw Fault(
        "decontaminate.empty", "found neither texts nor pictures to compare with",
        at: Place(file: path))
    }
    return bad
  }

  private static func holdsRecords(_ path: String) -> Bool {
    [".json", ".jsonl", ".jsonl.zst", ".json.zst"].contains { path.lowercased().hasSuffix($0) }
  }

  private mutating func take(
    _ dataset: DatasetReader, _ name: String, _ stop: StopFlag, _ bad: inout Int
  ) throws {
    let sameness = sameness
    var cursor = dataset.cursor()
    while let stored = try cursor.next() {
      try stop.check()
      let json = try stored.json()
      take(json, "\(name) \((try? json.string("id")) ?? "")")
      for picture in PictureReference.all(in: json) {
        guard let digest = Digest(picture.sha256) else { continue }
        do throws(Fault) {
          try add(picture: digest) { () throws(Fault) in
            try PictureSignature(of: dataset.picture(picture.sha256), for: sameness)
          }
        } catch { bad += 1 }
      }
    }
  }

  private mutating func take(
    _ archive: ArchiveReader, _ name: String, _ stop: StopFlag, _ bad: inout Int
  ) throws {
    let sameness = sameness
    while let member = try archive.next() {
      try stop.check()
      guard member.kind == .file, member.refusal == nil else { continue }
      let bytes = try archive.data()
      let label = "\(name) \(member.path)"
      if Self.holdsRecords(member.path) {
        if let whole = try? JSON.parse(bytes) {
          let records = (try? whole.asArray) ?? [whole]
          for (number, json) in records.enumerated() { take(json, "\(label) \(number)") }
        } else {
          for line in JSONLines(bytes, file: member.path) {
            if let json = try? line.json() { take(json, "\(label) line \(line.number)") }
          }
        }
      } else if (try? Picture.header(of: bytes)) != nil {
        start(label)
        do throws(Fault) {
          try add(picture: Digest(of: bytes)) { () throws(Fault) in
            try PictureSignature(of: bytes, for: sameness)
          }
        } catch { bad += 1 }
      }
    }
  }

  /// Takes the texts of a record of any kind as one item.
  private mutating func take(_ json: JSON, _ name: String) {
    start(name)
    // A record of ours may hold its question, with the text inside.
    let own = (try? json.object(at: "question")) == nil ? json : json["question"] ?? json
    for key in ["question", "text", "prompt", "instruction", "query", "problem"] {
      if case .string(let text)? = own[key] { add(text: text) }
    }
    for key in ["conversations", "messages"] {
      guard case .array(let turns)? = own[key] else { continue }
      let isAsked = { (turn: JSON) in
        let role = turn["role"] ?? turn["from"]
        return role != .string("system")
      }
      guard let turn = turns.first(where: isAsked) else { continue }
      if case .string(let text)? = turn["content"] ?? turn["value"] { add(text: text) }
    }
  }
}
