internal import Base
internal import Platform
internal import Sandbox

extension ContainerEngine {
  /// The first engine that answers: podman, then docker; `only` leaves no choice.
  static func find(only: Kind? = nil) async throws -> ContainerEngine {
    var silent: [String] = []
    for kind in Kind.allCases where only == nil || only == kind {
      guard let path = searched.map({ Path.join($0, kind.rawValue) }).first(where: Files.isFile)
      else {
        silent.append("\(kind.rawValue) is not installed")
        continue
      }
      let bare = ContainerEngine(
        kind: kind, path: path, version: "", isRootless: false, facts: "", usesSELinux: false,
        filtersCalls: false)
      let format = kind == .podman ? "json" : "{{json .}}"
      let done = try await bare.call(["info", "--format", format], wall: .seconds(30))
      guard done.exit.code == 0, let info = try? JSON.parse(done.output) else {
        silent.append("\(kind.rawValue) does not answer: \(bare.reason(done))")
        continue
      }
      return kind == .podman ? podman(path, info) : docker(path, info)
    }
    throw BelayError(
      .sandbox, "no container engine: \(silent.joined(separator: "; "))",
      hint: ProcessIdentity.isRoot
        ? "apt-get install podman runc"
        : "apt-get install podman runc uidmap slirp4netns, and lines for your user in /etc/subuid and /etc/subgid"
    )
  }

  private static func podman(_ path: String, _ info: JSON) -> ContainerEngine {
    let host = info["host"]
    let runtime = host["ociRuntime"]["name"].string ?? "?"
    let driver = info["store"]["graphDriverName"].string ?? "?"
    let isRootless = host["security"]["rootless"].bool ?? false
    var engine = ContainerEngine(
      kind: .podman, path: path, version: info["version"]["Version"].string ?? "?",
      isRootless: isRootless,
      facts:
        "runtime \(runtime), storage \(driver), cgroups \(host["cgroupVersion"].string ?? "?")",
      usesSELinux: host["security"]["selinuxEnabled"].bool ?? false,
      filtersCalls: host["security"]["seccompEnabled"].bool ?? false)
    // Such a podman takes limits and says nothing, and makes no group to hold them.
    engine.hasGroups = !(isRootless && host["cgroupVersion"].string == "v1")
    return engine
  }

  private static func docker(_ path: String, _ info: JSON) -> ContainerEngine {
    let options = (info["SecurityOptions"].array ?? []).compactMap(\.string)
    let runtime = info["DefaultRuntime"].string ?? "?"
    var engine = ContainerEngine(
      kind: .docker, path: path, version: info["ServerVersion"].string ?? "?",
      isRootless: options.contains { $0.contains("rootless") },
      facts: "runtime \(runtime), storage \(info["Driver"].string ?? "?"), "
        + "cgroups v\(info["CgroupVersion"].string ?? "?")",
      usesSELinux: options.contains { $0.contains("selinux") },
      filtersCalls: options.contains { $0.contains("seccomp") })
    engine.hasGroups = info["CgroupDriver"].string != "none"
    return engine
  }
}
