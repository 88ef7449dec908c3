package import Foundations
package import JSONText

/// A bad record, as a line of `quarantine/<stage>.jsonl.zst`: what is wrong, where, and why.
package struct Quarantined: Sendable, Equatable {
  package let fault: Fault

  package init(_ fault: Fault) { self.fault = fault }

  package init(json: JSON) throws(Fault) {
    let place = try json.optional("place") { place throws(Fault) in
      Place(
        file: try place.optionalString("file"), member: try place.optionalString("member"),
        record: try place.optionalString("record"), key: try place.optionalString("key"),
        line: try place.optionalInt("line"),
        column: try place.optionalInt("column"), byte: try place.optionalInt("byte"))
    }
    fault = Fault(
      try json.string("code"), try json.string("message"), at: place ?? Place(),
      cause: try json.optionalString("cause"))
  }

  /// `{code, message, place: {file, member, record, key, line, column, byte}, cause}`; unknown
  /// parts absent.
  package var json: JSON {
    var object: JSONObject = ["code": .string(fault.code), "message": .string(fault.message)]
    var place = JSONObject()
    place["file"] = fault.place.file.map { .string($0) }
    place["member"] = fault.place.member.map { .string($0) }
    place["record"] = fault.place.record.map { .string($0) }
    place["key"] = fault.place.key.map { .string($0) }
    place["line"] = fault.place.line.map { .integer($0) }
    place["column"] = fault.place.column.map { .integer($0) }
    place["byte"] = fault.place.byte.map { .integer($0) }
    if !place.isEmpty { object["place"] = .object(place) }
    object["cause"] = fault.cause.map { .string($0) }
    return .object(object)
  }
}
