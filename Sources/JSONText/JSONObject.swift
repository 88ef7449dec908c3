/// The members of a JSON object in the order they were written or added; keys are distinct.
///
/// A look-up scans up to 16 members with ASCII keys, and asks a hash index otherwise.
package struct JSONObject: Sendable {
  package typealias Member = (key: String, value: JSON)

  package private(set) var members: [Member] = []
  /// There if a key is not ASCII or there are more than `indexed` members.
  private var index: [ExactKey: Int]?

  /// Above this many members the index pays for its memory.
  private static let indexed = 16

  package init() {}

  /// An empty object with room for `capacity` members.
  init(capacity: Int) { members.reserveCapacity(capacity) }

  /// Keys must be distinct.
  package init(_ members: [Member]) {
    self.members.reserveCapacity(members.count)
    for member in members {
      let isNew = append(member.key, member.value)
      precondition(isNew, "the key \"\(member.key)\" is given twice")
    }
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  /// Whether the key is there, be its value null.
  package func has(_ key: String) -> Bool { position(of: key) != nil }

  /// The value of a key; setting replaces in place or appends, setting `nil` removes.
  package subscript(key: String) -> JSON? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil):
        members.remove(at: position)
        rebuildIndex()
      case (nil, let value?): _ = append(key, value)
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end unless the key is there already; returns whether it was added.
  package mutating func append(_ key: String, _ value: JSON) -> Bool {
    guard index == nil else {
      let exact = ExactKey(text: key)
      guard index?[exact] == nil else { return false }
      index?[exact] = members.count
      members.append((key, value))
      return true
    }
    guard position(of: key) == nil else { return false }
    members.append((key, value))
    if members.count > Self.indexed || !key.isASCII { rebuildIndex() }
    return true
  }

  private func position(of key: String) -> Int? {
    if let index { return index[ExactKey(text: key)] }
    return members.indices.first { members[$0].key.hasSameASCII(as: key) }
  }

  private mutating func rebuildIndex() {
    index = nil
    guard members.count > Self.indexed || !members.allSatisfy(\.key.isASCII) else { return }
    var fresh: [ExactKey: Int] = [:]
    fresh.reserveCapacity(members.count * 2)
    for (position, member) in members.enumerated() { fresh[ExactKey(text: member.key)] = position }
    index = fresh
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
  package var underestimatedCount: Int { members.count }
}

extension JSONObject: Equatable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Keys must be distinct.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { (key: $0.0, value: $0.1) })
  }
}

/// A key that is equal to another only if the bytes are; `String` would join "é" and "e\u{301}".
private struct ExactKey: Hashable {
  let text: String

  static func == (left: ExactKey, right: ExactKey) -> Bool {
    left.text.hasSameUTF8(as: right.text)
  }

  func hash(into hasher: inout Hasher) {
    // Eight bytes at a time, as each `combine` is a call.
    var word: UInt64 = 0
    var filled = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      filled += 1
      if filled & 7 == 0 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(filled)
  }
}
