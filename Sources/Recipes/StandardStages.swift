extension StageCatalog {
  /// The stages that a pipeline file may name, in the order in which they usually stand.
  package static let standard = StageCatalog([
    IngestStage.kind,
    DedupStage.kind, DedupTextStage.kind, SplitStage.kind,
    SearchStage.kind, LinearizeStage.kind, FilterStage.kind, WriteStage.kind, ValidateStage.kind,
    ExportStage.kind, SFTStage.kind, GRPOStage.kind, EvaluateStage.kind, ReportStage.kind,
    PretrainStage.kind,
  ])
}
