internal import Foundations
internal import JSONText
internal import Schemas

/// What is known of a text that is one JSON value.
struct CheckedValue: Sendable {
  private(set) var faults: [Fault] = []
  /// Whether the value is a record of ours; `nil` if it could not be read.
  private(set) var isOwn: Bool?

  /// - Parameter place: of the text; faults name line and byte in it too.
  init(_ bytes: [UInt8], at place: Place, by validation: RecordValidation) {
    let mark = TextEncoding.markBytes(of: bytes)
    let bytes = mark == 0 ? bytes : Array(bytes[mark...])
    var tape = JSONTape()
    let isRead = tape.read(bytes.span)
    let look = isRead ? validation.look(tape, bytes.span) : .unknown
    if look == .fitting {
      isOwn = false
      return
    }
    do throws(Fault) {
      let json = try JSON.parse(bytes)
      isOwn = RecordValidation.kind(of: json) != nil
      var outer = place
      if case .string(let id)? = json["id"] { outer.record = id }
      // Most faults come in the order of their places: lines are counted on from the last one.
      var (line, counted) = (1, 0)
      faults = validation.faults(of: json, isFitting: look == .fittingOwn) { fault in
        guard isRead, let byte = fault.byte(in: tape, of: bytes.span) else { return Place() }
        if byte < counted { (line, counted) = (1, 0) }
        line += bytes[counted..<byte].count { $0 == 0x0A }
        counted = byte
        return Place(line: line, byte: mark + byte)
      }.map { $0.placed(in: outer) }
    } catch {
      var fault = error
      fault.place.byte = error.place.byte.map { $0 + mark }
      faults = [fault.placed(in: place)]
    }
  }
}
