/// The bytes between messages, as Qwen2.5-VL's chat template writes them.
package enum ChatTemplate {
  package static let endOfTurn = "<|im_end|>"
  /// Stands for one picture; the policy repeats its pad to the picture's token count.
  package static let picture = "<|vision_start|><|image_pad|><|vision_end|>"

  /// A system message and the first user message, up to the point where the assistant speaks.
  package static func opening(system: String, user: String) -> String {
    "<|im_start|>system\n\(system)\(endOfTurn)\n<|im_start|>user\n\(user)\(endOfTurn)\n"
      + "<|im_start|>assistant\n"
  }

  /// A further user message, given that the assistant's turn has just ended.
  package static func continuation(user: String) -> String {
    "\n<|im_start|>user\n\(user)\(endOfTurn)\n<|im_start|>assistant\n"
  }
}
