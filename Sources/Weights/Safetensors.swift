internal import CKernels
package import Foundations
internal import Glibc
internal import JSONText
package import TensorCore

/// How the elements of a stored tensor are coded.
package enum ElementType: String, Sendable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"

  package var bytes: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .int64: 8
    }
  }
}

/// A memory-mapped `.safetensors` file: eight bytes of header length, a JSON header, raw data.
package final class SafetensorsFile {
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let type: ElementType
    package let shape: [Int]
    let start: Int

    package var count: Int { shape.reduce(1, *) }
  }

  package let path: String
  package let entries: [String: Entry]
  package let metadata: [String: String]
  private let base: UnsafeRawPointer
  private let length: Int

  package init(path: String) throws(Fault) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Fault(
        "weights.open", "cannot open the weights", at: Place(file: path),
        cause: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    length = Int(status.st_size)
    guard length > 8, let mapped = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0),
      mapped != MAP_FAILED
    else {
      throw Fault(
        "weights.truncated", "\(length) bytes are no safetensors file", at: Place(file: path))
    }
    base = UnsafeRawPointer(mapped)
    let headerLength = base.loadUnaligned(as: UInt64.self)
    guard headerLength <= UInt64(length - 8) else {
      munmap(mapped, length)
      throw Fault(
        "weights.header", "the header claims \(headerLength) bytes, the file has \(length)",
        at: Place(file: path))
    }
    let header = [UInt8](UnsafeRawBufferPointer(start: base + 8, count: Int(headerLength)))
    do {
      (entries, metadata) = try Self.decode(header, path, dataStart: 8 + Int(headerLength), length)
    } catch {
      munmap(mapped, length)
      throw error
    }
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), length) }

  private static func decode(
    _ header: [UInt8], _ path: String, dataStart: Int, _ length: Int
  ) throws(Fault) -> ([String: Entry], [String: String]) {
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in try JSON.parse(header, file: path).asObject {
      if name == "__metadata__" {
        for (key, text) in try value.asObject { metadata[key] = try text.asString }
        continue
      }
      let code = try value.string("dtype")
      guard let type = ElementType(rawValue: code) else {
        throw Fault(
          "weights.type", "tensor \(name) has elements of type \(code), which is not read here",
          at: Place(file: path))
      }
      let (shape, offsets) = (try value.ints("shape"), try value.ints("data_offsets"))
      guard let bytes = Self.bytes(of: shape, type), offsets.count == 2,
        0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= length - dataStart,
        offsets[1] - offsets[0] == bytes
      else {
        throw Fault(
          "weights.offsets", "tensor \(name) of shape \(shape) does not fit its offsets \(offsets)",
          at: Place(file: path))
      }
      entries[name] = Entry(name: name, type: type, shape: shape, start: dataStart + offsets[0])
    }
    return (entries, metadata)
  }

  /// The length of a tensor's data; `nil` for a shape that no tensor in memory has.
  private static func bytes(of shape: [Int], _ type: ElementType) -> Int? {
    var bytes = type.bytes
    for dimension in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflows else { return nil }
      bytes = product
    }
    return bytes
  }

  /// Writes the elements of a tensor as floats into `destination`, which holds `entry.count`.
  package func copy(_ entry: Entry, into destination: UnsafeMutablePointer<Float>) {
    let source = base + entry.start
    switch entry.type {
    case .float32: memcpy(destination, source, entry.count * 4)
    case .bfloat16: widen(source, entry.count) { ck_from_bf16($0, destination + $1, $2) }
    case .float16: widen(source, entry.count) { ck_from_f16($0, destination + $1, $2) }
    case .int64:
      for index in 0..<entry.count {
        destination[index] = Float(source.loadUnaligned(fromByteOffset: index * 8, as: Int64.self))
      }
    }
  }

  /// Calls `convert` for pieces of 16-bit elements, copied because a file may lie unaligned.
  private func widen(
    _ source: UnsafeRawPointer, _ count: Int,
    _ convert: (UnsafePointer<UInt16>, Int, Int64) -> Void
  ) {
    var piece = [UInt16](repeating: 0, count: min(count, 1 << 16))
    var done = 0
    while done < count {
      let size = min(piece.count, count - done)
      memcpy(&piece, source + done * 2, size * 2)
      convert(piece, done, Int64(size))
      done += size
    }
  }
}

/// Writes `.safetensors` files: names sorted by bytes, data in the same order, header padded with
/// spaces to a multiple of 8.
package enum SafetensorsWriter {
  package struct Item {
    package let name: String
    package let shape: [Int]
    package let values: Tensor

    package init(name: String, shape: [Int], values: Tensor) {
      precondition(shape.reduce(1, *) == values.count, "\(name): \(shape) of \(values.count)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The bytes of a file that holds `items` as `type` (f32 or bf16).
  package static func bytes(
    _ items: [Item], as type: ElementType = .float32, metadata: [(String, String)] = []
  ) -> [UInt8] {
    precondition(type == .float32 || type == .bfloat16, "no writer for \(type.rawValue)")
    let sorted = items.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var header = JSONObject([
      (
        "__metadata__",
        .object(
          JSONObject(
            ([("format", "pt")] + metadata).map { ($0.0, .string($0.1)) }))
      )
    ])
    var offset = 0
    for item in sorted {
      let end = offset + item.values.count * type.bytes
      header[item.name] = [
        "dtype": .string(type.rawValue), "shape": .array(item.shape.map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      offset = end
    }
    var text = JSON.object(header).bytes()
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + offset)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes += text
    for item in sorted { append(item.values, as: type, to: &bytes) }
    return bytes
  }

  private static func append(_ values: Tensor, as type: ElementType, to bytes: inout [UInt8]) {
    if type == .float32 {
      bytes.append(
        contentsOf: UnsafeRawBufferPointer(start: values.pointer, count: values.count * 4))
      return
    }
    var narrow = [UInt16](repeating: 0, count: values.count)
    ck_to_bf16(values.pointer, &narrow, Int64(values.count))
    narrow.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
