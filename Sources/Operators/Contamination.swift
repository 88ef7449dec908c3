package import Foundations
internal import Imaging

/// What evaluation sets ask and show, to find it again in records that are learned from.
///
/// A text is found by any run of `width` words that it shares with an item. Runs that more than
/// `common` items share, such as "answer with the letter of the option", mean nothing. A text that is
/// shorter than a run is found where all its words are those of an item: alone that says little,
/// because many pictures are asked what color something is.
package struct EvaluationIndex: Sendable {
  package let width: Int
  /// Runs that are in more items than this are passed over.
  package let common: Int
  /// Nil: pictures are the same only where their pixels are equal.
  package let near: NearDuplicates?
  /// For what is read more than once.
  let folder: String

  /// The items by number, such as `mmbench 1043`.
  package private(set) var names: [String] = []
  /// The first item and the number of items of every run of words.
  private var runs: [UInt64: (first: UInt32, count: UInt32, last: UInt32)] = [:]
  private var shorts: [UInt64: UInt32] = [:]
  private var table: PictureTable
  /// The first item of every picture.
  private var owners: [UInt32] = []

  /// - Parameter folder: on the disk that takes what is known of pictures.
  package init(
    in folder: String, width: Int = 13, common: Int = 10, near: NearDuplicates? = NearDuplicates()
  ) throws(Fault) {
    precondition(width > 0, "a run has words")
    table = try PictureTable(in: folder)
    self.folder = folder
    self.width = width
    self.common = common
    self.near = near
  }

  /// What is compared of pictures.
  package var sameness: PictureSameness { near.map { .near($0) } ?? .pixels }

  package var items: Int { names.count }
  package var pictures: Int { table.count }

  // MARK: Filling

  /// Starts the next item, to which texts and pictures belong until the next start.
  package mutating func start(_ name: String) { names.append(name) }

  /// - Returns: whether the text has words.
  @discardableResult package mutating func add(text: String) -> Bool {
    let item = UInt32(names.count - 1)
    let words = Self.words(of: text)
    if words.isEmpty { return false }
    if words.count < width {
      let key = Self.key(of: words)
      if shorts[key] == nil { shorts[key] = item }
    }
    for run in Shingles.hashes(of: words, width: width) {
      if let known = runs[run] {
        if known.last != item { runs[run] = (known.first, known.count + 1, item) }
      } else {
        runs[run] = (item, 1, item)
      }
    }
    return true
  }

  /// - Parameters:
  ///   - digest: of the picture's file.
  ///   - signature: asked for only if the picture is new.
  package mutating func add(
    picture digest: Digest, signature: () throws(Fault) -> PictureSignature
  ) throws(Fault) {
    let number = try table.number(of: digest)
    if number < owners.count {
      // One that could not be read the first time is as bad now.
      if try table[number] == nil { _ = try signature() }
      return
    }
    owners.append(UInt32(names.count - 1))
    try table.set(signature(), of: number)
  }

  // MARK: Finding

  /// How a text is found again.
  package enum TextMatch: Sendable, Equatable {
    /// A run of words of this item.
    case run(item: Int)
    /// All words of a short text are those of this item.
    case short(item: Int)
  }

  package func match(text: String) -> TextMatch? {
    let words = Self.words(of: text)
    if words.isEmpty { return nil }
    if words.count < width { return shorts[Self.key(of: words)].map { .short(item: Int($0)) } }
    for run in Shingles.hashes(of: words, width: width) {
      if let known = runs[run], known.count <= common { return .run(item: Int(known.first)) }
    }
    return nil
  }

  /// For every picture of a table that is in an item or looks like one there, the first such item.
  package func matches(in other: PictureTable, workers: Int) throws -> [Int: Int] {
    var found: [Int: Int] = [:]
    for number in 0..<other.count {
      guard let signature = try other[number] else { continue }
      found[number] = try table.first(like: signature).map { Int(owners[$0]) }
    }
    guard let near else { return found }
    for (number, first) in try other.nearest(in: table, near, workers: workers) {
      found[number] = found[number] ?? Int(owners[first])
    }
    return found
  }

  /// Without the placeholders of pictures, which one side has and another has not.
  private static func words(of text: String) -> [UInt64] {
    Words.hashes(of: PicturePlaceholder.removed(from: text))
  }

  private static func key(of words: [UInt64]) -> UInt64 {
    words.reduce(0) { StableHash.mix($0 &* 31 &+ $1) }
  }
}
