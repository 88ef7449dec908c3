package import Geometry
internal import Imaging

/// Visual search: a photograph with coloured badges, an icon on every badge.
///
/// In the small view of the whole picture the colours of the badges can be found and the icons
/// cannot be read; in a crop around a badge the icon can. Naming an icon takes a look at the right
/// place.
package enum VisualSearch {
  /// The pixels of a scene.
  package static let pictureSize = Size(width: 896, height: 672)
  /// The pixels of the view of a whole scene, a quarter of each side.
  package static let viewSize = Size(width: 224, height: 168)

  /// The parts of the data, as the folders of photographs are called.
  package enum Split: String, Sendable, CaseIterable {
    case train
    case validation
    case test
  }
}
