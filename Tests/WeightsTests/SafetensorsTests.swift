import Foundations
import TensorCore
import Testing
import Weights

@Suite struct `Safetensors files` {
  func written(_ bytes: [UInt8]) throws -> String {
    let path = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max)).safetensors"
    try Files.writeAtomically(bytes, to: path)
    return path
  }

  let items = [
    SafetensorsWriter.Item(
      name: "b.weight", shape: [2, 3],
      values: Tensor([1, -2, 3.5, 0, 1e-8, 6], rows: 2, columns: 3)),
    SafetensorsWriter.Item(name: "a", shape: [1], values: Tensor([0.1], rows: 1, columns: 1)),
  ]

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `come back as they were written`(type: ElementType) throws {
    let path = try written(
      SafetensorsWriter.bytes(items, as: type, metadata: [("step", "12")]))
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["format": "pt", "step": "12"])
    let entry = try #require(file.entries["b.weight"])
    #expect(entry.shape == [2, 3] && entry.type == type)
    let values = Tensor(zeros: 2, 3)
    file.copy(entry, into: values.pointer)
    let tolerance: Float = type == .float32 ? 0 : 0.01
    for (found, expected) in zip(values.values, items[0].values.values) {
      #expect(abs(found - expected) <= tolerance * abs(expected))
    }
  }

  @Test func `half precision is widened exactly`() throws {
    // 1, -2, 65504, the smallest subnormal, infinity
    let codes: [UInt16] = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00]
    var header = Array(
      #"{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]}}"#.utf8)
    while header.count % 8 != 0 { header.append(0x20) }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header
    for code in codes { bytes += [UInt8(truncatingIfNeeded: code), UInt8(code >> 8)] }
    let file = try SafetensorsFile(path: try written(bytes))
    let values = Tensor(zeros: 1, 5)
    file.copy(try #require(file.entries["h"]), into: values.pointer)
    #expect(values.values == [1, -2, 65504, 0x1p-24, .infinity])
  }

  @Test(arguments: [
    ("[1099511627776,1099511627776]", "[0,0]"), ("[-1,-4]", "[0,16]"), ("[4]", "[16,0]"),
    ("[1]", "[9223372036854775803,9223372036854775807]"), ("[1]", "[5,-9223372036854775808]"),
    ("[1]", "[-4,0]"), ("[5]", "[0,20]"),
  ])
  func `shapes and offsets that no file has are faults`(shape: String, offsets: String) throws {
    let header = #"{"t":{"dtype":"F32","shape":\#(shape),"data_offsets":\#(offsets)}}"#.utf8
    let count = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) }
    let path = try written(count + header + [UInt8](repeating: 0, count: 16))
    let fault = #expect(throws: Fault.self) { try SafetensorsFile(path: path) }
    #expect(fault?.code == "weights.offsets" && fault?.place.file == path)
  }

  @Test func `a cut file and a lying header are faults`() throws {
    let whole = SafetensorsWriter.bytes(items)
    for count in [0, 7, 20, whole.count - 1] {
      let path = try written(Array(whole[..<count]))
      #expect(throws: Fault.self) { try SafetensorsFile(path: path) }
    }
    var lying = whole
    lying[7] = 0x7F
    let path = try written(lying)
    let fault = #expect(throws: Fault.self) { try SafetensorsFile(path: path) }
    #expect(fault?.code == "weights.header" && fault?.place.file == path)
  }
}
