package import Foundations
package import JSONText
package import Schemas

/// Changes fields of records: renames, then sets in their order, then removals.
///
/// The value of a `set` sees what was renamed and set before it. A rename of a field that is not
/// there and a removal of one change nothing; everything above a place that is written must be there.
package struct RecordMap: Sendable {
  package var renames: [(from: FieldPath, to: FieldPath)] = []
  package var sets: [(path: FieldPath, value: Expression)] = []
  package var removals: [FieldPath] = []

  package init() {}

  /// The changed record, in the form of its kind.
  ///
  /// - Throws: the faults of expressions and paths; of the form, if the record no longer is of its
  ///   kind.
  package func mapped(_ record: JSON, as kind: RecordKind) throws(Fault) -> JSON {
    var record = record
    for (from, to) in renames {
      guard let value = from.value(in: record) else { continue }
      try from.set(nil, in: &record)
      try to.set(value, in: &record)
    }
    for (path, value) in sets { try path.set(value.value(of: record), in: &record) }
    for path in removals where path.value(in: record) != nil { try path.set(nil, in: &record) }
    return try kind.checked(record)
  }
}

extension RecordMap {
  /// Throws `expression.field` if it reads or takes away a place that no record of the kind has, or
  /// leaves one.
  ///
  /// What it adds may be read after that, and must be taken away in the end.
  package func check(for kind: RecordKind) throws(Fault) {
    var fields = RecordFields(of: kind)
    for (number, (from, to)) in renames.enumerated() {
      try Self.inside("rename \(from)") { () throws(Fault) in
        try fields.check(from)
        let isMoved = renames[(number + 1)...].contains { $0.from.isAbove(to) }
        try check(written: to, fields, isTakenAway: isMoved || isReplaced(to, after: 0))
      }
      fields.add(to)
    }
    for (number, (path, value)) in sets.enumerated() {
      try Self.inside("set \(path)") { () throws(Fault) in
        try value.check(fields)
        try check(written: path, fields, isTakenAway: isReplaced(path, after: number + 1))
      }
      fields.add(path)
    }
    for path in removals {
      try Self.inside("remove \(path)") { () throws(Fault) in try fields.check(path) }
    }
  }

  private func check(
    written path: FieldPath, _ fields: RecordFields, isTakenAway: Bool
  ) throws(Fault) {
    if let parent = path.parent { try fields.check(parent) }
    if isTakenAway || removals.contains(where: { $0.isAbove(path) }) { return }
    try fields.check(path)
  }

  /// Whether something around a place is set, by a set from the one with the number.
  private func isReplaced(_ path: FieldPath, after number: Int) -> Bool {
    sets[number...].contains { $0.path != path && $0.path.isAbove(path) }
  }

  private static func inside(_ what: String, _ check: () throws(Fault) -> Void) throws(Fault) {
    do { try check() } catch { throw Fault(error.code, "\(what): \(error.message)") }
  }
}
