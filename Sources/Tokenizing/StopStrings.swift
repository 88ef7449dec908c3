/// Texts that end what is being sampled, as soon as its last token completes one of them.
///
/// A text may begin in the middle of a token and end in the middle of another: bytes are compared.
/// What follows it in the last token stays, as ids are never cut.
package struct StopStrings: Sendable {
  private let texts: [[UInt8]]
  private let tokenizer: Tokenizer

  /// Empty texts end nothing.
  package init(_ texts: [String], _ tokenizer: Tokenizer) {
    self.texts = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
    self.tokenizer = tokenizer
  }

  /// Whether the last of `ids` completes one of the texts.
  package func isCompleted(by ids: some BidirectionalCollection<Int>) -> Bool {
    guard let last = ids.last, let longest = texts.map(\.count).max() else { return false }
    let end = tokenizer.bytes(of: last).count
    // Backwards: only what the longest text can reach.
    var pieces: [[UInt8]] = []
    var count = 0
    for id in ids.reversed() {
      pieces.append(tokenizer.bytes(of: id))
      count += pieces[pieces.count - 1].count
      if count >= longest + end - 1 { break }
    }
    let tail = Array(pieces.reversed().joined())
    return texts.contains { text in
      let first = max(0, tail.count - end - text.count + 1)
      guard first + text.count <= tail.count else { return false }
      return (first...tail.count - text.count).contains { start in
        tail[start..<start + text.count].elementsEqual(text)
      }
    }
  }
}
