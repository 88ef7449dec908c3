import Autograd
import Glibc
import Layers
import TensorCore
import Testing

@Suite struct `Rotary embeddings` {
  static func positions(_ list: [(Int, Int, Int)]) -> Positions {
    var positions = Positions()
    for (time, height, width) in list { positions.append(time, height, width) }
    return positions
  }

  @Test func `give each axis its share of the frequencies, in order`() {
    let rotary = RotaryEmbedding(headDimension: 12, base: 100)
    let angles = rotary.angles(Self.positions([(3, 5, 7), (0, 0, 0)]), sections: [1, 2, 3])
    // Frequency i is 100^(-i/6); i = 0 turns with time, 1 and 2 with height, 3 to 5 with width.
    let turns = [3.0, 5, 5, 7, 7, 7].enumerated().map { $1 * pow(100, -Double($0) / 6) }
    for (i, turn) in turns.enumerated() {
      #expect(abs(Double(angles.cosine[0, i]) - cos(turn)) < 1e-6)
      #expect(abs(Double(angles.sine[0, i]) - sin(turn)) < 1e-6)
      #expect(angles.cosine[1, i] == 1 && angles.sine[1, i] == 0)
    }
    #expect(angles.rows == 2 && angles.headDimension == 12)
  }

  @Test func `turn patches with the row in the first half and the column in the second`() {
    let rotary = RotaryEmbedding(headDimension: 8, base: 10_000)
    let angles = rotary.axialAngles(rows: [2, 0], columns: [9, 4])
    // Two frequencies, 1 and 10000^(-1/2), for the row and again for the column.
    for (i, turn) in [2, 0.02, 9, 0.09].enumerated() {
      #expect(abs(Double(angles.cosine[0, i]) - cos(turn)) < 1e-6)
      #expect(abs(Double(angles.sine[0, i]) - sin(turn)) < 1e-6)
    }
    #expect(angles.sine[1, 0] == 0 && angles.sine[1, 2] != 0)
  }

  @Test func `positions of parts come one after another`() {
    var positions = Self.positions([(1, 2, 3)])
    positions.append(contentsOf: Self.positions([(4, 5, 6), (7, 8, 9)]))
    #expect(positions.time == [1, 4, 7] && positions.height == [2, 5, 8])
    #expect(positions.width == [3, 6, 9] && positions.count == 3)
  }
}
