internal import Base
internal import Notation
internal import Platform

/// One thing that a task needs of the place it runs in, beyond a plain Linux system of the host's own.
public struct Demand: Sendable, Hashable, CustomStringConvertible {
  /// The kinds of need.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A container image.
    case image
    /// A build that only a container can do.
    case build
    /// Several services side by side.
    case compose
    /// The internet.
    case network
    /// Some hosts of the internet.
    case allowlist
    /// Graphics processors.
    case gpu
    /// Tensor processors.
    case tpu
    /// Windows.
    case windows
    /// More than one real user.
    case users
    /// The agent's processes alive while it is judged.
    case live
    /// MCP servers for the agent.
    case mcp
  }

  /// The kind.
  public let kind: Kind
  /// Where it is asked for and what, such as `environment/Dockerfile line 3: ADD: needs a container`.
  public let detail: String

  /// `image: docker_image = "x"`
  public var description: String { "\(kind.rawValue): \(detail)" }
}

extension Task {
  /// What the sandbox must provide, so that a run can refuse by name before it starts; no duplicates.
  public var demands: [Demand] {
    var list = DemandList()
    list.add(environment, "environment", in: folder)
    for server in environment.mcpServers {
      list.add(.mcp, "[environment] mcp_servers: \(server.name.printable())")
    }
    if metadata.isLive { list.add(.live, "[metadata] live = true") }
    for step in steps {
      let place = step.name.map { "step \($0): " } ?? ""
      list.add(step.agent.network, "\(place)[agent]")
      list.add(step.verifier.network, "\(place)[verifier]")
      if let own = step.verifier.environment {
        list.add(own, "\(place)verifier.environment", in: folder)
      }
      for hook in step.verifier.collect where hook.service != "main" {
        list.add(.compose, "\(place)[[verifier.collect]] in service \(hook.service)")
      }
      for artifact in step.artifacts where artifact.service != "main" {
        list.add(.compose, "\(place)artifact of service \(artifact.service)")
      }
      if let program = step.solution.flatMap({ Self.userProgram($0, step.solutionScript) }) {
        list.add(.users, "\(place)the solution uses '\(program.printable())'")
      }
    }
    return list.all
  }

  private static func userProgram(_ tree: InputTree, _ script: String) -> String? {
    (try? Files.readText(Path.join(tree.folder, script), limit: 1 << 20))
      .flatMap { UserPrograms.first(in: $0) }
  }

  /// Commands in test scripts and solutions that look as if they needed a network, each with its file.
  public var networkCommands: [String] {
    var found: [String] = []
    for step in steps {
      for (tree, script) in step.tests.map({ ($0, step.testScript) })
        + (step.solution.map { [($0, step.solutionScript)] } ?? [])
      {
        let path = Path.join(tree.folder, script)
        guard let text = try? Files.readText(path, limit: 1 << 20),
          let command = NetworkPrograms.first(in: text)
        else { continue }
        let shown =
          path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.utf8.count + 1)) : path
        found.append("\(shown): '\(command.printable())'")
      }
    }
    return found
  }

  /// Variables of the host that the task's templates need, sorted.
  public var hostVariables: [String] {
    var tables = [environment.variables, solutionVariables]
    for step in steps {
      tables.append(step.verifier.variables)
      tables.append(step.verifier.environment?.variables ?? [:])
    }
    return Set(tables.flatMap(EnvTemplate.needed)).sorted()
  }
}

private struct DemandList {
  private(set) var all: [Demand] = []

  mutating func add(_ kind: Demand.Kind, _ detail: String) {
    let demand = Demand(kind: kind, detail: detail)
    if !all.contains(demand) { all.append(demand) }
  }

  mutating func add(_ policy: NetworkPolicy?, _ place: String) {
    switch policy?.mode {
    case .open: add(.network, "\(place) network_mode = \"public\"")
    case .allowlist where policy?.hosts.isEmpty == false:
      let hosts = policy?.hosts.map { $0.printable() }.joined(separator: ", ") ?? ""
      add(.allowlist, "\(place) allowed_hosts: \(hosts)")
    default: break
    }
  }

  mutating func add(_ environment: TaskEnvironment, _ place: String, in task: String) {
    if environment.system == .windows { add(.windows, "[\(place)] os = \"windows\"") }
    if let image = environment.image {
      add(.image, "[\(place)] docker_image = \"\(image.printable())\"")
    }
    add(environment.network, "[\(place)]")
    if environment.gpus > 0 { add(.gpu, "[\(place)] gpus = \(environment.gpus)") }
    if let tpu = environment.tpu {
      add(.tpu, "[\(place)] tpu \(tpu.type.printable()) \(tpu.topology)")
    }
    guard environment.image == nil, let folder = environment.folder else { return }
    let shown =
      folder.hasPrefix(task + "/") ? String(folder.dropFirst(task.utf8.count + 1)) : folder
    for definition in environment.definitions where definition != "Dockerfile" {
      add(.compose, "\(shown)/\(definition)")
    }
    for refusal in environment.dockerfile?.refusals ?? [] {
      add(.build, "\(shown)/Dockerfile \(refusal)")
    }
    for step in environment.dockerfile?.steps ?? [] {
      guard let script = step.script, let program = UserPrograms.first(in: script)
      else { continue }
      add(.users, "\(shown)/Dockerfile line \(step.line): '\(program.printable())'")
    }
  }
}
