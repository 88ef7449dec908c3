import Foundations
import Synchronization
import Testing

@Suite struct `A producer that is asked` {
  struct Broken: Error, Equatable {}

  @Test func `gives all values in their order`() throws {
    let values = try Lanes.pulling { emit in
      for number in 0..<1000 { try emit(number) }
    } _: { next in
      var values: [Int] = []
      while let value = try next() { values.append(value) }
      return values
    }
    #expect(values == Array(0..<1000))
  }

  @Test func `throws after its last value, and ends with who asks`() throws {
    var values: [Int] = []
    #expect(throws: Broken()) {
      try Lanes.pulling { emit in
        try emit(1)
        throw Broken()
      } _: { next in
        while let value = try next() { values.append(value) }
      }
    }
    #expect(values == [1])
    let emitted = Atomic<Int>(0)
    let first = try Lanes.pulling { emit in
      while true {
        try emit(7)
        emitted.add(1, ordering: .relaxed)
      }
    } _: { next in
      try next()
    }
    #expect(first == 7 && emitted.load(ordering: .relaxed) < 5)
    #expect(throws: Broken()) {
      try Lanes.pulling { emit in
        try emit(1)
      } _: { _ in
        throw Broken()
      }
    }
  }
}
