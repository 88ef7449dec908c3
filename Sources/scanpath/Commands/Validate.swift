internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Operators
internal import Schemas
internal import Shards

/// `scanpath validate`: every record, checksum, picture and place.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks datasets and record files, and names the places of what is wrong.",
    discussion: """
      Of a dataset: manifest, checksums, the schema of every record, that pictures decode and are \
      what records say, that points and boxes lie inside of them, that every reference leads \
      somewhere, that ids are unique and that no picture is in two splits. Of a run folder, all its \
      datasets. Exit codes: 0 valid, 1 invalid, 2 could not be checked.

      Example: scanpath validate runs/warmstart-then-rl
      """)

  @Argument(
    help: "Dataset folders, run folders, and files .json, .jsonl, .json.zst, .jsonl.zst.",
    completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp("A JSON Schema that records must fit too.", valueName: "schema.json"))
  var schema: String?

  @Option(help: ArgumentHelp("Threads; results do not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func validate() throws {
    if workers < 1 { throw ValidationError("--workers must be at least 1, found \(workers)") }
  }

  func run() throws {
    let schema = try self.schema.map { path throws(Fault) in try Self.schema(path) }
    let stop = Interruption.watch()
    var datasets = DatasetValidation(schema: schema)
    var results: [ValidationResult] = []
    for path in try paths.flatMap(Self.places) {
      let report =
        Files.isFolder(path)
        ? try datasets.run(path, workers: workers, stop: stop)
        : try FileValidation(path, schema: schema).run(workers: workers, stop: stop)
      results.append(ValidationResult(path: path, report: report))
      if !json { Output.result(results[results.count - 1].text) }
    }
    if json { Output.result(.object(["results": .array(results.map(\.json))])) }
    if results.contains(where: { !$0.report.isClean }) { throw ExitCode.notMet }
  }

  /// The datasets of a run folder; any other path itself.
  private static func places(_ path: String) throws(Fault) -> [String] {
    guard RunListing.isRun(path) else { return [path] }
    let folder = path + "/datasets"
    let names = Files.exists(folder) ? try Files.names(in: folder) : []
    guard !names.isEmpty else {
      throw Fault("validate.nothing", "the run has no dataset", at: Place(file: path))
    }
    return names.map { "\(folder)/\($0)" }
  }

  private static func schema(_ path: String) throws(Fault) -> JSONSchema {
    let json = try JSON.parse(try Files.read(path), file: path)
    do { return try JSONSchema(json: json) } catch { throw error.placed(in: Place(file: path)) }
  }
}

/// What was found in one place.
struct ValidationResult {
  let path: String
  let report: DatasetCheck.Report

  /// Findings shown as text; the others are counted.
  private static let shown = 50

  /// A line of numbers, and a line for every finding.
  var text: String {
    let facts = [
      (report.records, "record"), (report.pictures, "picture"), (report.shards, "shard"),
      (report.bytes, "byte"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    let verdict = report.isClean ? "valid" : "invalid"
    var lines = ["\(path): " + ([verdict] + facts).joined(separator: ", ")]
    let faults = report.findings.faults
    lines += faults.prefix(Self.shown).map { "  \($0)" }
    let more = faults.count - min(faults.count, Self.shown) + report.findings.omitted
    if more > 0 { lines.append("  and \(more) more") }
    return lines.map { $0 + "\n" }.joined()
  }

  var json: JSON {
    [
      "path": .string(path), "valid": .bool(report.isClean), "records": .integer(report.records),
      "pictures": .integer(report.pictures), "shards": .integer(report.shards),
      "bytes": .integer(report.bytes), "findings": .array(report.findings.faults.map(\.json)),
      "omitted": .integer(report.findings.omitted),
    ]
  }
}

extension Fault {
  /// Code, message, cause and the known parts of the place.
  fileprivate var json: JSON {
    var object: JSONObject = ["code": .string(code), "message": .string(message)]
    let words = [
      ("cause", cause), ("file", place.file), ("member", place.member), ("record", place.record),
      ("key", place.key),
    ]
    for case (let name, let word?) in words { object[name] = .string(word) }
    let numbers = [("line", place.line), ("column", place.column), ("byte", place.byte)]
    for case (let name, let number?) in numbers { object[name] = .integer(number) }
    return .object(object)
  }
}
