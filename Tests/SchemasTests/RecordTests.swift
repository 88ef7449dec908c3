import Foundations
import Geometry
import JSONText
import Schemas
import Testing

@Suite struct `Records` {
  /// The laws of one kind: bytes come back, and give the same value.
  func comesBack<R: JSONForm>(_ values: [R]) throws {
    for value in values {
      let bytes = value.json.bytes()
      let back = try R(json: try JSON.parse(bytes))
      #expect(back == value)
      #expect(back.json.bytes() == bytes)
      #expect(Set(try value.json.asObject.keys).isSubset(of: R.keys))
    }
    #expect(try values.first?.json.asObject.keys == R.keys, "the first sample must be full")
  }

  @Test func `every kind comes back from its bytes`() throws {
    try comesBack(Samples.questions)
    try comesBack(Samples.questions.map { RLRecord(question: $0) })
    try comesBack(Samples.trees)
    try comesBack(Samples.chains)
    try comesBack(Samples.rollouts)
    try comesBack(Samples.evaluations)
    try comesBack(Samples.manifests)
  }

  @Test func `a question is written in this form`() {
    #expect(
      Samples.boxQuestion.json.description == """
        {"kind":"question","version":1,"id":"q-3","images":[{"sha256":"\(Samples.digest)",\
        "format":"jpeg","width":640,"height":480,"bytes":40000}],"question":"Where is the button?",\
        "options":[],"answer":{"kind":"point-in-box","box":[1,2,30,40],"frame":"original"},\
        "domain":"screens","source":"pages","targets":[],"provenance":{"archive":"photos.tar",\
        "member":"a/1.jpg","sha256":"\(Samples.digest)","operators":{"dedup":"2","ingest":"1"},\
        "seed":7}}
        """)
  }

  /// Key path, code and a change of the JSON text that must be refused.
  @Test(arguments: [
    ("kind", "record.kind", #""kind":"question","#, #""kind":"tree","#),
    ("version", "record.version", #""version":1"#, #""version":2"#),
    ("answer.kind", "record.value", #""kind":"option""#, #""kind":"options""#),
    ("answer.box", "json.unknown-key", #""text":"red""#, #""text":"red","box":[1,2,3,4]"#),
    ("images[1].height", "record.value", #"480,"bytes":40000}],"#, #"0,"bytes":40000}],"#),
    ("targets[0].box", "record.value", "[10,20.5,30,40]", "[10,20.5,30]"),
    ("targets[0].box[1]", "json.kind", "[10,20.5,30,40]", #"[10,"20.5",30,40]"#),
    ("provenance.operators.dedup", "json.kind", #""dedup":"2""#, #""dedup":2"#),
    ("provenance.seeds", "json.unknown-key", #""seed":7"#, #""seeds":7"#),
    ("options", "json.missing-key", #""options":["red","blue"],"#, ""),
    ("split", "json.kind", #""split":"train""#, #""split":null"#),
    ("id", "record.value", #""id":"q-1""#, #""id":"""#),
  ])
  func `a fault names the key path`(key: String, code: String, old: String, new: String) throws {
    let text = Samples.fullQuestion.json.description
    #expect(text.contains(old))
    let json = try JSON.parse(text.replacing(old, with: new))
    let fault = try #require(throws: Fault.self) { try Question(json: json) }
    #expect(fault.place.key == key && fault.code == code, "\(fault)")
  }

  @Test func `deep paths are named too`() throws {
    let text = Samples.trees[0].json.description
      .replacing(#""output":[84,84]"#, with: #""output":[84,0]"#)
      .replacing("-0.25", with: "null")
    let fault = try #require(throws: Fault.self) { try TreeRecord(json: try JSON.parse(text)) }
    #expect(fault.place.key == "nodes[1].segments[0].log_probabilities[1]", "\(fault)")
  }

  @Test func `a record's question has the record's id`() throws {
    let text = Samples.trees[1].json.description
    let json = try JSON.parse(
      text.replacing(
        #""version":1,"id":"q-2","question""#, with: #""version":1,"id":"q-9","question""#))
    let fault = try #require(throws: Fault.self) { try TreeRecord(json: json) }
    #expect(fault.place.key == "id")
  }
}
