import Foundations
import Geometry
import Operators
import Schemas
import Testing

@Suite struct WebDatasetLayoutTests {
  static func entries(
    _ member: String, _ text: String, _ listing: [String], _ others: [String: String] = [:]
  ) throws -> [AnnotationEntry] {
    var memory = MemoryMember(member, text)
    memory.listing = listing
    memory.others = others.mapValues { Array($0.utf8) }
    return try WebDatasetLayout().entries(of: memory)
  }

  static let question = #"{"question": "What?", "answer": "red"}"#

  @Test(arguments: [
    ("a/b.json", "a/b", "json"), ("b.seg.PNG", "b", "seg.png"), ("a.b/c.d.e", "a.b/c", "d.e"),
    ("a/b", nil, ""), (".b", nil, ""), ("a/.b.json", nil, ""), ("__index__.json", nil, ""),
  ])
  func `The key ends at the first dot of the last part`(path: String, key: String?, field: String) {
    let found = AnnotationPath.key(of: path)
    #expect(found?.key == key && found?.field ?? "" == field)
  }

  @Test func `A sample's fields are one record, told once`() throws {
    let listing = ["s/1.cls", "s/1.jpg", "s/1.json", "s/1.txt", "s/2.jpg"]
    let others = ["s/1.txt": "a ball\n", "s/1.cls": "3"]
    let entries = try Self.entries("s/1.json", #"{"question": "What?"}"#, listing, others)
    let draft = try #require(try entries[0].get())
    #expect(draft.id == "s/1" && draft.images == [.member("s/1.jpg")] && draft.remark == nil)
    // The class is an answer by its name.
    #expect(try draft.truth(FieldLayoutTests.size).answer == .text("3"))
    #expect(try Self.entries("s/1.txt", "a ball\n", listing, others).isEmpty)
    let caption = try Self.entries("s/2.txt", "\u{FEFF}a ball\r\n", ["s/2.jpg", "s/2.txt"])
    #expect(try caption[0].get()?.question == QuestionDraft.captionQuestion)
  }

  @Test func `Masks are no pictures of the question, numbered pictures are`() throws {
    let masks = try Self.entries("1.json", Self.question, ["1.jpg", "1.json", "1.seg.png"])
    #expect(try masks[0].get()?.images == [.member("1.jpg")])
    let two = try Self.entries("1.json", Self.question, ["1.0.jpg", "1.1.jpg", "1.json"])
    #expect(try two[0].get()?.images == [.member("1.0.jpg"), .member("1.1.jpg")])
  }

  @Test func `A list is several questions, a chat is one too`() throws {
    let list = try Self.entries("1.json", "[\(Self.question), 7]", ["1.jpg", "1.json"])
    #expect(try list[0].get()?.id == "1-0")
    guard list.count == 2, case .bad(let fault) = list[1] else {
      return #expect(Bool(false), "accepted")
    }
    #expect(fault.code == "json.kind" && fault.place.key == "[1]" && fault.place.record == "1")
    let good = try Self.entries(
      "1.json", "[\(Self.question), \(Self.question)]", ["1.jpg", "1.json"])
    #expect(try good.compactMap { try $0.get()?.id } == ["1-0", "1-1"])
    let chat =
      #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}"#
    #expect(try Self.entries("1.json", chat, ["1.jpg", "1.json"])[0].get()?.question == "q")
  }

  private final class Reads { var paths: [String] = [] }

  /// Writes down what is read beside it.
  private struct WatchedMember: AnnotationMember {
    let member: MemoryMember
    let reads = Reads()

    var path: String { member.path }
    func head() throws(Fault) -> [UInt8] { try member.head() }
    func pieces(_ body: ([UInt8]) throws -> Void) throws { try member.pieces(body) }
    func siblings(_ key: String) -> [AnnotationSibling] { member.siblings(key) }
    func beside(_ path: String) throws(Fault) -> [UInt8]? {
      reads.paths.append(path)
      return try member.beside(path)
    }
  }

  @Test func `A text is read once for all questions of a list`() throws {
    var memory = MemoryMember(
      "1.json", #"[{"question": "a"}, {"question": "b", "cls": 4}, {"question": "c"}]"#)
    memory.listing = ["1.cls", "1.jpg", "1.json", "1.txt"]
    memory.others = ["1.txt": Array("a ball".utf8), "1.cls": [0x33]]
    let member = WatchedMember(member: memory)
    var answers: [Answer] = []
    try WebDatasetLayout().drafts(of: member) { entry in
      answers.append(try #require(try entry.get()).truth(FieldLayoutTests.size).answer)
    }
    #expect(answers == [.text("3"), .text("4"), .text("3")])
    #expect(member.reads.paths == ["1.txt", "1.cls"])
  }

  @Test func `A scattered sample is read and counted`() throws {
    let entries = try Self.entries("1.json", Self.question, ["1.jpg", "2.jpg", "1.json", "2.json"])
    #expect(try entries[0].get()?.remark == "scattered samples")
  }

  @Test(arguments: [
    (["1.json"], question, "webdataset.no-picture", nil as String?),
    (["1.jpg", "1.JPG", "1.json"], question, "webdataset.repeated", nil),
    (["1.jpg", "1.json"], "{", "json.syntax", nil), (["1.jpg", "1.json"], "7", "json.kind", nil),
    (["1.jpg", "1.json"], "", "json.syntax", nil),
    (["1.jpg", "1.json"], #"{"answer": "x"}"#, "ingest.field", "question"),
    (["1.jpg", "1.json"], #"{"question": "x"}"#, "ingest.answer", "answer"),
  ])
  func `A bad sample is one fault with its key`(
    listing: [String], text: String, code: String, key: String?
  ) throws {
    let entries = try Self.entries("1.json", text, listing)
    guard entries.count == 1, case .bad(let fault) = entries[0] else {
      return #expect(Bool(false), "accepted")
    }
    #expect(fault.code == code && fault.place.key == key, "\(fault)")
  }
}
