import Foundations
import JSONText
import Testing

@testable import Schemas

/// The required tests of the official suite for draft 2020-12, and what the acceptor makes of them.
@Suite struct `The official suite of JSON Schema` {
  struct Case {
    let name: String
    let schema: JSONSchema
    let instance: JSON
    let isValid: Bool
  }

  static func lines(_ name: String) throws -> [JSON] {
    let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    let path = tests.joined(separator: "/") + "/schema-suite/\(name)"
    return try JSONLines.parse(try Files.read(path))
  }

  static func cases() throws -> [Case] {
    var registry = SchemaRegistry()
    for line in try lines("remotes.jsonl") {
      try registry.add(try line.required("schema"), at: try line.string("uri"))
    }
    var cases: [Case] = []
    for file in try lines("draft2020-12.jsonl") {
      for group in try file.required("groups").asArray {
        let schema = try JSONSchema(json: try group.required("schema"), registry: registry)
        for test in try group.required("tests").asArray {
          let name =
            try file.string("file") + ": " + group.string("description") + ": "
            + test.string("description")
          cases.append(
            Case(
              name: name, schema: schema, instance: try test.required("data"),
              isValid: try test.bool("valid")))
        }
      }
    }
    return cases
  }

  @Test func `all of the 1,257 required tests pass`() throws {
    let cases = try Self.cases()
    #expect(cases.count == 1_257)
    for test in cases {
      #expect(test.schema.isValid(test.instance) == test.isValid, "\(test.name)")
      #expect(test.schema.validate(test.instance).isEmpty == test.isValid, "\(test.name)")
    }
  }

  @Test func `what is accepted on the tape is valid, and most that is valid is accepted`() throws {
    var (valid, accepted) = (0, 0)
    for test in try Self.cases() {
      let bytes = test.instance.bytes()
      var tape = JSONTape()
      let isAccepted = tape.read(bytes.span) && test.schema.accepts(tape, of: bytes.span)
      if isAccepted { #expect(test.isValid, "\(test.name)") }
      valid += test.isValid ? 1 : 0
      accepted += isAccepted ? 1 : 0
    }
    print("of \(valid) valid instances, \(accepted) are accepted at once")
    #expect(accepted * 10 >= valid * 7)
  }

  @Test func `what is accepted of mutated instances is valid`() throws {
    var random = CounterRandom(seed: 5)
    var accepted = 0
    for test in try Self.cases() {
      let instance = test.instance.bytes()
      for _ in 0..<20 {
        var bytes = instance
        for _ in 0...random.below(2) {
          let at = random.below(bytes.count)
          let fresh = Array(#"0123456789ab"e.-{}[],:tfn\u "#.utf8)
          switch random.below(3) {
          case 0: bytes[at] = fresh[random.below(fresh.count)]
          case 1 where bytes.count > 1: bytes.remove(at: at)
          default: bytes.insert(fresh[random.below(fresh.count)], at: at)
          }
        }
        var tape = JSONTape()
        guard tape.read(bytes.span), test.schema.accepts(tape, of: bytes.span) else { continue }
        accepted += 1
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(test.schema.isValid(try JSON.parse(bytes)), "\(test.name): \(text)")
      }
    }
    #expect(accepted > 1_000, "\(accepted)")
  }
}
