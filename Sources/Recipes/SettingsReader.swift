package import Foundations
package import JSONText

/// Takes the settings of a stage out of its map, key by key, and complains about what is left.
///
/// Every method takes a key at most once and throws a fault with file, line and column:
/// `pipeline.missing-key`, `.kind` (wrong type), `.range`, `.choice`; `finish` throws
/// `.unknown-key`. What was taken, defaults included, is in `resolved`.
package struct SettingsReader: Sendable {
  private let members: [Located.Member]
  /// Of the map, for keys that are missing.
  let place: Place
  /// For messages: `stage search`.
  let owner: String
  private var known: [String] = []
  /// The settings as the stage will use them, in the order in which they were taken.
  package private(set) var resolved = JSONObject()
  /// What is asked for, as properties of a JSON Schema, in the order in which it was asked.
  private(set) var described = JSONObject()
  /// The keys without a default.
  private(set) var required: [String] = []
  /// Whether made-up values stand for missing ones, to learn what is asked for.
  let isDescribing: Bool

  package init(_ map: Located, of owner: String) throws(Fault) {
    members = try map.members("a map of settings")
    place = map.place
    self.owner = owner
    isDescribing = false
  }

  /// A reader of a map without entries.
  private init(of owner: String, at place: Place) {
    members = []
    self.place = place
    self.owner = owner
    isDescribing = false
  }

  /// A reader without a map, which notes what is asked for and answers with made-up values.
  init(describing owner: String) {
    members = []
    place = Place()
    self.owner = owner
    isDescribing = true
  }

  /// Throws for the first key that no method asked for, naming the nearest known one.
  package func finish() throws(Fault) {
    guard let member = members.first(where: { !known.contains($0.key) }) else { return }
    throw Self.unknown(member, known, owner)
  }

  package func has(_ key: String) -> Bool { members.contains { $0.key == key } }

  /// Where the value of a key is, or the map without it.
  func place(of key: String) -> Place { members.first { $0.key == key }?.value.place ?? place }

  static func unknown(_ member: Located.Member, _ known: [String], _ owner: String) -> Fault {
    let nearest = Spelling.nearest(to: member.key, in: known)
    let all = known.isEmpty ? "there are none" : "known are " + known.joined(separator: ", ")
    return Fault(
      "pipeline.unknown-key",
      "\(owner) has no setting \"\(member.key)\"; "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? all),
      at: member.place)
  }
}

extension SettingsReader {
  package mutating func string(_ key: String, default fallback: String? = nil) throws(Fault)
    -> String
  {
    describe(key, ["type": "string"], fallback.map(JSON.string))
    return try take(key, "a string", fallback, "x", JSON.string) { Self.text($0) }
  }

  /// Like `string`, but absent and null are `nil`.
  package mutating func optionalString(_ key: String) throws(Fault) -> String? {
    isAbsent(key, ["type": ["string", "null"]]) ? nil : try string(key)
  }

  /// Like `int`, but absent and null are `nil`.
  package mutating func optionalInt(
    _ key: String, in range: ClosedRange<Int> = 0...Int.max
  ) throws(Fault) -> Int? {
    var schema = Self.type("integer", .integer(range.lowerBound), .integer(range.upperBound))
    schema["type"] = ["integer", "null"]
    return isAbsent(key, schema) ? nil : try int(key, in: range)
  }

  /// Like `double`, but absent and null are `nil`.
  package mutating func optionalDouble(
    _ key: String, in range: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) throws(Fault) -> Double? {
    var schema = Self.type("number", .measure(range.lowerBound), .measure(range.upperBound))
    schema["type"] = ["number", "null"]
    return isAbsent(key, schema) ? nil : try double(key, in: range)
  }

  /// Like `share`, but absent and null are `nil`.
  package mutating func optionalShare(_ key: String) throws(Fault) -> Double? {
    let schema: JSONObject = [
      "type": ["number", "string", "null"], "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+%$",
    ]
    return isAbsent(key, schema) ? nil : try share(key)
  }

  package mutating func bool(_ key: String, default fallback: Bool? = nil) throws(Fault) -> Bool {
    describe(key, ["type": "boolean"], fallback.map(JSON.bool))
    return try take(key, "true or false", fallback, true, JSON.bool) {
      if case .scalar(.bool(let value)) = $0.value { value } else { nil }
    }
  }

  package mutating func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 0...Int.max
  ) throws(Fault) -> Int {
    describe(
      key, Self.type("integer", .integer(range.lowerBound), .integer(range.upperBound)),
      fallback.map(JSON.integer))
    let value = try take(key, "an integer", fallback, range.lowerBound, JSON.integer) {
      try? $0.json.asInt
    }
    try check(key, range.contains(value), "\(value)", Self.words(range))
    return value
  }

  package mutating func double(
    _ key: String, default fallback: Double? = nil,
    in range: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) throws(Fault) -> Double {
    describe(
      key, Self.type("number", .measure(range.lowerBound), .measure(range.upperBound)),
      fallback.map(JSON.measure))
    let value = try take(key, "a number", fallback, range.lowerBound, JSON.number) {
      try? $0.json.asDouble
    }
    try check(key, range.contains(value), "\(value)", Self.words(range))
    return value
  }

  /// A share in 0...1, written `0.01` or `1%`.
  package mutating func share(_ key: String, default fallback: Double? = nil) throws(Fault)
    -> Double
  {
    describe(
      key,
      ["type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+%$"],
      fallback.map(JSON.measure))
    let value = try take(key, "a share such as 0.01 or 1%", fallback, 1, JSON.number) {
      if case .scalar(.string(let text)) = $0.value, text.hasSuffix("%") {
        Double(text.dropLast()).map { $0 / 100 }
      } else {
        try? $0.json.asDouble
      }
    }
    try check(key, 0...1 ~= value, "\(value)", "from 0 to 1")
    return value
  }

  /// A number of bytes, written `64MiB`, `512KiB`, `2GB` or as an integer.
  package mutating func bytes(_ key: String, default fallback: Int? = nil) throws(Fault) -> Int {
    describe(
      key,
      [
        "type": ["integer", "string"], "minimum": 0,
        "pattern": "^[0-9.]+ *(B|KB|MB|GB|KiB|MiB|GiB)$",
      ], fallback.map(JSON.integer))
    return try take(key, "a size such as 64MiB", fallback, 1, JSON.integer) { Self.bytes($0) }
  }

  /// One of the words in `choices`.
  package mutating func choice(
    _ key: String, of choices: [String], default fallback: String? = nil
  ) throws(Fault) -> String {
    describe(key, ["enum": .array(choices.map(JSON.string))], fallback.map(JSON.string))
    let word = try take(key, "a word", fallback, choices[0], JSON.string) { Self.text($0) }
    let nearest = Spelling.nearest(to: word, in: choices).map { "; did you mean \"\($0)\"?" }
    try check(
      key, choices.contains(word), "\"\(word)\"",
      "one of " + choices.joined(separator: ", ") + (nearest ?? ""))
    return word
  }

  /// A list of strings; one string alone is a list of one.
  package mutating func strings(_ key: String, default fallback: [String]? = nil) throws(Fault)
    -> [String]
  {
    let json = { (texts: [String]) -> JSON in .array(texts.map(JSON.string)) }
    describe(key, Self.list("string"), fallback.map(json))
    return try take(key, "a list of strings", fallback, ["x"], json) {
      guard case .list(let elements) = $0.value else { return Self.text($0).map { [$0] } }
      let texts = elements.compactMap(Self.text)
      return texts.count == elements.count ? texts : nil
    }
  }

  /// A list of numbers; one number alone is a list of one.
  package mutating func doubles(_ key: String, default fallback: [Double]? = nil) throws(Fault)
    -> [Double]
  {
    let json = { (numbers: [Double]) -> JSON in .array(numbers.map(JSON.number)) }
    describe(key, Self.list("number"), fallback.map(json))
    return try take(key, "a list of numbers", fallback, [1], json) {
      if let one = try? $0.json.asDouble { return [one] }
      return try? $0.json.elements { element throws(Fault) in try element.asDouble }
    }
  }

  /// Any value as it is, for a stage that reads it by itself; absent is `nil`.
  ///
  /// - Parameter schema: what the stage takes.
  package mutating func located(
    _ key: String, schema: JSONObject = [:]
  ) throws(Fault) -> Located? {
    describe(key, schema, .null)
    known.append(key)
    guard let member = members.first(where: { $0.key == key }) else { return nil }
    resolved[key] = member.value.json
    return member.value
  }
}

extension SettingsReader {
  /// Whether an optional setting is absent or null, which is then noted.
  private mutating func isAbsent(_ key: String, _ schema: JSONObject) -> Bool {
    if let member = members.first(where: { $0.key == key }), !member.value.isNull { return false }
    describe(key, schema, .null)
    known.append(key)
    resolved[key] = .null
    return true
  }

  /// A map of settings of its own under a key; absent is a map without entries.
  package mutating func group<T>(
    _ key: String, _ read: (inout SettingsReader) throws(Fault) -> T
  ) throws(Fault) -> T {
    let owner = "\(owner): \(key)"
    var sample = SettingsReader(describing: owner)
    _ = try read(&sample)
    describe(
      key,
      [
        "type": ["object", "null"], "properties": .object(sample.described),
        "additionalProperties": false,
      ], .null)
    known.append(key)
    let member = members.first { $0.key == key && !$0.value.isNull }
    var inner =
      isDescribing ? SettingsReader(describing: owner) : SettingsReader(of: owner, at: place)
    if let member { inner = try SettingsReader(member.value, of: owner) }
    let value = try read(&inner)
    try inner.finish()
    resolved[key] = .object(inner.resolved)
    return value
  }

  /// Like `group`, but absent and null are `nil`.
  package mutating func optionalGroup<T>(
    _ key: String, _ read: (inout SettingsReader) throws(Fault) -> T
  ) throws(Fault) -> T? {
    if isDescribing || members.contains(where: { $0.key == key && !$0.value.isNull }) {
      return try group(key, read)
    }
    known.append(key)
    resolved[key] = .null
    return nil
  }

  /// A number, written plainly or as `64M` or `20k`.
  package mutating func count(_ key: String, default fallback: Int) throws(Fault) -> Int {
    describe(
      key, ["type": ["integer", "string"], "minimum": 1, "pattern": "^[0-9.]+ *[kMG]$"],
      .integer(fallback))
    return try take(key, "a number such as 64M", fallback, 1, JSON.integer) { value in
      if let number = try? value.json.asInt { return number > 0 ? number : nil }
      let units = ["k": 1e3, "M": 1e6, "G": 1e9]
      guard case .scalar(.string(let text)) = value.value, let unit = units[String(text.suffix(1))],
        let number = Double(text.dropLast().filter { $0 != " " })
      else { return nil }
      return Int(exactly: (number * unit).rounded()).flatMap { $0 > 0 ? $0 : nil }
    }
  }

  private mutating func take<T>(
    _ key: String, _ expected: String, _ fallback: T?, _ sample: T, _ json: (T) -> JSON,
    _ read: (Located) -> T?
  ) throws(Fault) -> T {
    precondition(!known.contains(key), "the setting \(key) is taken twice")
    known.append(key)
    let value: T
    if let member = members.first(where: { $0.key == key }) {
      guard let found = read(member.value) else {
        throw member.value.fault(
          "kind", "\(owner): \(key) must be \(expected), found \(member.value.found)")
      }
      value = found
    } else if let fallback {
      value = fallback
    } else if isDescribing {
      value = sample
    } else {
      throw Fault("pipeline.missing-key", "\(owner) needs a setting \"\(key)\"", at: place)
    }
    resolved[key] = json(value)
    return value
  }

  private mutating func describe(_ key: String, _ schema: JSONObject, _ fallback: JSON?) {
    guard isDescribing else { return }
    var schema = schema
    if let fallback, fallback != .null { schema["default"] = fallback }
    described[key] = .object(schema)
    if fallback == nil { required.append(key) }
  }

  /// A schema of numbers; bounds that only mean "any" are left out.
  private static func type(_ name: String, _ low: JSON, _ high: JSON) -> JSONObject {
    var schema: JSONObject = ["type": .string(name), "minimum": low]
    if high.description.utf8.count <= 12 { schema["maximum"] = high }
    return schema
  }

  private static func list(_ type: String) -> JSONObject {
    ["type": ["array", .string(type)], "items": ["type": .string(type)]]
  }

  private func check(_ key: String, _ isGood: Bool, _ found: String, _ expected: String)
    throws(Fault)
  {
    if isGood || isDescribing { return }
    throw Fault(
      "pipeline.range", "\(owner): \(key) must be \(expected), found \(found)", at: place(of: key))
  }

  private static func words<T: Comparable & Numeric>(_ range: ClosedRange<T>) -> String {
    let isOpen = "\(range.upperBound)".utf8.count > 12
    return isOpen
      ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  /// A string, or the digits of a number that stands where a name is wanted.
  private static func text(_ value: Located) -> String? {
    switch value.value {
    case .scalar(.string(let text)): text
    case .scalar(.integer(let number)): "\(number)"
    default: nil
    }
  }

  private static func bytes(_ value: Located) -> Int? {
    if case .scalar(.integer(let bytes)) = value.value { return bytes >= 0 ? bytes : nil }
    guard case .scalar(.string(let text)) = value.value else { return nil }
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let units = [
      "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1000, "MB": 1_000_000,
      "GB": 1_000_000_000, "B": 1,
    ]
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    guard let unit = units[String(name)], let count = Double(digits) else { return nil }
    return Int(exactly: (count * Double(unit)).rounded())
  }
}

extension Located {
  var isNull: Bool { if case .scalar(.null) = value { true } else { false } }
}
