package import TensorCore

/// A picture as patches: frames, patch rows, patch columns.
///
/// Rows and columns are even.
package struct PatchGrid: Sendable, Equatable, Hashable {
  package let frames: Int
  package let rows: Int
  package let columns: Int

  package init(frames: Int = 1, rows: Int, columns: Int) {
    precondition(rows % 2 == 0 && columns % 2 == 0, "\(rows)x\(columns) patches are not mergeable")
    self.frames = frames
    self.rows = rows
    self.columns = columns
  }

  package var patches: Int { frames * rows * columns }
  /// Tokens that the decoder sees.
  package var tokens: Int { patches / 4 }
  package var mergedRows: Int { rows / 2 }
  package var mergedColumns: Int { columns / 2 }
}

/// The order in which the vision tower works: merged cells sorted by attention window, and who sees
/// whom inside windows and inside pictures.
package struct VisionLayout: Sendable {
  /// Position of each merged cell in window order: cell `order[i]` stands at place i.
  package let order: [Int]
  /// The places of the cells in picture order: the inverse of `order`.
  package let inverse: [Int]
  package let windows: PackedTrie
  package let pictures: PackedTrie
  /// Row and column of every patch, in window order.
  package let rows: [Int]
  package let columns: [Int]

  /// The order of pictures packed one after another; `window` counts pixels.
  package init(_ grids: [PatchGrid], window: Int) {
    let edge = window / Configuration.merge / Configuration.patch  // in merged cells
    var order: [Int] = []
    var windows: [Int] = []
    var pictures: [Int] = []
    var rows: [Int] = []
    var columns: [Int] = []
    var base = 0
    for grid in grids {
      let (h, w) = (grid.mergedRows, grid.mergedColumns)
      for _ in 0..<grid.frames {
        for top in stride(from: 0, to: h, by: edge) {
          for left in stride(from: 0, to: w, by: edge) {
            let (bottom, right) = (min(top + edge, h), min(left + edge, w))
            for row in top..<bottom {
              for column in left..<right {
                order.append(base + row * w + column)
                for inner in 0..<4 {
                  rows.append(row * 2 + inner / 2)
                  columns.append(column * 2 + inner % 2)
                }
              }
            }
            windows.append((bottom - top) * (right - left) * 4)
          }
        }
        pictures.append(h * w * 4)
        base += h * w
      }
    }
    self.order = order
    var inverse = [Int](repeating: 0, count: order.count)
    for (place, cell) in order.enumerated() { inverse[cell] = place }
    self.inverse = inverse
    self.windows = PackedTrie(runs: windows, causal: false)
    self.pictures = PackedTrie(runs: pictures, causal: false)
    self.rows = rows
    self.columns = columns
  }
}
