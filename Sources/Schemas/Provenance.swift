package import Foundations
package import JSONText

/// Where a record comes from and what made it.
package struct Provenance: JSONForm {
  /// The archive's name, without folders.
  package var archive: String
  /// The path inside the archive.
  package var member: String
  /// Of the member's bytes.
  package var sha256: String
  /// The operators that worked on the record, with their versions.
  package var operators: [String: String]
  /// The seed of the run.
  package var seed: Int

  package init(
    archive: String, member: String, sha256: String, operators: [String: String] = [:], seed: Int
  ) {
    self.archive = archive
    self.member = member
    self.sha256 = sha256
    self.operators = operators
    self.seed = seed
  }

  /// The same, having passed one more operator.
  package func adding(operator name: String, version: String) -> Provenance {
    var copy = self
    copy.operators[name] = version
    return copy
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      archive: try json.string("archive"), member: try json.string("member"),
      sha256: try json.digest("sha256"),
      operators: try json.required("operators") { value throws(Fault) in try value.versions() },
      seed: try json.int("seed"))
  }

  package var json: JSON {
    let sorted = operators.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return .form([
      ("archive", .string(archive)), ("member", .string(member)), ("sha256", .string(sha256)),
      ("operators", .form(sorted.map { ($0.key, .string($0.value)) })), ("seed", .integer(seed)),
    ])
  }
}

extension JSON {
  fileprivate func versions() throws(Fault) -> [String: String] {
    var versions: [String: String] = [:]
    for member in try asObject { versions[member.key] = try string(member.key) }
    return versions
  }
}
