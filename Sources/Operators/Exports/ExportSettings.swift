/// How a dataset is exported.
package struct ExportSettings: Sendable {
  package var target: ExportTarget
  package var frame: ExportFrame
  package var pictures: ExportPictures
  /// What stands before the paths of pictures in rows.
  package var imageRoot = ""
  /// Bytes of a shard, of targets that have them.
  package var shardBytes = 64 << 20
  /// Whether MDS shards are compressed by zstd.
  package var compresses = false

  /// The target's own frame and the original pictures, unless others are given.
  package init(
    _ target: ExportTarget, frame: ExportFrame? = nil, pictures: ExportPictures = .original
  ) {
    self.target = target
    self.frame = frame ?? target.defaultFrame
    self.pictures = pictures
  }
}
