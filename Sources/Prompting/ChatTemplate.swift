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

  /// The words of the first user message of a prompt that `opening` made, pictures left out.
  package static func userText(of opening: String) -> String? {
    let marker = "<|im_start|>user\n"
    guard let start = opening.firstRange(of: marker)?.upperBound else { return nil }
    let message = opening[start...]
    guard let end = message.firstRange(of: endOfTurn)?.lowerBound else { return nil }
    return String(message[..<end]).replacing(picture, with: "")
  }

  /// A further user message, given that the assistant's turn has just ended.
  package static func continuation(user: String) -> String {
    "\n<|im_start|>user\n\(user)\(endOfTurn)\n<|im_start|>assistant\n"
  }

  /// The Jinja text for a checkpoint, as Qwen2.5-VL's template with another default prompt.
  ///
  /// `system`, the one the model was trained with, takes the place of "You are a helpful
  /// assistant."; without it a ViGoRL model stops pointing.
  package static func jinja(system: String) -> String {
    let quoted = system.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      .replacing("\n", with: "\\n")
    return """
      {%- if messages[0]['role'] != 'system' -%}\
      {{- '<|im_start|>system\\n\(quoted)<|im_end|>\\n' -}}\
      {%- endif -%}\
      {%- for message in messages -%}\
      {{- '<|im_start|>' + message['role'] + '\\n' -}}\
      {%- if message['content'] is string -%}{{- message['content'] -}}{%- else -%}\
      {%- for part in message['content'] -%}\
      {%- if part['type'] == 'image' or 'image' in part or 'image_url' in part -%}\
      {{- '\(picture)' -}}\
      {%- elif 'text' in part -%}{{- part['text'] -}}{%- endif -%}\
      {%- endfor -%}{%- endif -%}\
      {{- '<|im_end|>\\n' -}}\
      {%- endfor -%}\
      {%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
      """
  }
}
