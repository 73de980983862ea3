internal import Base

/// What a Dockerfile asks for, as far as it can be done on the host's own system, and what cannot.
///
/// Variables are filled in, relative paths are made absolute; each step knows what is in force there.
public struct Dockerfile: Sendable, Hashable {
  /// The image behind FROM; recorded, never used by a sandbox without images.
  public internal(set) var base: String
  /// What is done to the file system, in order.
  public internal(set) var steps: [BuildStep]
  /// Every ENV in force at the end.
  public internal(set) var variables: [String: String]
  /// The last WORKDIR; nil when there is none.
  public internal(set) var workdir: String?
  /// The last USER; nil when there is none.
  public internal(set) var user: String?
  /// What needs a container, by name and line.
  public internal(set) var refusals: [BuildRefusal]

  /// Reads a Dockerfile; nothing in it makes this fail, what is not understood is a refusal.
  public static func parse(_ text: String) -> Dockerfile {
    var reader = DockerfileReader()
    reader.read(text)
    return reader.result
  }
}

/// One thing that a Dockerfile does to the file system.
public struct BuildStep: Sendable, Hashable {
  /// What is done.
  public enum Action: Sendable, Hashable {
    /// WORKDIR: the folder is made when it is not there.
    case makeFolder(String)
    /// COPY from the build context; sources may hold `*`, `?` and `[…]`.
    case copy(sources: [String], destination: String, mode: UInt32?)
    /// RUN, as the argument vector that is started.
    case run([String])
  }

  /// What is done.
  public let action: Action
  /// The line that it begins on, from 1.
  public let line: Int
  /// ENV and ARG in force.
  public let variables: [String: String]
  /// The working folder in force, `/` at first.
  public let folder: String
  /// The USER in force; nil for root.
  public let user: String?

  /// What a RUN step does, as the text of a shell script; nil for other steps.
  package var script: String? {
    guard case .run(let command) = action else { return nil }
    return command.count == 3 && command[1] == "-c" ? command[2] : command.joined(separator: " ")
  }
}

/// A line of a Dockerfile that needs a container.
public struct BuildRefusal: Sendable, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The instruction or option that it is about, such as `ADD` or `COPY --from`.
  public let instruction: String
  /// Why it cannot be done here.
  public let reason: String

  /// `line 3: ADD: why`
  public var description: String { "line \(line): \(instruction): \(reason)" }
}
