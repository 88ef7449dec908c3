import Foundations
import Testing

@Suite struct XXHash64Tests {
  /// Of `xxhsum -H1`.
  @Test(arguments: [
    ("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("as", "1c330fb2d66be179"),
    ("asd", "631c37ce72a97393"), ("asdf", "415872f599cea71e"),
    ("Call me Ishmael. Some years ago--never mind how long precisely-", "02a2e85470d6fd96"),
  ])
  func `Known texts have their hashes`(_ text: String, _ hash: String) {
    #expect(XXHash64.hexadecimal(of: Array(text.utf8)) == hash)
  }
}
