import Foundations
import Operators
import Testing

/// What holds for the samples of all layouts.
@Suite struct LayoutDetectionTests {
  static func recognising(_ member: MemoryMember) throws -> [String] {
    let path = AnnotationPath.plain(member.path)
    return try LayoutCatalog.all.filter { try $0.claims(path) && $0.recognises(member) }
      .map(\.name)
  }

  @Test func `Every layout has a sample`() {
    #expect(Set(LayoutSample.all.map(\.layout)) == Set(LayoutCatalog.all.map(\.name)))
  }

  @Test(arguments: LayoutSample.all)
  func `A sample is recognised by exactly its own layout`(sample: LayoutSample) throws {
    #expect(LayoutCatalog.claims(sample.member))
    #expect(try Self.recognising(sample.memory()) == [sample.layout])
  }

  @Test(arguments: LayoutSample.all)
  func `A sample is recognised with a byte order mark, with CRLF, and when compressed`(
    sample: LayoutSample
  ) throws {
    let crlf = sample.text.replacing("\n", with: "\r\n")
    for text in ["\u{FEFF}" + sample.text, crlf, "\u{FEFF}" + crlf] {
      #expect(try Self.recognising(sample.memory(text)) == [sample.layout])
    }
    // The spool expands what is compressed; only the name tells of it.
    var packed = MemoryMember(sample.member + ".zst", sample.text)
    (packed.listing, packed.others) = (sample.listing, sample.memory().others)
    packed.listing = packed.listing.map { $0 == sample.member ? $0 + ".zst" : $0 }
    #expect(try Self.recognising(packed) == [sample.layout])
  }

  @Test(arguments: LayoutSample.all, [1, 5, 1 << 16])
  func `A sample is read to its questions, however it comes in pieces`(
    sample: LayoutSample, pieceBytes: Int
  ) throws {
    for text in [sample.text, "\u{FEFF}" + sample.text.replacing("\n", with: "\r\n")] {
      var member = sample.memory(text)
      member.pieceBytes = pieceBytes
      let (layout, members) = try LayoutCatalog.find(
        in: [member], of: "a.tar", layout: nil, annotations: nil)
      #expect(layout.name == sample.layout && members.count == 1)
      let drafts = try layout.drafts(of: member)
      let found = Dictionary(uniqueKeysWithValues: drafts.map { ($0.id, $0.question) })
      #expect(found == sample.questions)
    }
  }

  @Test(arguments: LayoutSample.all)
  func `A layout that is named is taken at its word`(sample: LayoutSample) throws {
    let found = try LayoutCatalog.find(
      in: [sample.memory()], of: "a.tar", layout: sample.layout, annotations: sample.member)
    #expect(found.layout.name == sample.layout)
  }

  @Test(arguments: LayoutSample.all)
  func `UTF-16 is refused with advice`(sample: LayoutSample) throws {
    let member = MemoryMember(
      sample.member,
      [0xFF, 0xFE] + sample.text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    #expect(try Self.recognising(member) == [])
    #expect {
      _ = try LayoutCatalog.find(in: [member], of: "a.tar", layout: nil, annotations: nil)
    } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.code == "ingest.annotations" && fault.message.contains("save it as UTF-8")
    }
    let (layout, _) = try LayoutCatalog.find(
      in: [member], of: "a.tar", layout: sample.layout, annotations: nil)
    guard sample.layout != "webdataset" else { return }
    #expect { _ = try layout.entries(of: member) } throws: { ($0 as? Fault)?.code == "text.utf-16" }
  }

  @Test(arguments: [
    ("README.txt", "hello"), ("a.json", "{}"), ("a.json", "7"), ("a.json", ""), ("a.csv", ""),
    ("a.csv", "x,y\n1,2\n"), ("dataset_info.json", #"{"a": {"file_name": "b.json"}}"#),
    ("a.json", #"[{"a": 1}]"#), ("a.txt", "0 0.5 0.5 0.1 0.1\n"),
  ])
  func `What is no annotation is nobody's`(member: String, text: String) throws {
    var memory = MemoryMember(member, text)
    memory.listing = ["a.png", member]
    if member == "a.json" && text == "{}" { memory.listing = [] }
    #expect(try Self.recognising(memory) == [])
  }

  @Test func `Where nothing fits, the fields that are there are named`() {
    #expect {
      _ = try LayoutCatalog.find(
        in: [MemoryMember("a.csv", "name,wert\n1,2\n"), MemoryMember("b.json", #"[{"x": 1}]"#)],
        of: "a.tar", layout: nil, annotations: nil)
    } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.message.contains("a.csv (name, wert); b.json (x); a mapping")
        && fault.place.file == "a.tar"
    }
  }

  @Test func `A long first record is recognised by what is seen of it`() throws {
    let long = String(repeating: "word ", count: 20_000)
    let record = #"[{"image": "a.png", "question": "\#(long)", "answer": "x"}]"#
    #expect(try Self.recognising(MemoryMember("a.json", record)) == ["json"])
    let chat = #"{"messages": [{"role": "user", "content": "\#(long)"}], "images": ["a.png"]}"#
    #expect(try Self.recognising(MemoryMember("a.jsonl", chat)) == ["ms-swift"])
    let coco = #"{"info": "\#(long)", "images": []}"#
    #expect(try Self.recognising(MemoryMember("a.json", coco)) == [])
    let open = #"{"images": [{"id": 1, "file_name": "\#(long)"}], "annotations": []}"#
    #expect(try Self.recognising(MemoryMember("a.json", open)) == ["coco"])
  }
}
