internal import CKernels
internal import Geometry
package import Imaging
package import TensorCore

/// Pictures as the rows that the vision tower takes.
package enum Patches {
  /// Means and deviations of the channels (CLIP's, as in Qwen's preprocessor).
  package static let mean: [Float] = [0.48145466, 0.4578275, 0.40821073]
  package static let deviation: [Float] = [0.26862954, 0.26130258, 0.27577711]

  /// The patches of a picture whose sides are multiples of 28.
  ///
  /// Shapes: [P, 588]: channel, row, column; patches in merge-block order; the two equal frames of
  /// a still are given once.
  package static func of(_ picture: Picture) -> (grid: PatchGrid, rows: Tensor) {
    let (height, width) = (picture.size.height, picture.size.width)
    precondition(height % 28 == 0 && width % 28 == 0, "a picture of \(width)x\(height)")
    let grid = PatchGrid(rows: height / Configuration.patch, columns: width / Configuration.patch)
    let rows = Tensor(uninitialized: grid.patches, 3 * Configuration.patch * Configuration.patch)
    ck_patchify(
      picture.pixels, Int64(height), Int64(width), mean, deviation, 1, rows.pointer)
    return (grid, rows)
  }
}
