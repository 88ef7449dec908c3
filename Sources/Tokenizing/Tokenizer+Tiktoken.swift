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
