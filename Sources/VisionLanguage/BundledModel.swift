internal import Foundation

/// The small model that comes with the program: an ordinary checkpoint folder.
package enum BundledModel {
  /// Where its folder lies.
  package static var path: String {
    Bundle.module.bundleURL.appendingPathComponent("Bundled").path
  }
}
