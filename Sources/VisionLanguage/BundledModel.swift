internal import Foundation

/// The small model that comes with the program: an ordinary checkpoint folder.
package enum BundledModel {
  /// The word that stands for it wherever a model folder is asked for.
  package static let name = "bundled"

  /// Where its folder lies.
  package static var path: String {
    Bundle.module.bundleURL.appendingPathComponent("Bundled").path
  }

  /// The folder of a model that a user names: the bundled one for `bundled`, else the name itself.
  package static func folder(_ model: String) -> String { model == name ? path : model }
}
