public import Harness
public import Sandbox
public import Suite

/// A place that can be mounted: read-only layers or an image, the folder that commands start in, the
/// environment.
public struct PreparedPlace: Sendable, Hashable {
  /// Folders on the host, the top one first; none where there is an image.
  public let layers: [String]
  /// The image, from a provider that takes images.
  public var image: SandboxImage?
  /// Where commands start.
  public let folder: String
  /// Environment of every command, templates filled in.
  public let variables: [String: String]

  /// The folders that have to be there besides what an image brings.
  var ownFolders: [String] { [folder, "/logs/agent", "/logs/artifacts"] }

  /// A program of the system: an image may have it anywhere in its PATH.
  func program(_ name: String) -> String { image == nil ? "/usr/bin/\(name)" : name }
}

/// One step of a task with all that its phases are shown, as folders on the host.
public struct PreparedStep: Sendable, Hashable {
  /// What the suite says of the step.
  public let step: Step
  /// Shown at `/run/belay`: the instruction.
  public let brief: String
  /// Shown at `/tests` while it is judged; nil when a verifier's own image brings them.
  public let tests: String?
  /// Shown at `/solution` to the oracle alone.
  public let solution: String?
  /// Copied into the working folder before the step.
  public let workdir: String?
  /// The place of a separate verifier.
  public let verifierPlace: PreparedPlace?
  /// Environment of the verifier, templates filled in.
  public let verifierVariables: [String: String]
}

/// A harness made ready once: its canonical files in a folder of their own, so that edits of the original
/// while a run goes on change nothing.
public struct PreparedHarness: Sendable, Hashable {
  /// The harness.
  public let harness: Harness
  /// The folder that is shown at `/harness`; nil when it has no files of its own.
  public let folder: String?
  /// The program's environment, templates filled in.
  public let variables: [String: String]

  /// A built-in harness needs nothing made ready.
  public static let oracle = PreparedHarness(harness: .oracle, folder: nil, variables: [:])
}

/// A task made ready once, to be mounted by any number of trials.
public struct PreparedTask: Sendable, Hashable {
  /// What the suite says of it.
  public let task: Task
  /// Where the agent works.
  public let place: PreparedPlace
  /// Its steps in order.
  public let steps: [PreparedStep]
  /// Environment of the solution, templates filled in.
  public let solutionVariables: [String: String]
  /// The layer that a judged root is covered with.
  public let trusted: String
}
