package import Geometry

/// A font of 5 x 7 pixels for labels: printable ASCII, one empty column between letters.
package enum BitmapFont {
  /// A letter has 5 columns of 7 rows; the next starts 6 columns further.
  static let columns = 5
  static let rows = 7

  /// The pixels that `text` takes at `scale`.
  package static func extent(of text: String, scale: Int = 1) -> Size {
    let letters = text.unicodeScalars.count
    return Size(width: max(letters * (columns + 1) - 1, 0) * scale, height: rows * scale)
  }

  /// The top left corners of the inked squares of `scale` pixels, relative to the text's own.
  static func blocks(of text: String, scale: Int) -> [(x: Int, y: Int)] {
    var blocks: [(x: Int, y: Int)] = []
    for (index, letter) in text.unicodeScalars.enumerated() {
      let glyph = glyphs[(32...126).contains(letter.value) ? Int(letter.value) - 32 : 31]
      for column in 0..<columns {
        let bits = glyph >> (8 * (columns - 1 - column))
        for row in 0..<rows where bits >> row & 1 == 1 {
          blocks.append(((index * (columns + 1) + column) * scale, row * scale))
        }
      }
    }
    return blocks
  }

  /// Letters from space to tilde: a byte a column, left to right, the lowest bit on top.
  private static let glyphs: [UInt64] = [
    0x0000_0000_00, 0x0000_5F00_00, 0x0007_0007_00, 0x147F_147F_14, 0x242A_7F2A_12,  //   ! " # $
    0x2313_0864_62, 0x3649_5522_50, 0x0005_0300_00, 0x001C_2241_00, 0x0041_221C_00,  // % & ' ( )
    0x1408_3E08_14, 0x0808_3E08_08, 0x0050_3000_00, 0x0808_0808_08, 0x0060_6000_00,  // * + , - .
    0x2010_0804_02, 0x3E51_4945_3E, 0x0042_7F40_00, 0x4261_5149_46, 0x2141_454B_31,  // / 0 1 2 3
    0x1814_127F_10, 0x2745_4545_39, 0x3C4A_4949_30, 0x0171_0905_03, 0x3649_4949_36,  // 4 5 6 7 8
    0x0649_4929_1E, 0x0036_3600_00, 0x0056_3600_00, 0x0814_2241_00, 0x1414_1414_14,  // 9 : ; < =
    0x0041_2214_08, 0x0201_5109_06, 0x3249_7941_3E, 0x7E11_1111_7E, 0x7F49_4949_36,  // > ? @ A B
    0x3E41_4141_22, 0x7F41_4122_1C, 0x7F49_4949_41, 0x7F09_0909_01, 0x3E41_4949_7A,  // C D E F G
    0x7F08_0808_7F, 0x0041_7F41_00, 0x2040_413F_01, 0x7F08_1422_41, 0x7F40_4040_40,  // H I J K L
    0x7F02_0C02_7F, 0x7F04_0810_7F, 0x3E41_4141_3E, 0x7F09_0909_06, 0x3E41_5121_5E,  // M N O P Q
    0x7F09_1929_46, 0x4649_4949_31, 0x0101_7F01_01, 0x3F40_4040_3F, 0x1F20_4020_1F,  // R S T U V
    0x3F40_3840_3F, 0x6314_0814_63, 0x0708_7008_07, 0x6151_4945_43, 0x007F_4141_00,  // W X Y Z [
    0x0204_0810_20, 0x0041_417F_00, 0x0402_0102_04, 0x4040_4040_40, 0x0001_0204_00,  // \ ] ^ _ `
    0x2054_5454_78, 0x7F48_4444_38, 0x3844_4444_20, 0x3844_4448_7F, 0x3854_5454_18,  // a b c d e
    0x087E_0901_02, 0x0C52_5252_3E, 0x7F08_0404_78, 0x0044_7D40_00, 0x2040_443D_00,  // f g h i j
    0x7F10_2844_00, 0x0041_7F40_00, 0x7C04_1804_78, 0x7C08_0404_78, 0x3844_4444_38,  // k l m n o
    0x7C14_1414_08, 0x0814_1418_7C, 0x7C08_0404_08, 0x4854_5454_20, 0x043F_4440_20,  // p q r s t
    0x3C40_4020_7C, 0x1C20_4020_1C, 0x3C40_3040_3C, 0x4428_1028_44, 0x0C50_5050_3C,  // u v w x y
    0x4464_544C_44, 0x0008_3641_00, 0x0000_7F00_00, 0x0041_3608_00, 0x0804_0810_08,  // z { | } ~
  ]
}
