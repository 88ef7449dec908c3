internal import Autograd
package import Foundations
internal import Imaging
package import Schemas
internal import Synchronization
package import TensorCore

/// Vision features of pictures and crops, computed once while the vision tower does not change.
///
/// Sampler and trainer take them from here, so both see the same numbers.
package final class PictureFeatures: Sendable {
  package struct Entry: Sendable {
    package let grid: PatchGrid
    /// Shapes: [grid.tokens, text width].
    package let features: Tensor
  }

  private struct State {
    var entries: [MediaReference: Entry] = [:]
    var pictures: [String: Picture] = [:]
  }

  private let model: Model
  /// Crops kept before all entries are dropped; an entry of 16 tokens takes about 8 kB.
  private static let kept = 30_000
  /// Decoded pictures kept; one of 0.6 megapixels takes 1.8 MB.
  private static let keptPictures = 64
  // Guards both caches; what is computed twice by two threads at once is the same.
  private let state = Mutex(State())

  package init(_ model: Model) { self.model = model }

  /// The features of a picture as `reference` shows it; `bytes` is the file of the whole picture.
  ///
  /// - Throws: faults of decoding.
  package func entry(_ reference: MediaReference, _ bytes: [UInt8]) throws(Fault) -> Entry {
    if let found = state.withLock({ $0.entries[reference] }) { return found }
    let shown = try shown(reference, bytes)
    let (grid, rows) = Patches.of(shown)
    let tape = Tape(model.parameters)
    let entry = Entry(
      grid: grid, features: model.vision.features(rows, [grid], on: tape).value)
    state.withLock { state in
      if state.entries.count >= Self.kept { state.entries.removeAll() }
      state.entries[reference] = entry
    }
    return entry
  }

  /// The pixels that the model sees.
  private func shown(_ reference: MediaReference, _ bytes: [UInt8]) throws(Fault) -> Picture {
    let whole = try decoded(reference.sha256, bytes)
    if let crop = reference.crop { return whole.cropped(crop) }
    return whole.resized(to: reference.size)
  }

  private func decoded(_ sha256: String, _ bytes: [UInt8]) throws(Fault) -> Picture {
    if let found = state.withLock({ $0.pictures[sha256] }) { return found }
    let picture = try Picture.decode(bytes)
    state.withLock { state in
      if state.pictures.count >= Self.keptPictures { state.pictures.removeAll() }
      state.pictures[sha256] = picture
    }
    return picture
  }
}
