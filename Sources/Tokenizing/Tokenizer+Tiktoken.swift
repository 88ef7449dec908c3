package import Foundations

extension Tokenizer {
  /// Reads a `.tiktoken` file: a line per token with its bytes in base64, a space and its rank,
  /// which is also its id.
  ///
  /// Such a file names no merges: any two neighbours that together are a token merge, the lowest
  /// rank first. So every cut of a token into two tokens is a rule.
  package convenience init(tiktoken bytes: [UInt8], added: [AddedToken]) throws(Fault) {
    var vocabulary: [[UInt8]] = []
    var ids: [ArraySlice<UInt8>: Int32] = [:]
    for (index, line) in bytes.split(separator: 10).enumerated() {
      let parts = line.split(separator: 32)
      guard parts.count == 2, let token = Base64.bytes(of: parts[0]), !token.isEmpty,
        let id = Int(String(decoding: parts[1], as: UTF8.self)), id == index
      else {
        throw Fault(
          "tokenizer.tiktoken", "expected base64, a space and the rank \(index)",
          at: Place(line: index + 1))
      }
      vocabulary.append(token)
      ids[token[...]] = Int32(id)
    }
    var rules: [Merges.Rule] = []
    for (id, token) in vocabulary.enumerated() where token.count > 1 {
      var cuts: [Merges.Rule] = []
      for cut in 1..<token.count {
        if let left = ids[token[..<cut]], let right = ids[token[cut...]] {
          cuts.append(Merges.Rule(left: left, right: right, result: Int32(id)))
        }
      }
      rules += cuts.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    }
    try self.init(
      vocabulary: vocabulary, merges: Merges(rules, ranksByResult: true), added: added)
  }
}

/// Base64 of RFC 4648, section 4.
enum Base64 {
  private static let values: [UInt8: UInt32] = {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    return Dictionary(uniqueKeysWithValues: zip(digits, 0...))
  }()

  /// The bytes, or `nil` where the text is not padded base64.
  static func bytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
    let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard text.count % 4 == 0, padding <= 2 else { return nil }
    var result: [UInt8] = []
    var bits: UInt32 = 0
    for (index, digit) in text.dropLast(padding).enumerated() {
      guard let value = values[digit] else { return nil }
      bits = bits << 6 | value
      if index % 4 != 0 { result.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * (index % 4)))) }
    }
    return result
  }
}
