/// Fills a tape from bytes, without recursion; `at` is the next byte to read.
///
/// Spans are parameters of every method, as stored ones would make the reader non-escapable.
struct TapeReader {
  var at = 0
  /// All bytes of strings, or-ed.
  private var seenBits: UInt64 = 0
  private var written = 0
  private var depth = 0
  /// The innermost one; those around it are in `open`.
  private var container = OpenContainer()
  private var keyCount = 0
  private var likeKeys = 0

  private static let mostMembers = 1_000
  /// Pairs of keys that only their bytes told apart, before an object is left to others.
  private static let mostLikeKeys = 1_000

  /// What comes behind a value, or behind an opening bracket.
  private enum Next {
    case value, end, fault
  }

  /// Whether `bytes` were one value, whose tokens are written then.
  mutating func document(
    _ bytes: Span<UInt8>, _ tokens: inout MutableSpan<JSONToken>,
    _ open: inout MutableSpan<OpenContainer>, _ keys: inout MutableSpan<SeenKey>
  ) -> Bool {
    skipSpace(bytes)
    while true {
      guard at < bytes.count else { return false }
      var next = Next.end
      switch bytes[at] {
      case UInt8(ascii: "\""):
        guard let token = string(bytes) else { return false }
        put(token, &tokens)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard let token = number(bytes) else { return false }
        put(token, &tokens)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        next = enter(bytes, &tokens, &open, &keys)
      default:
        guard let token = word(bytes) else { return false }
        put(token, &tokens)
      }
      if next == .end { next = leave(bytes, &tokens, open, &keys) }
      if next == .fault { return false }
      if next == .end { return at == bytes.count && isUTF8(bytes) }
    }
  }

  // MARK: Containers

  /// Steps over an opening bracket, and over the closing one of an empty container.
  private mutating func enter(
    _ bytes: Span<UInt8>, _ tokens: inout MutableSpan<JSONToken>,
    _ open: inout MutableSpan<OpenContainer>, _ keys: inout MutableSpan<SeenKey>
  ) -> Next {
    guard depth < JSON.deepest else { return .fault }
    open[depth] = container
    depth += 1
    let isObject = bytes[at] == UInt8(ascii: "{")
    container = OpenContainer(token: written, start: at, keys: isObject ? keyCount : -1)
    put(JSONToken(.null, start: at), &tokens)
    at += 1
    skipSpace(bytes)
    guard at < bytes.count else { return .fault }
    if bytes[at] == container.closing {
      at += 1
      close(&tokens, open)
      return .end
    }
    container.count = 1
    return isObject ? key(bytes, &tokens, &keys) : .value
  }

  /// Steps over what follows a value: closing brackets, or a comma and the next key.
  private mutating func leave(
    _ bytes: Span<UInt8>, _ tokens: inout MutableSpan<JSONToken>,
    _ open: borrowing MutableSpan<OpenContainer>, _ keys: inout MutableSpan<SeenKey>
  ) -> Next {
    while true {
      skipSpace(bytes)
      if depth == 0 { return .end }
      guard at < bytes.count else { return .fault }
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: ",") {
        skipSpace(bytes)
        container.count += 1
        return container.isObject ? key(bytes, &tokens, &keys) : .value
      }
      guard byte == container.closing else { return .fault }
      close(&tokens, open)
    }
  }

  private mutating func close(
    _ tokens: inout MutableSpan<JSONToken>, _ open: borrowing MutableSpan<OpenContainer>
  ) {
    tokens[container.token] = JSONToken(
      container.isObject ? .object : .array, start: container.start, low: written,
      high: UInt32(truncatingIfNeeded: container.count))
    if container.isObject { keyCount = container.keys }
    depth -= 1
    container = open[depth]
  }

  /// Reads a key and its colon.
  private mutating func key(
    _ bytes: Span<UInt8>, _ tokens: inout MutableSpan<JSONToken>,
    _ keys: inout MutableSpan<SeenKey>
  ) -> Next {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), let token = string(bytes),
      !token.isEscaped, container.count <= Self.mostMembers
    else { return .fault }
    var isSeen = false
    for index in container.keys..<keyCount where keys[index].signature == token.signature {
      isSeen = true
    }
    if isSeen && !isNew(token, bytes, tokens, keys) { return .fault }
    keys[keyCount] = SeenKey(
      signature: token.signature, token: UInt32(truncatingIfNeeded: written))
    keyCount += 1
    put(token, &tokens)
    skipSpace(bytes)
    guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return .fault }
    at += 1
    skipSpace(bytes)
    return .value
  }

  /// Whether a key differs from all of its object, some of which have its signature.
  private mutating func isNew(
    _ key: JSONToken, _ bytes: Span<UInt8>, _ tokens: borrowing MutableSpan<JSONToken>,
    _ keys: borrowing MutableSpan<SeenKey>
  ) -> Bool {
    for index in container.keys..<keyCount where keys[index].signature == key.signature {
      likeKeys += 1
      guard likeKeys <= Self.mostLikeKeys else { return false }
      let other = tokens[Int(keys[index].token)].bytes
      if other.count != key.bytes.count { continue }
      let offset = key.bytes.lowerBound - other.lowerBound
      if other.allSatisfy({ bytes[$0] == bytes[$0 + offset] }) { return false }
    }
    return true
  }

  // MARK: Small things

  @inline(__always)
  private mutating func put(_ token: JSONToken, _ tokens: inout MutableSpan<JSONToken>) {
    tokens[written] = token
    written += 1
  }

  @inline(__always)
  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count && bytes[at] <= 0x20 {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  private mutating func word(_ bytes: Span<UInt8>) -> JSONToken? {
    let start = at
    let (kind, count): (JSONToken.Kind, Int) =
      switch bytes[at] {
      case UInt8(ascii: "t"): (.true, 4)
      case UInt8(ascii: "f"): (.false, 5)
      case UInt8(ascii: "n"): (.null, 4)
      default: (.null, 0)
      }
    at += count
    guard count > 0, at <= bytes.count else { return nil }
    let last = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at - 4, as: UInt32.self)
    return last.bigEndian == Self.lastLetters(of: kind) ? JSONToken(kind, start: start) : nil
  }

  private static func lastLetters(of kind: JSONToken.Kind) -> UInt32 {
    switch kind {
    case .true: 0x7472_7565  // true
    case .false: 0x616C_7365  // alse
    default: 0x6E75_6C6C  // null
    }
  }

  /// Whether all strings are UTF-8, asked once for all of them.
  private func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    seenBits & JSONWord.highBits == 0 || (try? UTF8Span(validating: bytes)) != nil
  }
}

// MARK: Strings

extension TapeReader {
  /// Reads a string whose opening quote is at `at`; its UTF-8 is not looked into.
  @inline(__always)
  private mutating func string(_ bytes: Span<UInt8>) -> JSONToken? {
    let start = at + 1
    at = start
    var bits: UInt64 = 0
    var isEscaped = false
    while true {
      guard let byte = special(bytes, &bits) else { return nil }
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\"), escape(bytes) else { return nil }
      isEscaped = true
    }
    at += 1
    seenBits |= bits
    let range = start..<at - 1
    return JSONToken(
      .string, start: start, low: range.count, high: JSONSignature.of(bytes, range),
      isEscaped: isEscaped, isBeyondASCII: bits & JSONWord.highBits != 0)
  }

  /// Moves to the next quote, backslash or control character.
  @inline(__always)
  private mutating func special(_ bytes: Span<UInt8>, _ bits: inout UInt64) -> UInt8? {
    while at + 8 <= bytes.count {
      let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
        .littleEndian
      let marks = JSONWord.specials(in: word)
      if marks == 0 {
        bits |= word
        at += 8
        continue
      }
      let before = marks.trailingZeroBitCount & ~7
      bits |= word & ((1 << UInt64(before)) &- 1)
      at += before / 8
      return bytes[at]
    }
    while at < bytes.count {
      let byte = bytes[at]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return byte }
      bits |= UInt64(byte)
      at += 1
    }
    return nil
  }

  /// Steps over the escape at `at`; false if it is none.
  private mutating func escape(_ bytes: Span<UInt8>) -> Bool {
    guard at + 1 < bytes.count else { return false }
    switch bytes[at + 1] {
    case UInt8(ascii: "u"): return unicodeEscape(bytes)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      at += 2
      return true
    default: return false
    }
  }

  private mutating func unicodeEscape(_ bytes: Span<UInt8>) -> Bool {
    guard let first = codeUnit(bytes) else { return false }
    if !(0xD800...0xDFFF ~= first) { return true }
    guard first < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
      bytes[at + 1] == UInt8(ascii: "u"), let second = codeUnit(bytes)
    else { return false }
    return 0xDC00...0xDFFF ~= second
  }

  /// The four hexadecimal digits of the `\uXXXX` at `at`.
  private mutating func codeUnit(_ bytes: Span<UInt8>) -> UInt32? {
    guard at + 6 <= bytes.count else { return nil }
    var unit: UInt32 = 0
    for index in at + 2..<at + 6 {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte & 15)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        unit = unit << 4 | UInt32(byte & 15 + 9)
      default: return nil
      }
    }
    at += 6
    return unit
  }
}

// MARK: Numbers

extension TapeReader {
  @inline(__always)
  private mutating func number(_ bytes: Span<UInt8>) -> JSONToken? {
    let start = at
    let isNegative = bytes[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let leading = at
    let magnitude = digits(bytes)
    let count = at - leading
    guard count > 0, count == 1 || bytes[leading] != UInt8(ascii: "0") else { return nil }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") || bytes[at] | 0x20 == UInt8(ascii: "e") {
      return fraction(bytes, from: start, whole: count)
    }
    if count > 18 { return exact(bytes, from: start) }
    if isNegative && magnitude == 0 { return JSONToken(.number, start: start) }
    let value = Int(truncatingIfNeeded: magnitude)
    return JSONToken(
      .integer, start: start, word: UInt64(bitPattern: Int64(isNegative ? -value : value)))
  }

  /// Goes on behind the whole part of a number, of `whole` digits.
  private mutating func fraction(
    _ bytes: Span<UInt8>, from start: Int, whole: Int
  ) -> JSONToken? {
    if bytes[at] == UInt8(ascii: ".") {
      at += 1
      let point = at
      _ = digits(bytes)
      if at == point { return nil }
    }
    var exponent = 0
    if at < bytes.count && bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      guard at < bytes.count else { return nil }
      let sign = bytes[at]
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { at += 1 }
      let first = at
      let power = digits(bytes)
      if at == first { return nil }
      if sign != UInt8(ascii: "-") { exponent = at - first > 8 ? 99_999_999 : Int(power) }
    }
    // Below 10^308, so that no double overflows; else the value must be known.
    if whole + exponent <= 308 { return JSONToken(.number, start: start) }
    return exact(bytes, from: start)
  }

  @inline(__always)
  private mutating func digits(_ bytes: Span<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    while at < bytes.count {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      at += 1
    }
    return value
  }

  /// Reads a number whose digits are many, as `JSON.parse` does.
  private mutating func exact(_ bytes: Span<UInt8>, from start: Int) -> JSONToken? {
    var reader = Reader()
    reader.at = start
    guard let number = try? reader.number(bytes) else { return nil }
    at = reader.at
    if case .integer(let value) = number {
      return JSONToken(.integer, start: start, word: UInt64(bitPattern: Int64(value)))
    }
    return JSONToken(.number, start: start)
  }
}

extension OpenContainer {
  fileprivate var closing: UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }
}
