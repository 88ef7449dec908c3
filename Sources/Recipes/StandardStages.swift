extension StageCatalog {
  /// The stages that a pipeline file may name, in the order in which they usually stand.
  package static let standard = StageCatalog([
    IngestStage.kind, SearchStage.kind, LinearizeStage.kind, SFTStage.kind, GRPOStage.kind,
    EvaluateStage.kind, ReportStage.kind, PretrainStage.kind,
  ])
}
