internal import Base
internal import Platform

extension ProcessSandbox {
  /// Starts a trial and tries from inside what is promised; nothing is assumed.
  public func probe() async -> SandboxReport {
    var properties: [SandboxReport.Property] = []
    do {
      let seen = try await look()
      properties += isolation(seen)
    } catch {
      let restricted =
        (try? Files.readText("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))?.first
      let why =
        restricted == "1"
        ? "; AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns)" : ""
      properties.append(
        SandboxReport.Property("start", .missing, "\(error)\(why)", mandatory: true))
    }
    properties += identity() + limits() + host()
    return SandboxReport(provider: name, properties: properties)
  }

  /// What a small script says from inside, as `key=value` lines.
  private func look() async throws -> [String: String] {
    let folder = Path.join(scratch, "probe-\(Files.randomName())")
    defer { try? Files.removeTree(folder) }
    for name in ["usr", "proc", "dev", "lower/inner", "tmp"] {
      try Files.makeDirectory(Path.join(folder, name))
    }
    try Files.write(Array("x".utf8), to: Path.join(folder, "lower/inner/file"))
    for name in ["bin", "lib", "lib64"] where Files.kind("/\(name)") == .link {
      try Files.link(Files.linkTarget("/\(name)"), at: Path.join(folder, name))
    }
    if let layerOwner {
      let owned = folder + "-owned"
      defer { try? Files.removeTree(owned) }
      try TreeCopy(owner: layerOwner).copy(from: folder, to: owned)
      return try await ask(owned)
    }
    return try await ask(folder)
  }

  private func ask(_ layer: String) async throws -> [String: String] {
    var limits = SandboxLimits()
    limits.storageBytes = 1 << 20
    let box = try await startBox(SandboxSpec(slot: 0, layers: [layer], limits: limits))
    do {
      try await box.begin(PhaseSpec())
      let result = try await box.run(
        CommandSpec(
          ["/bin/sh", "-c", Self.script], environment: ["PATH": "/usr/bin:/bin"],
          wall: .seconds(20)))
      await box.stop()
      var seen: [String: String] = [:]
      for line in result.output.text.split(separator: "\n") {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { seen[String(parts[0])] = String(parts[1]) }
      }
      return seen
    } catch {
      await box.stop()
      throw error
    }
  }

  // Built-ins of the shell where possible: a probe must not depend on what is installed.
  private static let script = """
    while read -r key value; do
      case $key in CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) echo "${key%:}=$value";; esac
    done < /proc/self/status
    for kind in user pid mnt net ipc uts cgroup; do
      echo "ns_$kind=$(readlink /proc/self/ns/$kind)"
    done
    interfaces=0
    while read -r line; do case $line in *:*) interfaces=$((interfaces + 1));; esac; done < /proc/net/dev
    echo "interfaces=$interfaces"
    (echo x > /usr/belay-probe) 2>/dev/null && echo usr=writable || echo usr=readonly
    (echo 0 > /proc/sys/kernel/core_pattern) 2>/dev/null && echo sysctl=writable || echo sysctl=readonly
    rm -rf /lower/inner && mkdir /lower/inner && echo "overlay=$(ls -A /lower/inner)" || echo overlay=broken
    head -c 2000000 /dev/zero > /tmp/fill 2>/dev/null && echo storage=unlimited || echo storage=limited
    (kill -9 1) 2>/dev/null
    echo alive=yes
    """

  private func isolation(_ seen: [String: String]) -> [SandboxReport.Property] {
    func property(_ name: String, _ holds: Bool, _ good: String, _ bad: String)
      -> SandboxReport.Property
    {
      .init(name, holds ? .ok : .missing, holds ? good : bad, mandatory: true)
    }
    let kinds = ["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"]
    let shared = kinds.filter { kind in
      let inside = seen["ns_\(kind)"].flatMap { UInt64($0.filter(\.isNumber)) }
      return inside == nil || inside == ProcessIdentity.namespace(kind)
    }
    let zero = "0000000000000000"
    return [
      property("start", seen["alive"] == "yes", "a trial starts and ends", "the probe died inside"),
      property(
        "namespaces", shared.isEmpty, kinds.joined(separator: " "),
        "shared with the host: \(shared.joined(separator: " "))"),
      property(
        "capabilities", seen["CapEff"] == zero && seen["CapBnd"] == zero, "none, and none to gain",
        "left: \(seen["CapEff"] ?? "?"), bounding set \(seen["CapBnd"] ?? "?")"),
      property(
        "system calls", seen["Seccomp"] == "2" && seen["NoNewPrivs"] == "1", "filtered by seccomp",
        "no filter"),
      property("network", seen["interfaces"] == "1", "its own loopback only", "more than loopback"),
      property(
        "system files", seen["usr"] == "readonly" && seen["sysctl"] == "readonly",
        "/usr and /proc/sys are read-only", "/usr or /proc/sys can be written"),
      property(
        "storage limit", seen["storage"] == "limited", "a tmpfs of limited bytes and files",
        "writes are not limited"),
      property(
        "writable root", seen["overlay"] == "", "an overlay; removed folders can be made anew",
        "removed folders cannot be made anew: the kernel's tmpfs has no user xattrs (Linux 6.6)"),
    ]
  }

  private func identity() -> [SandboxReport.Property] {
    if !isRoot {
      return [
        .init(
          "own user", .degraded,
          "not root: all trials run as uid \(ProcessIdentity.uid), apart by their namespaces")
      ]
    }
    return [
      uidPerSlot
        ? .init("own user", .ok, "a uid of its own for each slot")
        : .init(
          "own user", .degraded,
          "mounts of \(scratch) cannot be idmapped: all trials run as uid \(firstUID)")
    ]
  }

  private func limits() -> [SandboxReport.Property] {
    func limit(_ name: String, _ controller: String, otherwise: SandboxReport.Property)
      -> SandboxReport.Property
    {
      guard let hierarchy = groups.hierarchies.first(where: { $0.controllers.contains(controller) })
      else { return otherwise }
      return .init(name, .ok, "control groups, version \(hierarchy.unified ? 2 : 1)")
    }
    func reason(_ controller: String) -> String { groups.missing[controller] ?? "not used" }
    return [
      limit(
        "memory limit", "memory",
        otherwise: .init(
          "memory limit", .degraded,
          "RLIMIT_DATA of each process only; no control group: \(reason("memory"))")),
      limit(
        "process limit", "pids",
        otherwise: .init(
          "process limit", .ok, "RLIMIT_NPROC, counted in the trial's own user namespace")),
      limit(
        "processor limit", "cpu",
        otherwise: .init(
          "processor limit", .missing, "no control group: \(reason("cpu"))")),
    ]
  }

  private func host() -> [SandboxReport.Property] {
    let release = (try? Files.readText("/proc/sys/kernel/osrelease")) ?? "?"
    return [
      .init("kernel", .ok, release.filter { $0 != "\n" })
    ]
  }
}
