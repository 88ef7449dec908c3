import Foundations

/// A folder that goes away with the test.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var random = SystemRandomNumberGenerator()
    path = "/tmp/scanpath-recipes-\(random.next())"
    try Files.makeFolder(path)
  }

  deinit { try? Files.removeTree(path) }
}
