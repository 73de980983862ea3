internal import Base
internal import Platform
internal import Sandbox

/// podman or docker, driven by its command line: arguments as they are, never through a shell.
struct ContainerEngine: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case podman, docker
  }

  let kind: Kind
  let path: String
  let version: String
  let isRootless: Bool
  /// What the engine says of itself, for people.
  let facts: String
  /// Whether its containers are confined by SELinux, which keeps them from our folders.
  let usesSELinux: Bool
  /// Whether its default seccomp filter is on.
  let filtersCalls: Bool
  /// The runtime to be named; nil for its own choice.
  var runtime: String?
  /// Whether it takes limits of memory, processes and processors.
  var setsLimits = true
  /// Whether each container has a control group of its own, so that these limits hold.
  var hasGroups = true

  /// How long a call may take that only moves files of this machine.
  static let patience = Duration.seconds(120)

  /// Runs one command of the engine to its end.
  func call(
    _ arguments: [String], input: SharedDescriptor? = nil, outputLimit: Int = 4 << 20,
    wall: Duration = patience, isCancellable: Bool = false, asOne: Bool = false
  ) async throws -> ChildOutput {
    try await Child.capture(
      path, self.arguments(arguments), environment: Self.environment, folder: Self.folder,
      input: input, outputLimit: outputLimit, wall: wall, isCancellable: isCancellable,
      asOne: asOne)
  }

  /// The same for a command that has to succeed; `what` completes "cannot …".
  @discardableResult
  func must(
    _ what: String, _ arguments: [String], input: SharedDescriptor? = nil,
    outputLimit: Int = 4 << 20
  ) async throws -> String {
    let done = try await call(arguments, input: input, outputLimit: outputLimit)
    guard done.exit.code == 0 else {
      throw BelayError(
        .sandbox, "\(kind.rawValue) cannot \(what): \(reason(done))",
        hint: "belay doctor says what this machine can do")
    }
    return String(decoding: done.output, as: UTF8.self)
  }

  /// Why a call failed, in the engine's own last words.
  func reason(_ done: ChildOutput, lines: Int = 1) -> String {
    let said = done.lastErrors(lines)
    if !said.isEmpty { return said }
    if let code = done.exit.code { return "exit code \(code) and no word" }
    return "stopped by signal \(done.exit.signal ?? 0)"
  }

  /// Starts a command of the engine that is talked to while it runs.
  func spawn(_ arguments: [String], descriptors: [Int32: Int32]) throws(BelayError) -> Child {
    try Child.spawn(
      path, self.arguments(arguments), environment: Self.environment, folder: Self.folder,
      descriptors: descriptors)
  }

  private func arguments(_ arguments: [String]) -> [String] {
    let global = kind == .podman ? runtime.map { ["--runtime", $0] } ?? [] : []
    return [kind.rawValue] + global + arguments
  }

  /// Where it is started: podman's monitor writes a file `oom` into its working folder when a container
  /// runs out of memory, and nobody can write a file here.
  private static let folder = "/proc"

  /// What the engine needs to find its own files and its daemon, and nothing else of ours.
  static let environment: [String: String] = {
    var variables = ["PATH": searched.joined(separator: ":"), "LANG": "C.UTF-8"]
    for name in [
      "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DOCKER_HOST",
      "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF",
      "CONTAINERS_REGISTRIES_CONF",
    ] {
      if let value = ProcessIdentity.environment(name) { variables[name] = value }
    }
    return variables
  }()

  static let searched = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]
}
