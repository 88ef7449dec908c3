internal import Archiving
package import Foundations
package import JSONText
package import Schemas

/// One stage of a pipeline.
///
/// A stage cuts its work into numbered units, fixed by its input and never by the number of
/// workers, and runs them through its context, which runs each unit once ever. What a stage
/// leaves must depend on its settings, its inputs, the stages before it and the seed alone.
package protocol Stage: Sendable {
  /// Distinct within a run; names the stage's folders: `search`, `filter-2`.
  var name: String { get }
  /// Everything that was chosen for this stage, defaults included. A change reruns the stage and
  /// every stage after it.
  var settings: JSON { get }
  /// Raised when the code of the stage changes what it leaves.
  var version: Int { get }
  /// Files and folders outside of the run folder that the stage reads; `-` is standard input.
  var inputs: [String] { get }
  /// What the stages before it must leave; a pipeline in which they do not is not begun.
  var needs: [StageNeed] { get }
  /// Whether it keeps pictures in the run's `media/`, and so brings back those that are gone.
  var keepsPictures: Bool { get }

  /// What it leaves to the stages after it.
  ///
  /// - Parameter kind: of the records that meet the first need.
  func yields(taking kind: RecordKind?) -> [StageYield]

  /// Throws a fault without a place if its settings do not fit records of a kind; a pipeline in which
  /// they do not is not begun.
  ///
  /// - Parameter kind: of the records that meet the first need.
  func check(taking kind: RecordKind) throws(Fault)

  /// Does the work and says what became of the records.
  func run(_ context: StageContext) throws -> StageCounts
}

extension Stage {
  package var version: Int { 1 }
  package var inputs: [String] { [] }
  package var needs: [StageNeed] { [] }
  package var keepsPictures: Bool { false }
  package func yields(taking kind: RecordKind?) -> [StageYield] { [] }
  package func check(taking kind: RecordKind) throws(Fault) {}
}

/// What a stage depends on, as one hash.
package enum Fingerprint {
  /// SHA-256 of the fingerprint before (for the first stage: of the run's own settings), the
  /// stage's name, version and settings with sorted keys, and the hashes of its inputs.
  ///
  /// - Parameter standardInput: the hash of what came through it; nil: not read yet.
  package static func of(
    _ stage: some Stage, after before: String, standardInput: String? = nil
  ) throws(Fault) -> String {
    var inputs: [JSON] = []
    for path in stage.inputs {
      let isStandard = path == ArchivePattern.standardInput
      let hash = isStandard ? standardInput : try hash(of: path)
      inputs.append([.string(path), hash.map(JSON.string) ?? .null])
    }
    let dependence: JSON = [
      .string(before), .string(stage.name), .integer(stage.version), sorted(stage.settings),
      .array(inputs),
    ]
    return SHA256.hexadecimal(of: dependence.bytes())
  }

  /// The fingerprints of stages in their order.
  package static func chain(
    _ stages: [any Stage], from root: JSON, standardInput: String? = nil
  ) throws(Fault) -> [String] {
    var last = SHA256.hexadecimal(of: sorted(root).bytes())
    var chain: [String] = []
    for stage in stages {
      last = try of(stage, after: last, standardInput: standardInput)
      chain.append(last)
    }
    return chain
  }

  /// The same value with the members of every object in the order of their keys.
  package static func sorted(_ json: JSON) -> JSON {
    switch json {
    case .array(let elements): .array(elements.map(sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key, sorted($0.value)) }))
    default: json
    }
  }

  /// The SHA-256 of a file, or of the names and hashes of all files in a folder.
  ///
  /// Links, pipes and devices in a folder count by their names, as nobody reads them.
  ///
  /// - Throws: `file.is-special` for a path that is no file and no folder.
  package static func hash(of path: String) throws(Fault) -> String {
    let raw = RawPath(path)
    switch raw.kind() {
    case .folder: return try hash(ofFolder: raw)
    case .special: throw Files.notAFile(path, .special)
    case .file, .link, nil: return try raw.sha256()
    }
  }

  private static func hash(ofFolder folder: RawPath) throws(Fault) -> String {
    var parts: [JSON] = []
    for name in try folder.names() {
      let entry = folder.entry(name)
      let hash =
        switch entry.kind(following: false) {
        case .folder: try hash(ofFolder: entry)
        case .link: "link"
        case .special: "special"
        case .file, nil: try entry.sha256()
        }
      parts.append([.string(String(decoding: name, as: UTF8.self)), .string(hash)])
    }
    return SHA256.hexadecimal(of: JSON.array(parts).bytes())
  }
}
