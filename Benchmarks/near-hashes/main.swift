import Foundations
import Glibc
import Operators

// Groups hashes as `dedup` groups pictures by theirs, and prints for each, in the order of the
// file, the number of the first of its group.
//
//   near-hashes FILE DISTANCE WORKERS
//
// A line of FILE is `NAME HEX`, with 64 bits in 16 digits, or a multiple of them.

/// The 64-bit words of a hash.
func words(of digits: Substring) throws -> [UInt64] {
  let digits = Array(digits.utf8)
  return try stride(from: 0, to: digits.count, by: 16).map { start in
    let word = String(decoding: digits[start...].prefix(16), as: UTF8.self)
    guard let value = UInt64(word, radix: 16) else {
      throw Fault("bench.hash", "\"\(word)\" is no word of a hash")
    }
    return value
  }
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let distance = Int(arguments[2]), let workers = Int(arguments[3]) else {
  print("usage: near-hashes FILE DISTANCE WORKERS")
  exit(64)
}
let text = String(decoding: try Files.read(arguments[1]), as: UTF8.self)
let lines = text.split(separator: "\n")
let codes = try lines.flatMap { try words(of: $0.drop { $0 != " " }.dropFirst()) }
let groups = UnionFind(count: lines.count)
try NearDuplicates(distance: distance).join(
  codes, qualities: Array(repeating: 100, count: lines.count), in: groups, workers: workers)
print((0..<lines.count).map { String(groups.root(of: $0)) }.joined(separator: "\n"))
