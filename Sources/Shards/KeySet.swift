/// Keys that were seen, 16 bytes for each.
package struct KeySet {
  private struct Mark: Hashable {
    let first: Int
    let second: Int
  }
  private var marks: Set<Mark> = []

  package init() {}

  /// Whether the key is new; wrong once in 2^128 pairs, and no input can be made to collide, as
  /// Swift's hash is keyed anew in every process.
  package mutating func insert(_ key: String) -> Bool {
    func mark(_ salt: UInt8) -> Int {
      var hasher = Hasher()
      hasher.combine(salt)
      for byte in key.utf8 { hasher.combine(byte) }
      return hasher.finalize()
    }
    return marks.insert(Mark(first: mark(1), second: mark(2))).inserted
  }
}
