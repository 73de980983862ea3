public import Base

/// What a provider can promise on this machine.
public struct SandboxReport: Sendable, Hashable {
  /// How far a property holds.
  public enum State: String, Sendable, Hashable {
    /// It holds.
    case ok
    /// It holds in part; the detail says what is different.
    case degraded
    /// It does not hold.
    case missing
  }

  /// One promise.
  public struct Property: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// How far it holds.
    public let state: State
    /// How, or why not.
    public let detail: String
    /// Whether the provider refuses to run without it.
    public let mandatory: Bool

    /// One promise.
    public init(_ name: String, _ state: State, _ detail: String, mandatory: Bool = false) {
      self.name = name
      self.state = state
      self.detail = detail
      self.mandatory = mandatory
    }
  }

  /// The provider's name.
  public let provider: String
  /// The promises in the order of their importance.
  public let properties: [Property]

  /// A report.
  public init(provider: String, properties: [Property]) {
    self.provider = provider
    self.properties = properties
  }

  /// Whether trials may run: nothing mandatory is missing.
  public var usable: Bool { !properties.contains { $0.mandatory && $0.state == .missing } }

  /// The report as JSON.
  public var json: JSON {
    [
      "provider": .string(provider), "usable": .bool(usable),
      "properties": .array(
        properties.map {
          [
            "name": .string($0.name), "state": .string($0.state.rawValue),
            "detail": .string($0.detail), "mandatory": .bool($0.mandatory),
          ]
        }),
    ]
  }
}
