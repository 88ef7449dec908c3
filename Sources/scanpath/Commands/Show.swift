internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Shards

/// `scanpath show`: a record, a tree, a trace in the terminal.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a record, a tree or a trace in the terminal.",
    discussion: """
      Without a key, every record is listed with its number and id; of a run folder, everything \
      that can be shown. Places are in pixels of the original picture.

      Example: scanpath show runs/warmstart-then-rl/records/search/tree.jsonl.zst 1
      """)

  @Argument(help: "A dataset folder, a record file, or a run folder.", completion: .file())
  var path: String

  @Argument(help: "The id of a record, or its number from 1.")
  var key: String?

  @Flag(help: "Compare a dataset's shards with the manifest's SHA-256 before reading them.")
  var verify = false

  @Flag(help: "Print the record, or the list, as JSON.")
  var json = false

  func run() throws {
    if RunListing.isRun(path) { return try showRun() }
    let shelf = try RecordShelf(path, verifying: verify)
    guard let key else { return try list(shelf) }
    let record = try shelf.record(key)
    if json { return Output.result(try record.json()) }
    let lines = try record.placed { json throws(Fault) in try RecordText.lines(json) }
    Output.result(lines.map { $0 + "\n" }.joined())
  }

  private func showRun() throws(Fault) {
    let listing = try RunListing(path)
    if key != nil {
      let example = listing.rows.first.map { ", such as \($0.path)" } ?? ""
      throw Fault(
        "show.run", "a key belongs to a record file or dataset of the run\(example)",
        at: Place(file: path))
    }
    if json { Output.result(listing.json) } else { Output.result(listing.text) }
  }

  /// A line for every record: its number, its id and some words; as JSON `{number, id}` a line.
  private func list(_ shelf: RecordShelf) throws(Fault) {
    try shelf.forEach { number, record throws(Fault) in
      try record.placed { value throws(Fault) in
        if json {
          let entry: JSON = ["number": .integer(number), "id": value["id"] ?? .null]
          Output.result(entry.bytes() + [10])
        } else {
          let words = try RecordText.summary(value)
          var id = ""
          if case .string(let text)? = value["id"] { id = text + "  " }
          Output.result("\(number)  \(id)\(words)\n")
        }
      }
      return true
    }
  }
}

extension StoredRecord {
  /// What `read` makes of the record; its faults name file, line and record.
  fileprivate func placed<T>(_ read: (JSON) throws(Fault) -> T) throws(Fault) -> T {
    let json = try json()
    do { return try read(json) } catch { throw error.placed(in: place(of: json)) }
  }
}
