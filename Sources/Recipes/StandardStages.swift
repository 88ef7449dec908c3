extension StageCatalog {
  /// The stages that a pipeline file may name, in the order in which they usually stand.
  package static let standard = StageCatalog([
    IngestStage.kind, KeepStage.kind, MapStage.kind, ResizeStage.kind,
    DedupStage.kind, DedupTextStage.kind, DecontaminateStage.kind, SplitStage.kind,
    SampleStage.kind, CapStage.kind, MixStage.kind, ShuffleStage.kind,
    StatisticsStage.kind, ContactSheetStage.kind,
    SearchStage.kind, LinearizeStage.kind, DedupChainsStage.kind, FilterStage.kind,
    WriteStage.kind, ValidateStage.kind, ExportStage.kind, SFTStage.kind, GRPOStage.kind,
    EvaluateStage.kind, ReportStage.kind, PretrainStage.kind,
  ])
}
