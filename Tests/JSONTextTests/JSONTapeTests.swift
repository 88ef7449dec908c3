import Foundations
import JSONText
import Testing

/// The tape reads what `JSON.parse` reads, and nothing else.
@Suite struct `JSON on a tape` {
  static func reads(_ bytes: [UInt8]) -> Bool {
    var tape = JSONTape()
    return tape.read(bytes.span)
  }

  static func parses(_ bytes: [UInt8]) -> Bool { (try? JSON.parse(bytes)) != nil }

  /// The value as the tokens have it; `nil` where a string has escapes.
  static func value(_ tape: JSONTape, _ position: Int, _ bytes: [UInt8]) -> JSON? {
    let token = tape.tokens[position]
    let end = token.end(at: position)
    var at = position + 1
    switch token.kind {
    case .null: return .null
    case .true: return true
    case .false: return false
    case .integer, .number: return JSON.number(at: token, in: bytes.span)
    case .string: return tape.text(at: position, in: bytes.span).map(JSON.string)
    case .array:
      var elements: [JSON] = []
      while at < end {
        guard let element = value(tape, at, bytes) else { return nil }
        elements.append(element)
        at = tape.tokens[at].end(at: at)
      }
      return elements.count == token.count ? .array(elements) : nil
    case .object:
      var object = JSONObject()
      while at < end {
        guard let key = tape.text(at: at, in: bytes.span), let member = value(tape, at + 1, bytes),
          object.append(key, member)
        else { return nil }
        at = tape.tokens[at + 1].end(at: at + 1)
      }
      return object.count == token.count ? .object(object) : nil
    }
  }

  @Test(arguments: [
    "0", "-0", "-0.0", "1.5e3", "[]", "{}", " [ ] ", #"{"a":{}}"#,
    #"{"a":[1,-2,{"b":null}],"é":true}"#,
    #"["", "a", "12345678", "1234567890abcdef", "grün 😀", false]"#, "999999999999999999",
    "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "1e-400",
    "123456789012345678901234567890.5", "[[[[1],2],3],4]", "\n\t\"x\"\r ",
  ])
  func `values are what the parser makes of them`(text: String) throws {
    let bytes = Array(text.utf8)
    var tape = JSONTape()
    let isRead = tape.read(bytes.span)
    #expect(isRead)
    #expect(Self.value(tape, 0, bytes) == (try JSON.parse(bytes)))
  }

  @Test(arguments: [
    "", " ", "nul", "nulL", "tru", "true1", "fals", "True", "+1", ".5", "1.", "-", "-a", "01",
    "-01",
    "1e", "1e+", "0x10", "1 2", "[,1]", "[1,]", "[1 2]", "[1", "[1}", "{1:2}", #"{"a":1,}"#,
    #"{"a"}"#,
    #"{"a",1}"#, #"{"a":}"#, "{a:1}", "[] x", #""a"#, #"["a\"]"#, "\"a\n\"", "\"\u{1f}\"", #""\x""#,
    #""\u12G4""#, #""\u12"#, #""\ud800""#, #""\udc00\ud800""#, #""a\ud800\u0041""#,
    #""\ud800\ud800""#, "1e400", "[-1e309]", "9223372036854775809", #"{"a":1,"a":2}"#, "\u{feff}[]",
    #"{"abcdefgh1":1,"b":2,"abcdefgh1":3}"#, "{", "[", "{\"a\"", "{\"a\":", "\"", "\"\\",
  ])
  func `what the parser refuses is not read`(text: String) {
    #expect(!Self.reads(Array(text.utf8)))
  }

  @Test func `nesting, invalid UTF-8 and strings of every length are told apart`() {
    for depth in [512, 513] {
      let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect(Self.reads(Array(text.utf8)) == (depth == 512))
    }
    for count in 0..<40 {
      for (special, isRead) in [
        ("", true), ("é", true), ("\n", false), ("\\n", true), ("\\", false),
      ] {
        let text = "\"" + String(repeating: "x", count: count) + special + "\""
        #expect(Self.reads(Array(text.utf8)) == isRead, "\(text)")
      }
      #expect(!Self.reads([0x22] + [UInt8](repeating: 0x61, count: count) + [0xC3, 0x22]))
    }
  }

  @Test func `one tape reads a short value after a long one`() throws {
    var tape = JSONTape()
    let long = Array("[\((0..<9_000).map(String.init).joined(separator: ","))]".utf8)
    let isLongRead = tape.read(long.span)
    #expect(isLongRead && tape.tokens[0].count == 9_000)
    let short = Array(#"{"id":"x"}"#.utf8)
    let isShortRead = tape.read(short.span)
    #expect(isShortRead && Self.value(tape, 0, short) == ["id": "x"])
    let (id, none) = (tape.child("id", in: short.span), tape.child("i", in: short.span))
    #expect(id == 2 && none == nil)
  }

  /// 30,000 texts with random bytes changed, taken out and put in.
  @Test func `mutated texts are read as they are parsed`() throws {
    let seeds = [
      #"{"kind":"question","id":"q-1","box":[1,2.5,-3e2,4],"ok":true,"none":null,"deep":[[{}]]}"#,
      #"["é😀","\u00e9\ud83d\ude00\n",123456789012345678901,0.1,1E-5,false,{"a":"b","c":"d"}]"#,
      "[1234567890123456789, 18446744073709551616, -0, 1e308, 2e308, \"a b\" ]",
    ].map { Array($0.utf8) }
    let alphabet =
      Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{e9}".utf8) + [0xFF, 0x80, 0xF0, 0]
    var random = CounterRandom(seed: 11)
    var (read, left) = (0, 0)
    for index in 0..<30_000 {
      var bytes = seeds[index % seeds.count]
      for _ in 0...random.below(3) {
        let at = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[at] = alphabet[random.below(alphabet.count)]
        case 1: bytes.remove(at: at)
        default: bytes.insert(alphabet[random.below(alphabet.count)], at: at)
        }
      }
      var tape = JSONTape()
      let isRead = tape.read(bytes.span)
      if isRead { read += 1 }
      let parsed = try? JSON.parse(bytes)
      if isRead { #expect(parsed != nil, "\(String(decoding: bytes, as: UTF8.self))") }
      if !isRead && parsed != nil {
        // A key with a backslash is left to the parser.
        left += 1
        #expect(bytes.contains(UInt8(ascii: "\\")), "\(String(decoding: bytes, as: UTF8.self))")
      }
      if isRead, let value = Self.value(tape, 0, bytes) { #expect(value == parsed) }
    }
    #expect(read > 1_500, "\(read)")
    #expect(left < 50, "\(left)")
  }
}
