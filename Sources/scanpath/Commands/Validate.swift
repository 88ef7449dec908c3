internal import Archiving
internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Operators
internal import Schemas
internal import Shards

/// `scanpath validate`: every record, checksum, picture and place.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks datasets, record files and archives, and names the places of what is wrong.",
    discussion: """
      Of a dataset: manifest, checksums, the schema of every record, that pictures decode and are \
      what records say, that points and boxes lie inside of them, that every reference leads \
      somewhere, that ids are unique and that no picture is in two splits. Of a run folder, all its \
      datasets. Of a file, every value or line; of an archive, its .json and .jsonl members, that \
      its pictures decode, and in a tar that the files of every WebDataset sample lie together. \
      Exit codes: 0 valid, 1 invalid, 2 something could not be checked.

      Example: scanpath validate runs/warmstart-then-rl
      """)

  @Argument(
    help: ArgumentHelp(
      "Dataset folders, run folders, files .json, .jsonl, .json.zst, .jsonl.zst, and archives: "
        + ".tar, .tar.gz, .tar.zst, .zip and others."),
    completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp("A JSON Schema that records must fit too.", valueName: "schema.json"))
  var schema: String?

  @Option(
    help: ArgumentHelp(
      "A schema that --schema refers to: by its $id, by its path seen from the schema's folder, or "
        + "by its name. Repeat it for more; nothing is fetched.",
      valueName: "schema.json"))
  var reference: [String] = []

  @Option(help: ArgumentHelp("Threads; results do not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  @Flag(
    help: ArgumentHelp(
      "First put right what lies beside the data of datasets: rebuild indices and lines of the "
        + "manifest that are missing or differ, remove partial files. Data is never changed."))
  var fix = false

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func validate() throws {
    if schema == nil, !reference.isEmpty {
      throw ValidationError("--reference goes with --schema")
    }
    if workers < 1 { throw ValidationError("--workers must be at least 1, found \(workers)") }
  }

  func run() throws {
    let schema = try schemaWithReferences()
    let stop = Interruption.watch()
    var datasets = DatasetValidation(schema: schema)
    var results: [ValidationResult] = []
    var faults: [(path: String, fault: Fault)] = []
    for path in paths {
      do {
        for place in try Self.places(path) {
          let deeds = fix && Files.isFolder(place) ? try DatasetRepair.run(place) : []
          let report = try report(on: place, schema, &datasets, stop)
          results.append(ValidationResult(path: place, deeds: deeds, report: report))
          if !json { Output.result(results[results.count - 1].text) }
        }
      } catch let fault as Fault {
        // The other paths are checked all the same.
        Output.complain("error: \(fault)")
        faults.append((path, fault))
      }
    }
    if json {
      let failed = faults.map { JSON.object(["path": .string($0.path), "error": $0.fault.json]) }
      Output.result(.object(["results": .array(results.map(\.json) + failed)]))
    }
    if !faults.isEmpty { throw ExitCode(2) }
    if results.contains(where: { !$0.report.isClean }) { throw ExitCode.notMet }
  }

  private func report(
    on path: String, _ schema: JSONSchema?, _ datasets: inout DatasetValidation, _ stop: StopFlag
  ) throws -> DatasetCheck.Report {
    switch RawPath(path).kind() {
    case .folder: return try datasets.run(path, workers: workers, stop: stop)
    case .special: throw Files.notAFile(path, .special)
    case .file, .link, nil: break
    }
    return try Self.isArchive(path)
      ? ArchiveValidation(path, schema: schema).run(workers: workers, stop: stop)
      : FileValidation(path, schema: schema).run(workers: workers, stop: stop)
  }

  /// By its name, or if that says nothing, by its first bytes.
  private static func isArchive(_ path: String) throws(Fault) -> Bool {
    if ArchiveName.isArchive(path) { return true }
    return ArchiveMagic.isArchive(try InputFile(path).read(0..<ArchiveMagic.bytes))
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

  private func schemaWithReferences() throws(Fault) -> JSONSchema? {
    guard let path = schema else { return nil }
    let folder = Files.parent(of: path) + "/"
    var registry = SchemaRegistry()
    for other in reference {
      let json = try JSON.parse(try Files.read(other), file: other)
      do throws(Fault) {
        try registry.add(json, at: Files.name(of: other))
        if other.hasPrefix(folder) {
          try registry.add(json, at: String(other.dropFirst(folder.count)))
        }
      } catch { throw error.placed(in: Place(file: other)) }
    }
    let json = try JSON.parse(try Files.read(path), file: path)
    do { return try JSONSchema(json: json, registry: registry) } catch {
      throw error.placed(in: Place(file: path))
    }
  }
}

/// What was found in one place.
struct ValidationResult {
  let path: String
  /// What was put right before.
  let deeds: [DatasetRepair.Deed]
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
    let others =
      report.others > 0 ? ["\(report.others) other members not looked at"] : []
    var lines = ["\(path): " + ([verdict] + facts + others).joined(separator: ", ")]
    if report.isAppendedTo {
      lines.append(
        "  an append to it did not end: the same merge goes on with it, another one gives it up")
    }
    lines += deeds.map { "  \($0.kind.rawValue) \($0.path)" }
    let faults = report.findings.faults
    lines += faults.prefix(Self.shown).map { "  \($0)" }
    let more = faults.count - min(faults.count, Self.shown) + report.findings.omitted
    if more > 0 { lines.append("  and \(more) more") }
    return lines.map { $0 + "\n" }.joined()
  }

  var json: JSON {
    [
      "path": .string(path), "valid": .bool(report.isClean), "records": .integer(report.records),
      "pictures": .integer(report.pictures), "other_members": .integer(report.others),
      "shards": .integer(report.shards), "bytes": .integer(report.bytes),
      "append_unfinished": .bool(report.isAppendedTo),
      "findings": .array(report.findings.faults.map(\.json)),
      "omitted": .integer(report.findings.omitted),
      "fixed": .array(
        deeds.map { ["kind": .string($0.kind.rawValue), "path": .string($0.path)] }),
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
