extension StageCatalog {
  /// The stages that a pipeline file may name, in the order in which they usually stand.
  package static let standard = StageCatalog([])
}
