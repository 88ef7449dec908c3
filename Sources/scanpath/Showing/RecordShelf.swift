internal import Foundations
internal import JSONText
internal import Shards

/// Records in order, to walk through or to pick one: a dataset folder, or one record file.
enum RecordShelf {
  case dataset(DatasetReader)
  case file(String)

  init(_ path: String, verifying: Bool = false) throws(Fault) {
    self =
      Files.isFolder(path) ? .dataset(try DatasetReader(path, verifying: verifying)) : .file(path)
  }

  /// Hands over every record with its number from 1, until `body` says false.
  func forEach(_ body: (Int, StoredRecord) throws(Fault) -> Bool) throws(Fault) {
    var number = 0
    switch self {
    case .dataset(let reader):
      var cursor = reader.cursor()
      while let record = try cursor.next() {
        number += 1
        if try !body(number, record) { return }
      }
    case .file(let path):
      var file = try RecordFile(path)
      while let record = try file.next() {
        number += 1
        if try !body(number, record) { return }
      }
    }
  }

  /// The record of an id or, where no record has it, of a number from 1.
  func record(_ key: String) throws(Fault) -> StoredRecord {
    if case .dataset(let reader) = self {
      if let record = try reader.record(key: key) { return record }
      if let number = Int(key), number >= 1, number <= reader.count {
        return try reader.record(at: number - 1)
      }
      throw unknown(key, try reader.keys, count: reader.count, at: reader.folder)
    }
    var named: StoredRecord?
    var numbered: StoredRecord?
    var ids: [String] = []
    var count = 0
    try forEach { number, record throws(Fault) in
      count = number
      if Int(key) == number { numbered = record }
      // A line that cannot be read has no id, and is nobody's fault until it is asked for.
      if case .string(let id)? = (try? record.json())?["id"] {
        if id == key { named = record } else { ids.append(id) }
      }
      return named == nil
    }
    if let found = named ?? numbered { return found }
    guard case .file(let path) = self else { preconditionFailure("datasets were asked above") }
    throw unknown(key, ids, count: count, at: path)
  }

  private func unknown(_ key: String, _ ids: [String], count: Int, at path: String) -> Fault {
    let hint = Spelling.nearest(to: key, in: ids).map { "; did you mean \"\($0)\"?" }
    let range = count == 0 ? "there are no records" : "there are records 1 to \(count)"
    return Fault(
      "show.unknown-key", "no record has the id or number \"\(key)\"" + (hint ?? "; \(range)"),
      at: Place(file: path))
  }
}
