package import JSONText

extension SchemaFault {
  /// The first byte of the faulty value in `bytes`, which a tape has read; `nil` if the path leads
  /// nowhere.
  package func byte(in tape: JSONTape, of bytes: Span<UInt8>) -> Int? {
    guard let path = JSONPointer(text: instancePath)?.tokens else { return nil }
    var position = 0
    for token in path {
      guard let child = tape.child(token, of: position, in: bytes) else { return nil }
      position = child
    }
    let token = tape.tokens[position]
    return Int(token.start) - (token.kind == .string ? 1 : 0)
  }
}
