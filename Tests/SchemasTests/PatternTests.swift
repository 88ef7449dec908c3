import Foundations
import Testing

@testable import Schemas

/// Expectations are those of ECMA-262 with the `u` flag.
@Suite struct `Patterns` {
  @Test(arguments: [
    ("", ["", "a"], []),
    ("abc", ["abc", "xabcx"], ["ab", "ABC"]),
    ("^abc$", ["abc"], ["abc\n", "xabc"]),
    ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
    ("^(?:a|b)$", ["a", "b"], ["ab", ""]),
    ("^a*$", ["", "aaa"], ["ab"]),
    ("^a+b?$", ["a", "aab"], ["b", "abb"]),
    ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
    ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
    ("^[0-9a-f]{4}$", ["09af"], ["09ag", "09a", "09AF"]),
    ("^[^0-9]$", ["a", "é", "😀"], ["5", ""]),
    ("^[\\]\\-^]+$", ["]-^"], ["a"]),
    ("^[]$", [], ["", "a"]),
    ("^[^]$", ["\n", "a"], [""]),
    ("^.$", ["a", "😀", "\u{85}"], ["\n", "\r", "\u{2028}", ""]),
    ("^\\d+$", ["0123456789"], ["٣", "a"]),
    ("^\\w$", ["a", "Z", "_", "0"], ["é", "-"]),
    ("^\\s$", [" ", "\t", "\u{a0}", "\u{feff}", "\u{2029}", "\u{3000}"], ["\u{200b}", "a"]),
    ("^\\S\\W\\D$", ["a-b"], [" -b", "aab", "a-1"]),
    ("^[\\d\\-x]+$", ["1-x"], ["a"]),
    ("^\\p{Lu}\\p{Letter}\\P{L}$", ["Äß1"], ["äß1", "Äßa"]),
    ("^\\p{General_Category=Nd}\\p{Alphabetic}$", ["٣é"], ["a1"]),
    ("^\\u0041\\u{1F600}\\ud83d\\ude00\\x42\\cJ\\0$", ["A😀😀B\n\0"], ["A"]),
    ("^\\/\\.\\$\\t\\v\\f$", ["/.$\t\u{b}\u{c}"], ["/a$"]),
    ("\\bcat\\b", ["a cat.", "cat"], ["cats", "concat"]),
    ("\\Bcat", ["concat"], ["cat", "a cat"]),
    ("^(a+)-\\1$", ["aa-aa"], ["aa-a"]),
    ("^(?<first>.)(.)\\k<first>\\2$", ["abab"], ["abba"]),
    ("^\\k<later>(?<later>a)$", ["a"], ["aa"]),
    ("^(?<$é_1>a)(?<b>b)\\k<b>\\k<$é_1>$", ["abba"], ["abab"]),
    ("^(?:(a)|b)*\\1$", ["ab", "aa"], ["c", "aba"]),
    ("^(?=.*\\d)(?!.*x).{3}$", ["ab1"], ["abc", "ax1"]),
    ("(?<=\\$)\\d", ["$5"], ["5", "$a5"]),
    ("(?<!\\$|€)\\d", ["5", "a5"], ["$5", "€5"]),
    ("(?<=(\\w)(\\w))\\2", ["abb"], ["aba"]),
    ("^(?:a*)*b$", ["b", "aaab"], ["aaac"]),
    ("^(a?)*?b$", ["b", "aab"], ["c"]),
    ("^a+?$", ["a", "aaa"], [""]),
    ("^(?:a(?=b)|ab)c?$", ["ab"], ["a", "abd"]),
    ("e\u{301}", ["cafe\u{301}"], ["caf\u{e9}"]),
  ])
  func `match as ECMA-262 says`(source: String, matching: [String], other: [String]) throws {
    let pattern = try Pattern(source)
    for text in matching { #expect(pattern.matches(text), "\(text)") }
    for text in other { #expect(!pattern.matches(text), "\(text)") }
  }

  @Test(arguments: [
    "(", ")", "[a", "a{2,1}", "*a", "a**", "^*", "(?=a)*", "\\", "\\q", "\\1", "(?<n>a)\\k<m>",
    "[b-a]", "[\\d-a]", "\\u12", "\\u{110000}", "\\x1", "\\p{Nonsense}", "\\p{Script=Greek}", "{",
    "a{x}", "(?x:a)", "\\ud83d", "(?<a(b>x)(?<c>y)\\k<c>", "(?<[>x)(?<c>y)\\k<c>", "(?<>x)",
    "(?<1>x)",
  ])
  func `what is no pattern is refused with its place`(source: String) throws {
    let fault = try #require(throws: Fault.self) { try Pattern(source) }
    #expect(fault.code == "schema.pattern" && fault.message.contains(", at "))
  }

  @Test func `too large a repetition is refused`() {
    #expect(throws: Fault.self) { try Pattern("(?:(?:a{1000}){1000})") }
    #expect(throws: Fault.self) { try Pattern(String(repeating: "(", count: 1_000)) }
  }

  @Test func `repetitions of nothing are nothing`() throws {
    for nothing in ["(?:)", "(?:a{0}?[b]{0})", "(?:(?:){9999999})", "(?:(?:(?:)|a{0}){0})"] {
      let pattern = try Pattern("^x(?:\(nothing){9999999}){9999999}y$")
      #expect(pattern.matches("xy") && !pattern.matches("xay"))
    }
  }

  @Test func `a costly pattern gives up, a long text does not overflow`() throws {
    #expect(try !Pattern("^(a|a)*b$").matches(String(repeating: "a", count: 40)))
    #expect(try Pattern("^(?:a|b)*$").matches(String(repeating: "ab", count: 100_000)))
  }

  @Test(arguments: [
    "[a]{50000}b", "^(a*)\\1b", "^(?:a|" + String(repeating: "()", count: 20_000) + ")*$",
  ])
  func `a step that goes through much counts as much`(source: String) throws {
    #expect(try !Pattern(source).matches(String(repeating: "a", count: 100_000)))
  }
}
