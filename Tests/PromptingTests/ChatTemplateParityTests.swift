import Foundation
import Foundations
import Geometry
import Prompting
import Schemas
import Testing
import Tokenizing

/// A Python interpreter with `transformers`; the suite is skipped without.
private let python = ProcessInfo.processInfo.environment["SCANPATH_PYTHON"]

@Suite(
  .enabled(if: python != nil, "SCANPATH_PYTHON must name a Python that imports transformers"))
struct `Exported chat template` {
  static let script = """
    import sys
    from transformers import AutoTokenizer
    folder, domain = sys.argv[1:]
    def text(t): return {"type": "text", "text": t}
    messages = [{"role": "user", "content": [{"type": "image"}, text("Which icon is on the red badge?\\nOptions: key, lock")]}]
    if domain == "visual-search":
        messages += [
            {"role": "assistant", "content": "<think> The red badge is at (101, 63). </think>\\n<tool_call>\\n" '{"name": "search_coordinate", "arguments": {"coordinate": [101, 63]}}' "\\n</tool_call>"},
            {"role": "user", "content": [text("<observation>\\nThis is a crop centred on the coordinate.\\n"), {"type": "image"}, text("\\n</observation>")]}]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    sys.stdout.write(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    """

  @Test(arguments: ["visual-search", "easy-vqa"])
  func `transformers writes the same bytes`(name: String) throws {
    let domain = try DomainCatalog.named(name)
    let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try BPETrainer().tokenizer(size: 256).write(
      to: folder, chatTemplate: ChatTemplate.jinja(system: domain.system), maxLength: 1024)
    let question = question(options: ["key", "lock"])
    var text = try domain.prompt(for: question).text
    if domain.dialect.zooms {
      let point = Point(x: 101, y: 63)
      text += domain.dialect.turn(thought: "The red badge is at (101, 63).", .zoom(point))
      text += try #require(try domain.observation(at: point, for: question)).text
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments = ["-c", Self.script, folder, name]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: output, as: UTF8.self) == text)
  }
}
