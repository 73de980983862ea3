/// What an id counts; its letter is the first character of the id as people type it.
public protocol IdentifierKind: Sendable {
  /// The letter in front of the number.
  static var letter: Character { get }
  /// The word for messages.
  static var word: String { get }
}

/// A short, typeable id: a letter and a decimal, counted per lab in dispatch order.
public struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable,
  CustomStringConvertible
{
  /// The number behind the letter; from 1.
  public let number: Int

  /// The id with this number.
  public init(_ number: Int) { self.number = number }

  /// Reads `t12`; nil when the text is not of that form.
  public init?(_ text: some StringProtocol) {
    guard text.first == Kind.letter, text.utf8.count <= 19,
      text.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text.dropFirst()), number > 0
    else { return nil }
    self.number = number
  }

  /// The id as it is typed and shown.
  public var description: String { "\(Kind.letter)\(number)" }

  /// Order of dispatch.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension Identifier: Codable {
  /// Reads the id from its text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no id of a \(Kind.word)")
    }
    self = id
  }

  /// Writes the id as its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Kind of `RunID`.
public enum RunKind: IdentifierKind {
  /// `r`
  public static var letter: Character { "r" }
  /// run
  public static var word: String { "run" }
}

/// Kind of `CandidateID`.
public enum CandidateKind: IdentifierKind {
  /// `c`
  public static var letter: Character { "c" }
  /// candidate
  public static var word: String { "candidate" }
}

/// Kind of `TrialID`.
public enum TrialKind: IdentifierKind {
  /// `t`
  public static var letter: Character { "t" }
  /// trial
  public static var word: String { "trial" }
}

/// The id of one run: `r3`.
public typealias RunID = Identifier<RunKind>
/// The id of one candidate: `c12`.
public typealias CandidateID = Identifier<CandidateKind>
/// The id of one trial: `t4711`.
public typealias TrialID = Identifier<TrialKind>
