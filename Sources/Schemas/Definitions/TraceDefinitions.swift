package import Geometry
internal import JSONText

extension Segment {
  package static let definition = Definition(
    "segment", "One piece of a trajectory with one author.",
    [
      .required(
        "role", Shape.choice(Role.self),
        "Who wrote it: the prompt, the model, or a tool that was asked for an observation."),
      .required("text", Shape.text, "The text."),
      .required(
        "ids", Shape.list(of: Shape.count()),
        "Token ids; empty when the policy is an endpoint that shows none."),
      .optional(
        "media", Shape.forms(MediaReference.self), "The pictures in the segment, in order."),
      .optional(
        "log_probabilities", Shape.list(of: Shape.number),
        "The sampler's natural log-probability per id, for model segments."),
      .optional(
        "forced", Shape.count(),
        "How many leading ids of a model segment were forced, not sampled; they carry no loss."),
    ])
}

extension MediaReference {
  package static let definition = Definition(
    "media_reference", "A picture, or a crop of one, as the model saw it.",
    [
      .required("sha256", Shape.digest, "SHA-256 of the original picture's file."),
      .optional("crop", Shape.form(Crop.self), "The part shown; all of it where absent."),
      .required("size", Shape.size, "What the model sees, after the resize to multiples of 28."),
    ])
}

extension Crop {
  package static let definition = Definition(
    "crop", "A part of a picture, shown at another size; rendered when needed.",
    [
      .required("box", Shape.box, "In pixels of the original picture."),
      .required("output", Shape.size, "The size it is shown at."),
    ])
}

extension TreeNode {
  package static let definition = Definition(
    "tree_node", "A node of a search tree: one step and what followed from it.",
    [
      .required(
        "parent", Shape.count(atLeast: -1), "The parent's index in nodes; -1 for the root."),
      .required(
        "segments", Shape.forms(Segment.self), "What this step adds to the path from the root."),
      .optional("point", Shape.point, "Where the step looks."),
      .required("terminal", Shape.flag, "Whether the step answers or may not be continued."),
      .optional("answer", Shape.text, "The answer, where the step gives one."),
      .required("visits", Shape.count(), "How often the search went through the node."),
      .required("value", Shape.number, "What the search backed up to the node."),
      .required("rollouts", Shape.forms(TreeRollout.self), "Continuations that are not nodes."),
    ])
}

extension TreeRollout {
  package static let definition = Definition(
    "tree_rollout", "One continuation of a node to an answer.",
    [
      .required("segments", Shape.forms(Segment.self), "What follows the node's own segments."),
      .optional("answer", Shape.text, "The answer, where one was given."),
      .required("reward", Shape.number, "The judge's reward."),
      .required("steps", Shape.count(), "Steps taken after the node."),
      .required(
        "same_points", Shape.count(), "How many of their points were looked at before."),
    ])
}

extension Chain {
  package static let definition = Definition(
    "chain", "One linear trace cut from a tree, from the prompt to the answer.",
    [
      .required(
        "kind", Shape.choice(Kind.self),
        "Whether it goes straight to a right answer, or turns back from a wrong one."),
      .required("segments", Shape.forms(Segment.self), "The trace."),
      .required("points", Shape.list(of: Shape.point), "Where the steps look, in order."),
      .required("answer", Shape.text, "The answer."),
    ])
}

extension RewardTerm {
  package static let definition = Definition(
    "reward_term", "A named part of a reward, with its reason.",
    [
      .required("name", Shape.name, "The name of the term."),
      .required("value", Shape.number, "Its value."),
      .required("reason", Shape.text, "Why, in one sentence; may be empty."),
    ])
}
