import Archiving
import Foundations
import Glibc
import Testing

@Suite struct `Archive patterns` {
  func expand(_ patterns: String..., in folder: borrowing TemporaryFolder) throws -> [String] {
    let root = folder.path + "/"
    return try ArchivePattern.expand(patterns.map { $0 == "-" ? $0 : root + $0 })
      .map { $0.hasPrefix(root) ? String($0.dropFirst(root.count)) : $0 }
  }

  @Test(arguments: [
    ("a", ["a"]), ("{a,b}", ["a", "b"]),
    (
      "x{a,{b,c}d}y{1..3}",
      [
        "xay1", "xay2", "xay3", "xbdy1", "xbdy2", "xbdy3", "xcdy1", "xcdy2", "xcdy3",
      ]
    ), ("{008..11}", ["008", "009", "010", "011"]), ("{3..1}", ["3", "2", "1"]),
    ("{a}", ["{a}"]), ("{a..c}", ["{a..c}"]), ("a{,b}", ["a", "ab"]), ("}{", ["}{"]),
    ("{a{1..2}", ["{a1", "{a2"]), ("{x}{1,2}", ["{x}1", "{x}2"]), ("-", ["-"]),
  ])
  func `braces are lists and ranges`(text: String, expected: [String]) throws {
    #expect(try ArchivePattern.expand([text]) == expected)
  }

  @Test func `signs match within a part, two stars any number of folders`() throws {
    let folder = try TemporaryFolder()
    for name in [
      "a-10.tar", "a-2.tar", "b.zip", ".hidden.tar", "x/c.tar", "x/y/d.tar", "x/.z/e.tar", "x/y/[",
    ] { _ = try folder.file(name, [1]) }
    symlink("..", folder.path + "/x/loop")
    #expect(try expand("*.tar", in: folder) == ["a-10.tar", "a-2.tar"])
    #expect(try expand("a-?.tar", "a-*.tar", in: folder) == ["a-2.tar", "a-10.tar"])
    #expect(try expand("[ab][.-]*", in: folder) == ["a-10.tar", "a-2.tar", "b.zip"])
    #expect(try expand("**/*.tar", in: folder) == ["a-10.tar", "a-2.tar", "x/c.tar", "x/y/d.tar"])
    #expect(try expand("x/**", in: folder) == ["x/c.tar", "x/y/[", "x/y/d.tar"])
    #expect(try expand("{x,x/y}/*.tar", in: folder) == ["x/c.tar", "x/y/d.tar"])
    #expect(try expand("x/y/[", "-", in: folder) == ["x/y/[", "-"])
    #expect(try expand("*.rar", in: folder) == ["*.rar"])
  }

  @Test func `braces that are too many are refused`() throws {
    let fault = try #require(throws: Fault.self) {
      try ArchivePattern.expand(["{1..9999}{1..9999}"])
    }
    #expect(fault.code == "archive.pattern")
  }
}
