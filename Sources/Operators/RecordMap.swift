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
