import Foundation
import Testing

/// `scanpath show` on records written by hand.
@Suite struct ShowTests {
  static let digest = String(repeating: "a", count: 64)
  static let provenance =
    #"{"archive":"a.tar","member":"a.png","sha256":"\#(digest)","operators":{},"seed":1}"#
  static let question =
    #"{"kind":"question","version":1,"id":"q-0001","images":[{"sha256":"\#(digest)","#
    + #""format":"png","width":200,"height":100,"bytes":9}],"question":"Where is it?","#
    + #""options":[],"targets":[],"answer":{"kind":"point-in-box","box":[10,10,40,40],"frame":"original"},"#
    + #""domain":"visual-search","source":"a.tar","provenance":\#(provenance)}"#
  static let prompt =
    #"{"role":"prompt","text":"<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>"#
    + #"Where is it?<|im_end|>\n","ids":[],"media":[{"sha256":"\#(digest)","size":[100,50]}]}"#
  static let look =
    #"{"role":"model","text":"<think> Left. </think>\n<tool_call>\n{\"name\": "#
    + #"\"search_coordinate\", \"arguments\": {\"coordinate\": [10, 20]}}\n</tool_call>","ids":[]},"#
    + #"{"role":"observation","text":"","ids":[],"media":[{"sha256":"\#(digest)","#
    + #""crop":{"box":[0,20,40,60],"output":[28,28]},"size":[28,28]}]}"#
  static let answer =
    #"{"role":"model","text":"<think> Here. </think>\n<answer> (12, 8) </answer>","ids":[]}"#

  static let tree =
    #"{"kind":"tree","version":1,"id":"q-0001","question":\#(question),"nodes":["#
    + #"{"parent":-1,"segments":[\#(prompt)],"terminal":false,"visits":3,"value":0.5,"#
    + #""rollouts":[]},{"parent":0,"segments":[\#(look)],"point":[20,40],"terminal":false,"#
    + #""visits":2,"value":0.5,"rollouts":[{"segments":[\#(answer)],"answer":"(12, 8)","#
    + #""reward":1,"steps":1,"same_points":0}]},{"parent":1,"segments":[\#(answer)],"#
    + #""terminal":true,"answer":"(12, 8)","visits":1,"value":1,"rollouts":[]}],"#
    + #""settings":{},"provenance":\#(provenance)}"#
  static let evaluation =
    #"{"kind":"evaluation","version":1,"id":"q-0001/base","question":"q-0001","model":"base","#
    + #""segments":[\#(prompt),\#(look),\#(answer)],"answer":"(12, 8)","correct":false,"#
    + #""reason":"outside","zooms":1,"points":[[20,40]],"provenance":\#(provenance)}"#

  /// A file of records, for the length of `body`.
  static func withFile(_ records: [String], _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
    try records.map { $0 + "\n" }.joined().write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  @Test func `A tree is indented, with places in the original picture`() throws {
    try Self.withFile([Self.question, Self.tree]) { path in
      let result = try Program.run("show", path, "2")
      #expect(result.code == 0 && result.messages.isEmpty, "\(result.messages)")
      #expect(
        result.output.hasPrefix("q-0001: Where is it?\n  truth    a point in 10, 10 to 40, 40"))
      let tree = """

        root  3 visits, value 0.5
        └─ 1  2 visits, value 0.5, looks at (20, 40), sees 0, 20 to 40, 60
           │  Left.
           ├─ rollout  reward 1, 1 step, answer: (12, 8)
           └─ 2  1 visit, value 1, answer: (12, 8)
                 Here.

        """
      #expect(result.output.hasSuffix(tree), "\(result.output)")
    }
  }

  @Test func `Control characters of foreign texts are written out`() throws {
    let question = Self.question.replacing("q-0001", with: #"q-\u001b[31m"#)
    try Self.withFile([question]) { path in
      for result in [try Program.run("show", path, "1"), try Program.run("show", path, "none")] {
        let said = result.output + result.messages
        #expect(!said.unicodeScalars.contains("\u{1B}"), "\(said)")
      }
      let shown = try Program.run("show", path, "1")
      #expect(shown.output.hasPrefix(#"q-\u{1B}[31m: Where is it?"#), "\(shown.output)")
    }
  }

  @Test func `A trace is told turn by turn`() throws {
    try Self.withFile([Self.evaluation]) { path in
      let result = try Program.run("show", path, "q-0001/base")
      #expect(result.code == 0)
      #expect(
        result.output == """
          q-0001/base
            question  q-0001: Where is it?
            model     base
            looks     1

          1  Left.
             looks at (20, 40), sees 0, 20 to 40, 60
          2  Here.
          answer: (12, 8)
          wrong: outside

          """)
    }
  }

  @Test func `Without a key all records are listed, one a line`() throws {
    try Self.withFile([Self.question, "", Self.evaluation, #"{"step":1}"#]) { path in
      let result = try Program.run("show", path)
      #expect(
        result.output == """
          1  q-0001  Where is it?
          2  q-0001/base  wrong, 1 look · (12, 8)
          3  {"step":1}

          """)
      let json = try Program.run("show", path, "--json")
      #expect(json.output.hasPrefix(#"{"number":1,"id":"q-0001"}"# + "\n"))
    }
  }

  @Test func `--json prints the record as it is stored`() throws {
    try Self.withFile([Self.question]) { path in
      let result = try Program.run("show", path, "q-0001", "--json")
      let stored = try ModelCommandTests.object(Self.question) as NSDictionary
      #expect(try ModelCommandTests.object(result.output) as NSDictionary == stored)
    }
  }

  @Test(arguments: [
    ("q-001", "no record has the id or number \"q-001\"; did you mean \"q-0001\"?"),
    ("7", "no record has the id or number \"7\"; there are records 1 to 1"),
  ])
  func `An unknown key ends with 2 and the nearest one`(key: String, message: String) throws {
    try Self.withFile([Self.question]) { path in
      let result = try Program.run("show", path, key)
      #expect(result.code == 2 && result.output.isEmpty)
      #expect(result.messages == "scanpath: error: \(path): \(message) [show.unknown-key]\n")
    }
  }

  @Test func `A dataset without records has no record 1`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let manifest =
      #"{"kind":"manifest","version":1,"dataset":"none","records":"question","#
      + #""pipeline":"\#(Self.digest)","shards":[]}"#
    try Data(manifest.utf8).write(to: folder.appending(path: "manifest.json"))
    try Data().write(to: folder.appending(path: "manifest.jsonl"))
    let shown = try Program.run("show", folder.path, "1")
    #expect(shown.code == 2)
    #expect(shown.messages.contains("there are no records [show.unknown-key]"), "\(shown.messages)")
  }

  @Test func `A place beyond all pictures is told as it is`() throws {
    let question = Self.question.replacing(
      #""targets":[]"#, with: #""targets":[{"label":"x","box":[0,0,1e300,1.9]}]"#)
    try Self.withFile([question]) { path in
      let shown = try Program.run("show", path, "1")
      #expect(shown.code == 0 && shown.output.contains("0, 0 to 1e+300, 1\n"), "\(shown.output)")
    }
  }

  @Test func `A tree of a long chain is told, its deep nodes at one indent`() throws {
    let count = 20_000
    let nodes = (0..<count).map { index in
      #"{"parent":\#(index - 1),"segments":[],"terminal":false,"visits":1,"value":0,"#
        + #""rollouts":[]}"#
    }
    let tree =
      #"{"kind":"tree","version":1,"id":"q-0001","question":\#(Self.question),"nodes":["#
      + nodes.joined(separator: ",") + #"],"settings":{},"provenance":\#(Self.provenance)}"#
    try Self.withFile([tree]) { path in
      let shown = try Program.run("show", path, "1")
      #expect(shown.code == 0, "\(shown.messages)")
      let lines = shown.output.split(separator: "\n")
      #expect(lines.last?.hasSuffix(" └─ 19999 under 19998  1 visit, value 0") == true)
      #expect(lines.suffix(count).allSatisfy { $0.count < 200 })
    }
  }

  @Test func `What is no record is told with its place`() throws {
    try Self.withFile([Self.question, #"{"kind":"tree","version":1}"#, "{"]) { path in
      let wrong = try Program.run("show", path, "2")
      #expect(wrong.code == 2)
      #expect(wrong.messages.hasPrefix("scanpath: error: \(path), line 2"), "\(wrong.messages)")
      let list = try Program.run("show", path)
      #expect(list.code == 2 && list.output == "1  q-0001  Where is it?\n")
    }
    #expect(try Program.run("show", "/none").code == 2)
  }
}
