public import Base
public import Experiment
internal import Platform

/// The user's own program that tells people: run with one JSON object on its standard input.
///
/// It runs as the user, outside of every sandbox, and sees no key: of the environment only the usual few
/// variables and those that were named.
public struct NoticeProgram: Sendable {
  private let command: [String]
  private let environment: [String: String]
  private let folder: String?

  /// What it may see of the environment without being named.
  static let usual = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"]
  private static let patience = Duration.seconds(60)

  /// The program of an experiment, run in `folder` with what it may see of these variables.
  public init(_ notify: Notify, environment: [String: String], folder: String?) {
    command = notify.command
    self.environment = Self.visible(environment, to: notify)
    self.folder = folder
  }

  /// What of these variables the program may see.
  public static func visible(_ environment: [String: String], to notify: Notify) -> [String: String]
  {
    let names = Set(usual + notify.environment)
    return environment.filter { names.contains($0.key) }
  }

  /// Tells it; why that failed, or nil.
  public func tell(_ notice: JSON) async -> String? {
    do {
      // env finds it as a shell would.
      let output = try await Child.capture(
        "/usr/bin/env", ["env", "--"] + command, environment: environment, folder: folder,
        input: try MemoryFile.make(Array((notice.text() + "\n").utf8)), outputLimit: 4 << 10,
        errorLimit: 4 << 10, wall: Self.patience)
      if output.exit.code == 0 { return nil }
      let why =
        output.exit.code.map { "it exited with \($0)" }
        ?? "it was ended after \(Self.patience.components.seconds) s"
      let last = output.lastErrors(2)
      return last.isEmpty ? why : "\(why): \(last)"
    } catch {
      return "it cannot be run: \(error)"
    }
  }
}
