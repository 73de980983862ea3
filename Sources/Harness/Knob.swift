/// `[knobs]`: something that may be tuned without a model.
public struct Knob: Sendable, Hashable {
  /// What values it may take.
  public enum Range: Sendable, Hashable {
    /// Whole numbers between these.
    case int(ClosedRange<Int>)
    /// Numbers between these.
    case real(ClosedRange<Double>)
    /// One of these words.
    case choice([String])
    /// On or off; the value in the file is how it stands now.
    case toggle(isOn: Bool)
  }

  /// A dotted key of `harness.toml`, `tools.NAME`, `skills.NAME`, or `prompts/FILE.md#SECTION`.
  public let target: String
  /// What values it may take.
  public let range: Range
}
