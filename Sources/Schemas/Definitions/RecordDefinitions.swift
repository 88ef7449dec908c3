internal import JSONText

extension TreeRecord {
  package static let definition = Definition(
    "tree", "The search tree of one question.",
    Definition.opening(.tree, id: "The id of the question.") + [
      .required("question", Shape.form(Question.self), "The question."),
      .required(
        "nodes", Shape.forms(TreeNode.self),
        "Parents before children; the root, which holds the prompt, is first."),
      .required("settings", Shape.settings, "Of the search."),
      Definition.provenance,
    ])
}

extension SFTRecord {
  package static let definition = Definition(
    "sft", "The chains of one question, for supervised fine-tuning.",
    Definition.opening(.sft, id: "The id of the question.") + [
      .required("question", Shape.form(Question.self), "The question."),
      .required("chains", Shape.forms(Chain.self), "All chains of the question."),
      Definition.provenance,
    ])
}

extension RolloutRecord {
  package static let definition = Definition(
    "rollout", "One sampled trace of reinforcement learning, with all its loss is computed from.",
    Definition.opening(.rollout, id: "The key of the rollout, unique in its dataset.") + [
      .required("question", Shape.name, "The id of the question."),
      .required(
        "group", Shape.name, "The group: all rollouts of one question in one step share it."),
      .required("sample", Shape.count(), "The number of the rollout in its group."),
      .required("policy_step", Shape.count(), "Optimiser steps the sampling policy had seen."),
      .required("segments", Shape.forms(Segment.self), "The trace, exactly as sampled."),
      .optional("answer", Shape.text, "The answer, where one was given."),
      .required("truncated", Shape.flag, "Whether a limit of tokens or turns ended the trace."),
      .required("rewards", Shape.forms(RewardTerm.self), "The terms of the reward."),
      .required("total", Shape.number, "The reward that the advantage is computed from."),
      .required("advantage", Shape.number, "The advantage of every sampled token."),
      .required("settings", Shape.settings, "Of the sampler."),
      Definition.provenance,
    ])
}

extension EvaluationRecord {
  package static let definition = Definition(
    "evaluation", "One judged answer of a model.",
    Definition.opening(.evaluation, id: "The key of the evaluation, unique in its dataset.") + [
      .required("question", Shape.name, "The id of the question."),
      .required("model", Shape.name, "The name of the model in the comparison."),
      .required("segments", Shape.forms(Segment.self), "The trace."),
      .optional("answer", Shape.text, "The answer, where one was given."),
      .required("correct", Shape.flag, "Whether the checker takes the answer as right."),
      .required("reason", Shape.text, "Why the checker judged so."),
      .required("zooms", Shape.count(), "How many crops the model asked for and got."),
      .required("points", Shape.list(of: Shape.point), "Where the steps look, in order."),
      Definition.provenance,
    ])
}

extension Manifest {
  package static let definition = Definition(
    "manifest", "What a dataset consists of.",
    [
      .required("kind", ["const": "manifest"], "The kind of file."),
      .required("version", ["const": 1], "The version of the kind."),
      .required("dataset", Shape.name, "The name of the dataset."),
      .required("records", Shape.choice(RecordKind.self), "The kind of its records."),
      .required("pipeline", Shape.digest, "SHA-256 of the resolved pipeline."),
      .required(
        "shards", Shape.forms(ShardEntry.self), "The shards, as the lines of manifest.jsonl."),
    ])
}

extension ShardEntry {
  package static let definition = Definition(
    "shard_entry", "One shard of a dataset: a line of manifest.jsonl.",
    [
      .required("name", Shape.name, "The file's name."),
      .required("content", Shape.choice(Content.self), "Whether it holds records or pictures."),
      .required("count", Shape.count(), "Records, or pictures."),
      .required("bytes", Shape.count(), "The length of the file."),
      .required("sha256", Shape.digest, "SHA-256 of the file."),
      .optional("schema", Shape.name, "The $id of the records' schema."),
      .optional("first_key", Shape.name, "The id of the first record, or the first digest."),
      .optional("last_key", Shape.name, "The id of the last record, or the last digest."),
      .optional("split", Shape.name, "The split of all its records."),
      .optional("pipeline", Shape.digest, "SHA-256 of what appended it; else the manifest's."),
      .required("inputs", Shape.forms(InputRange.self), "What the records were made from."),
    ])
}

extension InputRange {
  package static let definition = Definition(
    "input_range", "Consecutive records of one input.",
    [
      .required("source", Shape.name, "An archive or shard, by name."),
      .required("from", Shape.count(), "The first position, from 0."),
      .required("to", Shape.count(), "The position after the last."),
    ])
}
