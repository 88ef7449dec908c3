import Foundations
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"), ("/+8=", nil as String?),
  ])
  func `The examples of RFC 4648 are read`(text: String, expected: String?) {
    let bytes = Base64.bytes(of: Array(text.utf8))
    #expect(bytes == expected.map { Array($0.utf8) } ?? [0xFF, 0xEF])
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zg=a", "Z===", "====", "Zm9v\n", "Zm 9", "Zm-_"])
  func `What is not padded base64 is refused`(text: String) {
    #expect(Base64.bytes(of: Array(text.utf8)) == nil)
  }
}
