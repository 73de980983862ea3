import Base
import Notation
import Platform
import Testing

@testable import Suite

/// Vectors made with Harbor 0.25.0 and pathspec 1.1.1 under Python 3.13, by running their own code:
/// `pathspec`, `Packager.compute_content_hash`, `Task.is_valid_dir`, `Verifier._parse_reward_*`.
@Suite struct HarborVectorTests {
  static func vectors(_ name: String) throws -> [JSON] {
    let root = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return try JSON.parse(Files.read("\(root)/Vectors/suite/\(name).json")).array ?? []
  }

  @Test func ignorePatternsAgreeWithPathspec() throws {
    for vector in try Self.vectors("ignore") {
      let lines = (vector["patterns"].array ?? []).compactMap(\.string)
      let path = vector["path"].string ?? ""
      let rules = IgnoreRules(lines: lines)
      #expect((rules.excludes(path) ?? false) == vector["plain"].bool, "\(lines) \(path)")
      #expect(
        rules.excludesAsGit(path, isFolder: vector["folder"].bool ?? false) == vector["git"].bool,
        "git: \(lines) \(path) \(vector["folder"])")
    }
  }

  @Test func digestAndValidityAgreeWithHarbor() throws {
    for vector in try Self.vectors("digests") {
      let note = vector["note"].string ?? ""
      try TaskFolder.with { folder in
        for (path, content) in vector["files"].object ?? [:] {
          try folder.write("one/\(path)", content.string ?? "")
        }
        for (path, target) in vector["links"].object ?? [:] {
          try folder.link("one/\(path)", to: target.string ?? "")
        }
        let suite = try Suite.load(folder.path)
        let isValid = suite.tasks.count == 1
        #expect(isValid == vector["valid"].bool, "\(note): \(suite.diagnostics)")
        #expect(suite.tasks.count + suite.invalid.count == 1, "\(note)")
        guard isValid else { return }
        #expect(suite.tasks.first?.digest.hex == vector["digest"].string, "\(note)")
      }
    }
  }

  /// Where Belay gives no reward although Harbor does: the table of formats.md 1.3, and the range.
  static let stricter: Set<String> = [
    "{}", #"{"reward":-1}"#, #"{"reward":2}"#, #"{"reward":123456789012345678901234567890}"#,
    #"{"a":1,"b":0}"#, "-3.5", " 2.0 \n\n", "1_0", "5.", "١",
  ]

  @Test func rewardsAgreeWithHarborWhereItIsStrictEnough() throws {
    for vector in try Self.vectors("rewards") {
      let json = vector["json"].string
      let txt = vector["txt"].string
      let reading = RewardReading.read(
        json: json.map { Array($0.utf8) }, txt: txt.map { Array($0.utf8) })
      let deciding = json ?? txt ?? ""
      switch reading {
      case .invalid(let reason):
        #expect(
          vector["harbor"].string != nil || Self.stricter.contains(deciding),
          "\(deciding): \(reason)")
      case .valid(let reward, let score, let metrics, let warnings):
        #expect(!Self.stricter.contains(deciding) || json != nil, "\(deciding)")
        let rewards = vector["harbor"].object ?? [:]
        let named = rewards["reward"] ?? rewards.values.first
        #expect(reward == named?.double, "\(deciding)")
        #expect(score == reward)
        #expect(metrics.count == rewards.count - (rewards["reward"] == nil ? 0 : 1), "\(deciding)")
        #expect(warnings.contains(.onlyKey) == (rewards["reward"] == nil), "\(deciding)")
        #expect(warnings.isEmpty == (json == nil || txt == nil) || rewards["reward"] == nil)
      }
    }
  }
}
