package import TensorCore

/// All weights of a model in one flat buffer, addressed by name.
///
/// Tensors that are declared one after another lie one after another, so that q, k and v (or gate
/// and up) can be multiplied as one matrix while files and optimisers see them apart.
package final class Parameters: Sendable {
  package struct Entry: Sendable {
    package let name: String
    /// The shape as written to files.
    package let shape: [Int]
    package let start: Int
    package let count: Int
    /// The matrix seen by products: first dimension by the product of the others.
    package var rows: Int { shape.count == 1 ? 1 : shape[0] }
    package var columns: Int { count / rows }
  }

  package let entries: [Entry]
  package let values: Tensor
  private let index: [String: Int]

  package init(_ shapes: [(name: String, shape: [Int])]) {
    var entries: [Entry] = []
    var start = 0
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      entries.append(Entry(name: name, shape: shape, start: start, count: count))
      start += count
    }
    self.entries = entries
    values = Tensor(zeros: 1, start)
    index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  package var count: Int { values.count }

  package func entry(_ name: String) -> Entry? { index[name].map { entries[$0] } }

  /// The values of one tensor, as a view.
  package func tensor(_ entry: Entry) -> Tensor {
    values.slice(entry.start, entry.count).reshaped(entry.rows, entry.columns)
  }

  /// A handle on one tensor, or on several that lie one after another, stacked by rows.
  package func weight(_ names: String...) -> Weight {
    let found = names.map { name in
      guard let entry = entry(name) else { fatalError("no parameter named \(name)") }
      return entry
    }
    for (left, right) in zip(found, found.dropFirst()) {
      precondition(
        left.start + left.count == right.start && left.columns == right.columns
          || left.shape.count == 1 && left.start + left.count == right.start,
        "\(left.name) and \(right.name) do not lie together")
    }
    let count = found.reduce(0) { $0 + $1.count }
    let flat = found[0].shape.count == 1
    return Weight(
      start: found[0].start, rows: flat ? 1 : count / found[0].columns,
      columns: flat ? count : found[0].columns)
  }

  /// A deep copy, for a frozen reference.
  package func copy() -> Parameters {
    let other = Parameters(entries.map { ($0.name, $0.shape) })
    other.values.pointer.update(from: values.pointer, count: count)
    return other
  }
}

/// A place in a parameter buffer, seen as a matrix `[rows, columns]`; biases and norms are one row.
package struct Weight: Sendable {
  package let start: Int
  package let rows: Int
  package let columns: Int
}
