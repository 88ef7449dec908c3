package import Foundations
internal import Synchronization

/// Byte-level byte-pair encoding, equal to Qwen2's tokenizer: added tokens are matched first, the
/// text between them is brought to normal form C, cut into words and merged inside each word.
///
/// Any text has ids and `decode(encode(text))` is the text in form C. Immutable but for a cache of
/// words, so one tokenizer serves all threads.
package final class Tokenizer: Sendable {
  /// Bytes of every id; empty where an id has no token.
  private let pieces: [[UInt8]]
  private let byteIDs: [Int32]
  package let merges: Merges
  /// In the order of their ids.
  package let addedTokens: [AddedToken]
  private let addedIDs: [String: Int]
  private let specialIDs: Set<Int>
  private let finder: AddedTokenFinder
  private let cache = Mutex<[ArraySlice<UInt8>: [Int32]]>([:])

  /// Number of ordinary tokens, those that are not added.
  package let ordinaryCount: Int
  /// One more than the highest id: the rows an embedding needs.
  package var count: Int { pieces.count }

  /// - Parameters:
  ///   - vocabulary: bytes of the ordinary tokens by id, empty where an id is not ordinary; all
  ///     256 single bytes must be there.
  ///   - added: their ids may leave gaps but must not be taken.
  /// - Throws: `tokenizer.vocabulary` when one of these does not hold.
  package init(
    vocabulary: [[UInt8]], merges: Merges, added: [AddedToken]
  ) throws(Fault) {
    var pieces = vocabulary
    for token in added.sorted(by: { $0.id < $1.id }) {
      guard (0..<1 << 24).contains(token.id), !token.text.isEmpty else {
        throw Fault(
          "tokenizer.vocabulary", "the added token \"\(token.text)\" cannot have the id \(token.id)"
        )
      }
      if token.id >= pieces.count {
        pieces += Array(repeating: [], count: token.id + 1 - pieces.count)
      }
      guard pieces[token.id].isEmpty else {
        throw Fault(
          "tokenizer.vocabulary",
          "the added token \"\(token.text)\" has the id \(token.id) of the token "
            + "\"\(String(decoding: pieces[token.id], as: UTF8.self))\"")
      }
      pieces[token.id] = Array(token.text.utf8)
    }
    var byteIDs = [Int32](repeating: -1, count: 256)
    for (id, piece) in vocabulary.enumerated() where piece.count == 1 {
      byteIDs[Int(piece[0])] = Int32(id)
    }
    if let missing = byteIDs.firstIndex(of: -1) {
      throw Fault(
        "tokenizer.vocabulary", "no token for the byte \(missing); expected all 256 single bytes")
    }
    self.pieces = pieces
    self.byteIDs = byteIDs
    self.merges = merges
    self.ordinaryCount = vocabulary.count { !$0.isEmpty }
    self.addedTokens = added.sorted { $0.id < $1.id }
    self.addedIDs = Dictionary(added.map { ($0.text, $0.id) }, uniquingKeysWith: { $1 })
    self.specialIDs = Set(added.filter(\.isSpecial).map(\.id))
    self.finder = AddedTokenFinder(added)
  }

  /// The id of an added token by its text.
  package func id(of added: String) -> Int? { addedIDs[added] }

  /// The id of one of the house's own added tokens; `nil` in a foreign tokenizer that lacks it.
  package func id(of token: SpecialToken) -> Int? { addedIDs[token.rawValue] }

  /// The bytes of a token, which may be a part of a character; empty where an id has no token.
  package func bytes(of id: Int) -> [UInt8] {
    pieces.indices.contains(id) ? pieces[id] : []
  }

  /// The ids of `text`.
  ///
  /// - Parameter allowSpecial: whether the names of added tokens in `text` stand for them. `false`
  ///   reads them as ordinary text: use it for words that come from outside.
  package func encode(_ text: String, allowSpecial: Bool = true) -> [Int] {
    let bytes = Array(text.utf8)
    var ids: [Int] = []
    var at = 0
    for match in allowSpecial ? finder.matches(in: bytes) : [] {
      appendOrdinary(bytes[at..<match.range.lowerBound], to: &ids)
      ids.append(match.id)
      at = match.range.upperBound
    }
    appendOrdinary(bytes[at...], to: &ids)
    return ids
  }

  /// The text of `ids`; bytes that are not UTF-8 become U+FFFD, ids without a token nothing.
  package func decode(_ ids: some Sequence<Int>, skippingSpecial: Bool = false) -> String {
    var bytes: [UInt8] = []
    for id in ids where !(skippingSpecial && specialIDs.contains(id)) {
      bytes.append(contentsOf: self.bytes(of: id))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func appendOrdinary(_ text: ArraySlice<UInt8>, to ids: inout [Int]) {
    guard !text.isEmpty else { return }
    let composed = Normalization.composed(text)
    for word in WordSplitter.words(in: composed) {
      for id in encodedWord(composed[word]) { ids.append(Int(id)) }
    }
  }

  private func encodedWord(_ word: ArraySlice<UInt8>) -> [Int32] {
    if word.count == 1, let byte = word.first { return [byteIDs[Int(byte)]] }
    if let known = cache.withLock({ $0[word] }) { return known }
    let ids = merges.apply(to: word.map { byteIDs[Int($0)] })
    if word.count <= Self.longestCachedWord {
      let key = Array(word)[...]  // its own memory, or the cache would hold the whole text
      cache.withLock {
        if $0.count >= Self.cachedWords { $0.removeAll(keepingCapacity: true) }
        $0[key] = ids
      }
    }
    return ids
  }

  private static let longestCachedWord = 64
  private static let cachedWords = 1 << 16
}
