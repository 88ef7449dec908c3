import Foundations
import Testing

@Suite struct `Spelling of names` {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("rollout", "rolluot", 1), ("a", "b", 1),
  ])
  func `edit distances are known`(first: String, second: String, distance: Int) {
    #expect(Spelling.editDistance(first, second) == distance)
    #expect(Spelling.editDistance(second, first) == distance)
  }

  @Test func `only near names are proposed`() {
    #expect(Spelling.nearest(to: "serach", in: ["split", "search", "write"]) == "search")
    #expect(Spelling.nearest(to: "x", in: ["split", "search"]) == nil)
  }
}
