internal import Foundations
internal import JSONText
internal import Schemas
internal import Shards

/// What of a run folder can be shown, with the number of records in it.
struct RunListing {
  struct Row {
    let path: String
    let count: Int
  }

  let folder: String
  let rows: [Row]
  let report: String?

  static func isRun(_ folder: String) -> Bool { Files.exists(folder + "/ledger.jsonl") }

  /// Reads every record file once, to count.
  init(_ folder: String) throws(Fault) {
    self.folder = folder
    var rows: [Row] = []
    for dataset in try Self.names(folder + "/datasets") {
      let path = "\(folder)/datasets/\(dataset)"
      rows.append(Row(path: path, count: try DatasetReader(path).count))
    }
    for place in ["records", "quarantine", "metrics"] {
      for path in try Self.files(below: "\(folder)/\(place)") {
        var file = try RecordFile(path)
        var count = 0
        while try file.next() != nil { count += 1 }
        rows.append(Row(path: path, count: count))
      }
    }
    self.rows = rows
    let page = folder + "/report/index.html"
    report = Files.exists(page) ? page : nil
  }

  private static func names(_ folder: String) throws(Fault) -> [String] {
    Files.isFolder(folder) ? try Files.names(in: folder) : []
  }

  private static func files(below folder: String) throws(Fault) -> [String] {
    var files: [String] = []
    for name in try names(folder) {
      let path = "\(folder)/\(name)"
      if Files.isFolder(path) {
        files += try self.files(below: path)
      } else if name.hasSuffix(".jsonl") || name.hasSuffix(".jsonl.zst") {
        files.append(path)
      }
    }
    return files
  }

  var text: String {
    let width = rows.map(\.path.count).max() ?? 0
    let lines = rows.map { row in
      row.path + String(repeating: " ", count: width - row.path.count + 2) + "\(row.count)"
    }
    return (lines + (report.map { [$0] } ?? [])).map { $0 + "\n" }.joined()
  }

  var json: JSON {
    [
      "folder": .string(folder),
      "records": .array(
        rows.map { ["path": .string($0.path), "count": .integer($0.count)] }),
      "report": report.map { .string($0) } ?? .null,
    ]
  }
}
