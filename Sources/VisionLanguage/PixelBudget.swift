package import Foundations
package import Geometry
package import JSONText

/// The preprocessing that a checkpoint folder asks for: how many pixels of a picture its model sees.
///
/// Everything else is fixed by the published models, and a folder that differs is refused.
package struct PixelBudget: Sendable, Equatable {
  package let minPixels: Int
  package let maxPixels: Int

  /// The numbers of the published models.
  package static let published = PixelBudget(minPixels: 3136, maxPixels: 12_845_056)

  package init(minPixels: Int, maxPixels: Int) {
    self.minPixels = minPixels
    self.maxPixels = maxPixels
  }

  /// Reads a `preprocessor_config.json`, or a `processor_config.json` that holds the same under
  /// `image_processor`.
  ///
  /// `min_pixels` and `max_pixels` come before `size` with its `shortest_edge` and `longest_edge`,
  /// which mean pixels too; what neither names is as published. Throws
  /// `preprocessor.unsupported` for other patches, means or deviations than the published ones.
  package init(json: JSON) throws(Fault) {
    let json = json["image_processor"] ?? json
    func pixels(_ key: String, _ edge: String, _ fallback: Int) throws(Fault) -> Int {
      if let pixels = try json.optionalInt(key) { return pixels }
      guard let size = json["size"], case .object = size else { return fallback }
      return try size.optionalInt(edge) ?? fallback
    }
    minPixels = try pixels("min_pixels", "shortest_edge", Self.published.minPixels)
    maxPixels = try pixels("max_pixels", "longest_edge", Self.published.maxPixels)
    guard minPixels > 0, minPixels <= maxPixels else {
      throw Fault(
        "preprocessor.pixels", "a picture cannot have \(minPixels) to \(maxPixels) pixels")
    }
    for (key, value) in Self.fixed {
      if let given = json[key], try !Self.agrees(given, value) {
        throw Fault(
          "preprocessor.unsupported", "\(key) \(given.brief) is not supported, only \(value.brief)")
      }
    }
  }

  /// The size at which the model sees a picture.
  package func view(of picture: Size) throws(Fault) -> Size {
    try SmartResize.size(of: picture, minPixels: minPixels, maxPixels: maxPixels)
  }

  /// The contents of a `preprocessor_config.json`, which both `Qwen2VLImageProcessor` and
  /// `AutoProcessor` read.
  package var json: JSON {
    .object(
      JSONObject(
        [
          ("image_processor_type", "Qwen2VLImageProcessor"),
          ("processor_class", "Qwen2_5_VLProcessor"),
          ("min_pixels", .integer(minPixels)),
          ("max_pixels", .integer(maxPixels)),
          (
            "size",
            ["shortest_edge": .integer(minPixels), "longest_edge": .integer(maxPixels)]
          ),
        ] + Self.fixed))
  }

  private static let fixed: [(key: String, value: JSON)] = [
    ("do_convert_rgb", true),
    ("do_resize", true),
    ("resample", 3),
    ("do_rescale", true),
    ("rescale_factor", .number(1.0 / 255)),
    ("do_normalize", true),
    ("image_mean", numbers(Patches.mean)),
    ("image_std", numbers(Patches.deviation)),
    ("patch_size", .integer(Configuration.patch)),
    ("temporal_patch_size", .integer(Configuration.frames)),
    ("merge_size", .integer(Configuration.merge)),
  ]

  /// As decimals of the shortest form, not as the doubles next to the floats.
  private static func numbers(_ values: [Float]) -> JSON {
    .array(values.map { .number(Double("\($0)") ?? Double($0)) })
  }

  /// Whether a setting is the fixed one; numbers may differ in the last places of a float.
  private static func agrees(_ given: JSON, _ fixed: JSON) throws(Fault) -> Bool {
    switch (given, fixed) {
    case (.null, _): true
    case (.array(let given), .array(let fixed)):
      given.count == fixed.count
        && zip(given, fixed).allSatisfy { (try? agrees($0, $1)) ?? false }
    case (_, .number(let value)): try abs(given.asDouble - value) <= 1e-6 * abs(value)
    default: given == fixed
    }
  }
}
