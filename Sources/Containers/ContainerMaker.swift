internal import Base
internal import Platform
internal import Sandbox

/// Makes, saves and removes containers and images, all of them marked with their owner.
struct ContainerMaker: Sendable {
  let engine: ContainerEngine
  let launcher: String
  let owner: GroupOwner
  let gate: StartGate
  private let counter = Locked(0)

  init(engine: ContainerEngine, launcher: String, owner: GroupOwner, gate: StartGate) {
    self.engine = engine
    self.launcher = launcher
    self.owner = owner
    self.gate = gate
  }

  /// Where the launcher is seen inside: at the top, where no link can lead it elsewhere.
  static let launcherPlace = "/.belay-launch"

  /// Where the way out for listening sockets is seen inside.
  static let portsPlace = "/.belay-ports"

  /// The label that says who owns a container or an image.
  static let label = "belay.owner"

  /// What root may do inside, of what an ordinary container allows: it owns all files, changes users and
  /// signals them, and listens on low ports of a network that ends at the loopback. Not among them: raw
  /// sockets, device nodes, chroot, file capabilities, writing the audit log.
  static let capabilities = [
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "NET_BIND_SERVICE",
  ]

  /// Starts a container for a phase.
  func start(_ image: String, _ phase: PhaseSpec, _ spec: SandboxSpec, removing: [String] = [])
    async throws -> (phase: ContainerPhase, displaced: String?)
  {
    let name = newName()
    var request = WireWriter(.begin, id: 1)
    for path in removing { request.field(.remove, path) }
    for folder in spec.folders {
      request.field(.folder) { writer in
        writer.put(UInt32(folder.hasPrefix("/logs/") ? 0o777 : 0))
        writer.put(folder)
      }
    }
    for fresh in phase.fresh {
      request.field(.fresh) { writer in
        writer.put(UInt64(fresh.bytes))
        writer.put(UInt64(fresh.inodes))
        // Whoever judges may be another user than root.
        writer.put(UInt32(0o777))
        writer.put(fresh.target)
      }
    }
    for limit in resourceLimits(spec.limits) {
      request.field(.rlimit) { writer in
        writer.put(limit.resource)
        writer.put(UInt32(0))
        writer.put(limit.value)
      }
    }
    for port in phase.listens { request.field(.listen, UInt32(port)) }
    let ports = phase.listens.isEmpty ? nil : try ContainerPorts(name)
    defer { ports?.close() }
    let arguments = try runArguments(name, image, phase, spec, ports: ports)
    do {
      let started = try await gate.pass {
        try await ContainerPhase.start(
          name: name, engine: engine, arguments: arguments, begin: request, id: 1)
      }
      if let ports {
        do {
          started.phase.listeners = try ports.received(phase.listens)
        } catch {
          await started.phase.finish()
          throw error
        }
      }
      return (started.phase, started.answer.first(.displaced).map { WireMessage.text($0) })
    } catch {
      await remove([name])
      throw error
    }
  }

  /// Makes a container that never runs, to copy from or to.
  func create(_ image: String) async throws -> String {
    let name = newName()
    let arguments =
      ["create", "--name", name, "--network", "none"] + marks
      + ["--entrypoint", "/none", image, "none"]
    do {
      try await engine.must("make a container", arguments)
    } catch {
      await remove([name])
      throw error
    }
    return name
  }

  /// An image of a stopped container's files.
  func save(_ container: String) async throws -> String {
    let said = try await gate.pass {
      try await engine.must(
        "save a container's files",
        ["commit", "--pause=false", "--change", "LABEL \(Self.label)=\(owner.name)", container])
    }
    guard let id = said.split(separator: "\n").last else {
      throw BelayError(.sandbox, "\(engine.kind.rawValue) commit names no image")
    }
    return String(id)
  }

  /// Whether the kernel killed a container for want of memory.
  func ranOutOfMemory(_ container: String) async throws -> Bool {
    let done = try await engine.call(
      ["container", "inspect", "--format", "{{.State.OOMKilled}}", container])
    return String(decoding: done.output, as: UTF8.self).hasPrefix("true")
  }

  /// Removes containers with all that runs in them; what cannot be removed is left to the next sweep.
  func remove(_ containers: [String]) async {
    guard !containers.isEmpty else { return }
    _ = try? await engine.call(["rm", "--force", "--volumes"] + containers)
  }

  func removeImages(_ images: [String]) async {
    for image in images { _ = try? await engine.call(["image", "rm", "--force", image]) }
  }

  private func newName() -> String {
    let number = counter.withLock { count in
      count += 1
      return count
    }
    return "\(owner.name)-\(number)"
  }

  private var marks: [String] {
    ["--label", "\(Self.label)=\(owner.name)", "--pull", "never"]
  }

  /// What the engine is told to start a phase with.
  func runArguments(
    _ name: String, _ image: String, _ phase: PhaseSpec, _ spec: SandboxSpec,
    ports: ContainerPorts? = nil
  ) throws(BelayError) -> [String] {
    let limits = spec.limits
    var arguments = ["run", "--interactive", "--name", name] + marks
    // With a network it is the engine's usual one.
    if !phase.hasNetwork { arguments += ["--network", "none"] }
    arguments += ["--hostname", phase.hostname ?? spec.hostname, "--user", "0:0", "--workdir", "/"]
    // What is not written by us is not written to the host's disk either.
    arguments += ["--log-driver", "none", "--no-healthcheck"]
    arguments += ["--cap-drop", "ALL"] + Self.capabilities.flatMap { ["--cap-add", $0] }
    arguments += ["--security-opt", "no-new-privileges"]
    if engine.usesSELinux { arguments += ["--security-opt", "label=disable"] }
    // Named, because an engine without CAP_SYS_RESOURCE fails to raise them to its defaults.
    arguments += [
      "--ulimit", "nofile=\(limits.openFiles):\(limits.openFiles)",
      "--ulimit", "nproc=\(Self.processLimit):\(Self.processLimit)",
      "--shm-size", "\(limits.shmBytes)",
    ]
    if engine.setsLimits {
      arguments += [
        "--pids-limit", "\(limits.processes + 1)", "--memory", "\(limits.memoryBytes)",
        "--memory-swap", "\(limits.memoryBytes)",
      ]
      if let cpus = limits.cpus { arguments += ["--cpus", "\(cpus)"] }
    } else if engine.kind == .podman {
      arguments += ["--cgroups", "disabled"]
    }
    switch engine.kind {
    case .podman: arguments += ["--systemd", "false", "--http-proxy=false"]
    case .docker: arguments += engine.runtime.map { ["--runtime", $0] } ?? []
    }
    arguments += try mount(launcher, at: Self.launcherPlace)
    if let ports { arguments += try mount(ports.path, at: Self.portsPlace) }
    for bind in phase.binds {
      if bind.optional, Files.kind(bind.source) == nil { continue }
      arguments += try mount(bind.source, at: bind.target)
    }
    return arguments + ["--entrypoint", Self.launcherPlace, image, "inside"]
  }

  private func mount(_ source: String, at target: String) throws(BelayError) -> [String] {
    guard !(source + target).contains(where: { ",\"\n".contains($0) }) else {
      throw BelayError(
        .sandbox, "a path with a comma or a quote cannot be mounted into a container",
        place: source, hint: "move the lab to another folder")
    }
    let source = Path.absolute(source, from: Files.workingDirectory())
    return ["--mount", "type=bind,source=\(source),target=\(target),readonly"]
  }

  /// Of one user on the whole host, so that it only has to be high; a container's own number of
  /// processes is limited by its control group.
  private static let processLimit = 32_768

  private func resourceLimits(_ limits: SandboxLimits) -> [ResourceLimit] {
    // Better than nothing where the engine cannot limit the memory of all processes together.
    let data = engine.hasGroups ? nil : UInt64(limits.memoryBytes)
    return [
      ResourceLimit(resource: ResourceNumbers.fileSize, value: UInt64(limits.fileBytes)),
      // One byte and not none, as in `ResourceLimit.all`: a core pattern that is a pipe heeds only this.
      ResourceLimit(resource: ResourceNumbers.core, value: 1),
      ResourceLimit(resource: ResourceNumbers.lockedMemory, value: 1 << 20),
      ResourceLimit(resource: ResourceNumbers.messageQueues, value: 1 << 20),
    ] + (data.map { [ResourceLimit(resource: ResourceNumbers.data, value: $0)] } ?? [])
  }
}
