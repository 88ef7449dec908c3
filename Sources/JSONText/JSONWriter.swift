extension JSON {
  /// The canonical bytes: members in their order, UTF-8 without needless escapes, the shortest
  /// number that reads back as the same one.
  ///
  /// Compact has no space at all; `pretty` indents by two, with arrays of scalars on one line, and
  /// ends with a newline. NaN and infinities, which JSON cannot say, become `null`.
  package func bytes(pretty: Bool = false) -> [UInt8] {
    var writer = Writer(isPretty: pretty)
    writer.write(self)
    if pretty { writer.output.append(UInt8(ascii: "\n")) }
    return writer.output
  }

  /// Appends the compact canonical bytes to `output`.
  package func append(to output: inout [UInt8]) {
    var writer = Writer(isPretty: false)
    swap(&writer.output, &output)
    writer.write(self)
    swap(&writer.output, &output)
  }
}

extension JSON: CustomStringConvertible {
  /// The compact canonical text.
  package var description: String { String(decoding: bytes(), as: UTF8.self) }
}

private struct Writer {
  var output: [UInt8] = []
  let isPretty: Bool
  private var indent = 0

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .integer(let value): write(value)
    case .number(let value): put(value.isFinite ? value.description : "null")
    case .string(let text): write(text)
    case .array(let elements): write(elements)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ elements: [JSON]) {
    let isOnOneLine = elements.allSatisfy(\.isScalar)
    put(UInt8(ascii: "["))
    indent += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { put(UInt8(ascii: ",")) }
      if !isOnOneLine { newLine() } else if isPretty && index > 0 { put(UInt8(ascii: " ")) }
      write(element)
    }
    indent -= 1
    if !isOnOneLine { newLine() }
    put(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject) {
    put(UInt8(ascii: "{"))
    indent += 1
    var isFirst = true
    for member in object.members {
      if !isFirst { put(UInt8(ascii: ",")) }
      isFirst = false
      newLine()
      write(member.key)
      put(UInt8(ascii: ":"))
      if isPretty { put(UInt8(ascii: " ")) }
      write(member.value)
    }
    indent -= 1
    if !isFirst { newLine() }
    put(UInt8(ascii: "}"))
  }

  private mutating func write(_ integer: Int) {
    if integer < 0 { put(UInt8(ascii: "-")) }
    var magnitude = integer.magnitude
    let start = output.count
    repeat {
      let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
      put(UInt8(ascii: "0") + UInt8(digit))
      magnitude = quotient
    } while magnitude > 0
    output[start...].reverse()
  }

  private mutating func write(_ text: String) {
    put(UInt8(ascii: "\""))
    if JSONWord.firstSpecial(in: text.utf8.span, from: 0) == text.utf8.count {
      output.append(contentsOf: text.utf8)
    } else {
      for byte in text.utf8 { writeEscaped(byte) }
    }
    put(UInt8(ascii: "\""))
  }

  private mutating func writeEscaped(_ byte: UInt8) {
    guard JSONWord.isSpecial(byte) else { return put(byte) }
    switch byte {
    case 0x08: put("\\b")
    case 0x09: put("\\t")
    case 0x0A: put("\\n")
    case 0x0C: put("\\f")
    case 0x0D: put("\\r")
    case 0x00...0x1F: put((byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16))
    default:
      put(UInt8(ascii: "\\"))
      put(byte)
    }
  }

  private mutating func newLine() {
    guard isPretty else { return }
    put(UInt8(ascii: "\n"))
    for _ in 0..<indent { put("  ") }
  }

  private mutating func put(_ byte: UInt8) { output.append(byte) }
  private mutating func put(_ text: String) { output.append(contentsOf: text.utf8) }
}

extension JSON {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
