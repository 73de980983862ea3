internal import Base

/// What a verifier's output files say; anything doubtful is no reward rather than a 0.
public enum RewardReading: Sendable, Hashable {
  /// What is odd about a reward that counts all the same; the raw value marks trials.
  public enum Oddity: String, Sendable, Hashable, CaseIterable {
    /// `reward.json` and `reward.txt` are both there.
    case both = "both_reward_files"
    /// A single key of another name is the reward.
    case onlyKey = "reward_of_only_key"
    /// `rewards.json` is there as well.
    case plural = "rewards_json_not_read"

    /// What a person is told.
    public var sentence: String {
      switch self {
      case .both: "reward.json and reward.txt both exist; reward.json is read"
      case .onlyKey: "reward.json does not have the suite's key; its only key is read"
      case .plural: "rewards.json exists as well; it is not read"
      }
    }
  }

  /// A reward that counts, its score from 0 to 1, the other keys as metrics (also the only key, when
  /// that is not the rule's own), and what was odd.
  case valid(reward: Double, score: Double, metrics: [String: Double], warnings: [Oddity])
  /// No reward, and why.
  case invalid(reason: String)

  /// Reads the content of `reward.json` and `reward.txt`; nil for a file that is not there.
  ///
  /// JSON comes first. Only an object of finite numbers and booleans is valid; the reward is the
  /// rule's key, or the only key when there is just one.
  public static func read(
    json: [UInt8]?, txt: [UInt8]?, rewardsJsonPresent: Bool = false, rule: RewardRule = .standard
  ) -> RewardReading {
    var warnings: [Oddity] = []
    let found: Found
    switch (json, txt) {
    case (let json?, let txt):
      if txt != nil { warnings.append(.both) }
      found = readJSON(json, rule: rule)
    case (nil, let txt?): found = readText(txt)
    case (nil, nil):
      return .invalid(
        reason: rewardsJsonPresent
          ? "the verifier wrote rewards.json, which is not read; expected reward.json or reward.txt"
          : "the verifier wrote neither reward.json nor reward.txt")
    }
    if rewardsJsonPresent { warnings.append(.plural) }
    switch found {
    case .fault(let reason): return .invalid(reason: reason)
    case .rewards(let reward, let metrics, let noted):
      guard reward >= rule.min, reward <= rule.max else {
        return .invalid(
          reason: "reward \(shown(reward)) is out of the suite's range"
            + " \(shown(rule.min)) to \(shown(rule.max))")
      }
      return .valid(
        reward: reward, score: rule.score(reward), metrics: metrics, warnings: warnings + noted)
    }
  }

  private enum Found {
    case rewards(Double, metrics: [String: Double], [Oddity])
    case fault(String)
  }

  private static func readJSON(_ bytes: [UInt8], rule: RewardRule) -> Found {
    if isBlank(bytes) { return .fault("reward.json is empty") }
    guard String(validating: bytes, as: UTF8.self) != nil, bytes.first != 0xEF else {
      return .fault("reward.json is not plain UTF-8")
    }
    let value: JSON
    do { value = try JSON.parse(bytes, maxDepth: 32) } catch {
      return .fault("reward.json: \(error.message)")
    }
    guard case .object(let members) = value else {
      return .fault("reward.json holds \(typeName(value)); expected an object of numbers")
    }
    var numbers: [String: Double] = [:]
    for (key, member) in members.sorted(by: { $0.key < $1.key }) {
      switch member {
      case .bool(let flag): numbers[key] = flag ? 1 : 0
      case .int, .double: numbers[key] = member.double
      default:
        return .fault(
          "reward.json: '\(key.printable())' is \(typeName(member)); expected a number or boolean")
      }
    }
    if let reward = numbers.removeValue(forKey: rule.key) {
      return .rewards(reward, metrics: numbers, [])
    }
    guard let only = numbers.first else { return .fault("reward.json holds an empty object") }
    guard numbers.count == 1 else {
      return .fault(
        "reward.json has no key '\(rule.key)' among "
          + numbers.keys.sorted().map { "'\($0.printable())'" }.joined(separator: ", "))
    }
    return .rewards(only.value, metrics: [only.key: only.value], [.onlyKey])
  }

  private static func readText(_ bytes: [UInt8]) -> Found {
    if isBlank(bytes) { return .fault("reward.txt is empty") }
    guard bytes.count <= 4096, let text = String(validating: bytes, as: UTF8.self) else {
      return .fault("reward.txt is not a number")
    }
    let word = text.split(whereSeparator: \.isWhitespace)
    // Swift would also read hexadecimal digits, and a number in front of a NUL.
    guard word.count == 1, let only = word.first,
      only.utf8.allSatisfy({ "0123456789+-.einfaty".utf8.contains($0 | 0x20) }),
      let number = Double(only)
    else {
      return .fault("reward.txt is not a number: '\(text.prefix(40).description.printable())'")
    }
    guard number.isFinite else { return .fault("reward.txt is not a finite number") }
    return .rewards(number, metrics: [:], [])
  }

  private static func isBlank(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  private static func typeName(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .int, .double: "a bare number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }

  private static func shown(_ number: Double) -> String {
    String(decoding: JSON.double(number).utf8(), as: UTF8.self)
  }
}
