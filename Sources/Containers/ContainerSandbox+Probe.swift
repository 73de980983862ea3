internal import Base
public import Sandbox

extension ContainerSandbox {
  /// Starts a container and reads from inside what is promised; nothing is assumed.
  public func probe() async -> SandboxReport {
    let engine = maker.engine
    var properties = [
      SandboxReport.Property(
        "engine", .ok,
        "\(engine.kind.rawValue) \(engine.version), \(engine.facts)"
          + (engine.runtime.map { ", run with \($0)" } ?? ""))
    ]
    do {
      properties += held(try await look())
    } catch {
      properties.append(
        SandboxReport.Property("start", .missing, "\(error)", mandatory: true))
    }
    properties += [
      engine.isRootless
        ? SandboxReport.Property("identity", .ok, "rootless: root inside is no user of the host")
        : SandboxReport.Property(
          "identity", .degraded,
          "root inside is the host's uid 0 with few capabilities, as in any container of root"),
      SandboxReport.Property(
        "disk", .degraded,
        "one file is limited, all files of a trial together are not: engines limit them on few file systems"
      ),
    ]
    return SandboxReport(provider: name, properties: properties)
  }

  private static let shown = [
    "/proc/self/status", "/proc/net/dev", "/proc/self/limits", "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids.max",
    "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
  ]

  /// The files above as a container has them, by their paths.
  private func look() async throws -> [String: String] {
    let spec = ContainerTrialRun.spec
    let phase = try await maker.start(ContainerTrialRun.image, PhaseSpec(), spec).phase
    let result = try await phase.run(
      CommandSpec([ContainerMaker.launcherPlace, "show"] + Self.shown, wall: .seconds(20)),
      user: nil)
    let dead = await phase.end() != nil
    await maker.remove([phase.name])
    guard let result, dead else {
      throw BelayError(.sandbox, "a container was gone before its command was over")
    }
    var seen: [String: String] = [:]
    for part in result.output.text.split(separator: "== ") {
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      seen[String(lines[0])] = lines.count > 1 ? String(lines[1]) : ""
    }
    return seen
  }

  private func held(_ seen: [String: String]) -> [SandboxReport.Property] {
    let status = Self.fields(seen["/proc/self/status"] ?? "")
    let interfaces = (seen["/proc/net/dev"] ?? "").split(separator: "\n").count {
      $0.contains(":")
    }
    let bits = status["CapBnd"].flatMap { UInt64($0, radix: 16) } ?? .max
    let filtered = status["Seccomp"] == "2"
    func limit(_ name: String, _ paths: [String], _ wanted: String, else other: String? = nil)
      -> SandboxReport.Property
    {
      let found = paths.compactMap { seen[$0]?.split(separator: "\n").first.map(String.init) }
        .first { !$0.isEmpty }
      return found == wanted
        ? SandboxReport.Property(name, .ok, "limited by a control group")
        : SandboxReport.Property(
          name, .degraded, other ?? "not limited: the engine has no control group for it")
    }
    let spec = ContainerTrialRun.spec.limits
    return [
      SandboxReport.Property(
        "start", .ok, "a container starts, runs a command and is dead at its end",
        mandatory: true),
      SandboxReport.Property(
        "network", interfaces == 1 ? .ok : .missing,
        interfaces == 1 ? "the loopback alone" : "\(interfaces) interfaces", mandatory: true),
      SandboxReport.Property(
        "capabilities", bits.nonzeroBitCount <= ContainerMaker.capabilities.count ? .ok : .missing,
        "\(bits.nonzeroBitCount) of them: "
          + ContainerMaker.capabilities.map { $0.lowercased() }.joined(separator: ", "),
        mandatory: true),
      SandboxReport.Property(
        "no new privileges", status["NoNewPrivs"] == "1" ? .ok : .missing,
        "sudo and setuid programs gain nothing", mandatory: true),
      SandboxReport.Property(
        "system calls", filtered ? .ok : .degraded,
        filtered ? "the engine's own filter" : "the engine sets no filter"),
      limit(
        "memory",
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"],
        "\(spec.memoryBytes)",
        else: maker.engine.hasGroups ? nil : "RLIMIT_DATA of each process only"),
      limit(
        "processes", ["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"],
        "\(spec.processes + 1)"),
    ] + cpu(seen)
  }

  private func cpu(_ seen: [String: String]) -> [SandboxReport.Property] {
    let quota =
      ["/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"]
      .compactMap { seen[$0] }.first { $0.first?.isNewline == false } ?? ""
    let holds = quota.first.map(\.isNumber) ?? false
    return [
      SandboxReport.Property(
        "processors", holds ? .ok : .degraded,
        holds ? "limited by a control group" : "not limited: the engine has no control group for it"
      )
    ]
  }

  private static func fields(_ text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 {
        fields[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " })
      }
    }
    return fields
  }
}
