package import Foundations
package import Imaging
internal import TensorCore
package import Tokenizing
internal import VisionLanguage

/// Words that name the cells of a picture; each is one token of the vocabulary.
package struct CellWords: Sendable {
  package static let columns = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
  package static let rows = ["first", "second", "third", "fourth", "fifth", "sixth"]
  package static let nothing = "none"

  private let ids: [String: Int32]

  /// - Throws: `pretrain.vocabulary` if a word is not one token.
  package init(_ tokenizer: Tokenizer, contents: [String]) throws(Fault) {
    var ids: [String: Int32] = [:]
    for word in Self.columns + Self.rows + [Self.nothing] + contents {
      let coded = tokenizer.encode(" " + word)
      guard coded.count == 1 else {
        throw Fault(
          "pretrain.vocabulary", "the word \"\(word)\" must be one token, it is \(coded.count)")
      }
      ids[word] = Int32(coded[0])
    }
    self.ids = ids
  }

  /// Labels of a grid from the content word of every cell, row by row; nil where nothing is.
  func labels(_ contents: [String?], _ grid: PatchGrid) -> CellLabels {
    precondition(
      grid.mergedColumns <= Self.columns.count && grid.mergedRows <= Self.rows.count,
      "no words for \(grid.mergedRows)x\(grid.mergedColumns) cells")
    let cells = contents.indices
    return CellLabels(
      content: cells.map { id(contents[$0] ?? Self.nothing) },
      columns: cells.map { id(Self.columns[$0 % grid.mergedColumns]) },
      rows: cells.map { id(Self.rows[$0 / grid.mergedColumns]) },
      nothing: id(Self.nothing))
  }

  private func id(_ word: String) -> Int32 {
    guard let id = ids[word] else { fatalError("\"\(word)\" is not a cell word") }
    return id
  }
}

/// Builds the tokens of one training text from runs of text and pictures.
///
/// Cut runs only before a space or a special token: the parts are encoded one by one.
package struct SkillText {
  private let tokenizer: Tokenizer
  private let image: Int32
  private var node = TokenTree.Node(parent: -1, ids: [], learned: [])
  private var pictures: [PatchedPicture] = []

  package init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    image = Int32(tokenizer.id(of: .imagePad) ?? -1)
  }

  package mutating func append(_ text: String, learned: Bool = false) {
    let ids = tokenizer.encode(text).map(Int32.init)
    node.ids += ids
    node.learned += ids.map { _ in learned }
  }

  /// Appends a picture between its markers; `contents` names what each cell shows, if given.
  package mutating func append(
    _ picture: Picture, contents: [String?]? = nil, words: CellWords? = nil
  ) {
    append(SpecialToken.visionStart.rawValue)
    let (grid, rows) = Patches.of(picture)
    let labels = contents.flatMap { contents in words.map { $0.labels(contents, grid) } }
    node.pictures.append(pictures.count)
    pictures.append(PatchedPicture(grid: grid, values: rows, labels: labels))
    node.ids += repeatElement(image, count: grid.tokens)
    node.learned += repeatElement(false, count: grid.tokens)
    append(SpecialToken.visionEnd.rawValue)
  }

  package var tree: TokenTree {
    var tree = TokenTree()
    tree.nodes = [node]
    tree.pictures = pictures
    return tree
  }
}
