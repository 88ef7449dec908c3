import Foundations
import Testing

@Suite struct `Tables on disk` {
  private let table = KeyTable<Int>(in: Files.scratch)

  @Test func `many keys are found again, whatever their order, as in a dictionary`() throws {
    var random = CounterRandom(seed: 5)
    var expected: [UInt128: Int] = [:]
    for number in 0..<4000 {
      // Many keys come twice.
      let key = UInt128(1 + random.below(3000)) &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835
      #expect(try table.insert(number, for: key) == expected[key])
      expected[key] = expected[key] ?? number
    }
    #expect(table.count == expected.count)
    for (key, number) in expected { #expect(try table[key] == number) }
    #expect(try table[2] == nil)
  }

  @Test func `keys of one place lie behind each other, and behind the last comes the first`() throws
  {
    for low in 0..<500 as Range<UInt128> {
      #expect(try table.insert(Int(low), for: UInt128.max << 64 | (low + 1)) == nil)
    }
    #expect(try table[UInt128.max << 64 | 345] == 344)
    #expect(try table.insert(7, for: 0) == nil)
    #expect(try table[0] == 7)
    #expect(table.count == 501)
  }

  @Test func `a value is changed by what is made of it`() throws {
    #expect(try table.update(9) { ($0 ?? 1) + 1 } == nil)
    #expect(try table.update(9) { ($0 ?? 1) + 1 } == 2)
    #expect(try table[9] == 3)
    #expect(table.count == 1)
  }

  @Test func `an empty table has nothing`() throws {
    #expect(try table[3] == nil)
    #expect(table.count == 0)
  }

  @Test func `texts are new once, by their bytes or as people read them`() throws {
    let seen = SeenTexts(in: Files.scratch)
    #expect(try seen.insert(TextKey("e\u{301}")))
    #expect(try !seen.insert(TextKey("\u{e9}")))
    #expect(try seen.insert(TextKey(Array("e\u{301}".utf8))))
    #expect(try seen.insert(TextKey(Array("\u{e9}".utf8))))
  }
}
