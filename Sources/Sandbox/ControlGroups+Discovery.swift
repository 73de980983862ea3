internal import Base
internal import Platform

extension ControlGroups {
  /// The controllers that limit a trial.
  static let wanted = ["memory", "pids", "cpu"]

  /// Makes this process's folders wherever it may, version 1 and version 2 side by side.
  static func discover(owner: GroupOwner) -> ControlGroups {
    var found: [Hierarchy] = []
    var missing: [String: String] = [:]
    for parent in parents() {
      var controllers = parent.controllers.intersection(wanted)
      if parent.unified {
        controllers.subtract(found.flatMap(\.controllers))
        if !controllers.isEmpty { controllers = open(controllers, in: parent.folder) }
      }
      guard !controllers.isEmpty else { continue }
      let folder = Path.join(parent.folder, owner.name)
      do {
        try SystemFiles.makeGroup(folder)
        if parent.unified, !controllers.isEmpty { controllers = delegate(controllers, in: folder) }
        guard !controllers.isEmpty else {
          try SystemFiles.removeGroup(folder)
          continue
        }
        found.append(
          Hierarchy(
            folder: folder, root: parent.root, unified: parent.unified, controllers: controllers))
      } catch {
        for controller in controllers { missing[controller] = "\(error)" }
      }
    }
    for controller in wanted where !found.contains(where: { $0.controllers.contains(controller) }) {
      missing[controller] = missing[controller] ?? "no hierarchy with this controller is writable"
    }
    return ControlGroups(hierarchies: found, missing: missing)
  }

  /// Removes this process's empty folders.
  func remove() {
    for hierarchy in hierarchies { try? SystemFiles.removeGroup(hierarchy.folder) }
  }

  /// The groups that this process is in, as folders: where it may make others without leaving limits
  /// that were set for it.
  static func parents() -> [Hierarchy] {
    guard let own = try? Files.readText("/proc/self/cgroup"),
      let mounts = try? Files.readText("/proc/self/mountinfo")
    else { return [] }
    return parents(
      own: own, mounts: mounts, exists: Files.isDirectory,
      controllers: { words("cgroup.controllers", in: $0) })
  }

  /// The same from the texts of /proc/self/cgroup and /proc/self/mountinfo.
  static func parents(
    own: String, mounts: String, exists: (String) -> Bool, controllers: (String) -> Set<String>
  ) -> [Hierarchy] {
    let paths = ownPaths(own)
    return mounts.split(separator: "\n")
      .flatMap { hierarchies(String($0), paths, controllers) }
      .filter { exists($0.folder) }
      .sorted { !$0.unified && $1.unified }
  }

  private static func hierarchies(
    _ line: String, _ own: [String: String], _ known: (String) -> Set<String>
  ) -> [Hierarchy] {
    // mountinfo: ID parent dev root mountpoint options … - type source superoptions
    let halves = line.split(separator: " - ", maxSplits: 1)
    guard halves.count == 2 else { return [] }
    let left = halves[0].split(separator: " ")
    let right = halves[1].split(separator: " ")
    guard left.count >= 5, right.count >= 3, right[0] == "cgroup" || right[0] == "cgroup2" else {
      return []
    }
    let unified = right[0] == "cgroup2"
    let mounted = String(left[3])
    let point = String(left[4])
    let options = Set(right[2].split(separator: ",").map(String.init))
    let key = unified ? "" : options.first { own[$0] != nil } ?? "?"
    guard var path = own[key] else { return [] }
    // In a container the mount shows a part of the hierarchy; our own path starts with that part.
    if mounted != "/", path.hasPrefix(mounted) { path = String(path.dropFirst(mounted.count)) }
    if path.hasSuffix("/" + aside) { path = Path.parent(path) }
    let folder = path == "/" || path.isEmpty ? point : point + path
    guard unified else {
      let controllers = options.intersection(Set(own.keys))
      return [Hierarchy(folder: folder, root: point, unified: false, controllers: controllers)]
    }
    // Root may also use the top, as the last resort: a login session's own group holds a shell, and a
    // group with processes cannot hand controllers on.
    let folders = folder == point ? [folder] : [folder, point]
    return folders.map {
      Hierarchy(folder: $0, root: point, unified: true, controllers: known($0))
    }
  }

  private static func ownPaths(_ text: String) -> [String: String] {
    var paths: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        paths[String(controller)] = String(parts[2])
      }
    }
    return paths
  }

  /// The group that this process itself moves to where it stands in the way.
  private static let aside = "belay-self"

  /// Turns controllers on for the groups below a folder; gives those that are on afterwards. Version 2
  /// refuses while the folder itself holds processes (cgroups(7), "no internal processes"); when that
  /// is only this one, as under `systemd-run --user --scope -p Delegate=yes`, it steps aside.
  private static func open(_ controllers: Set<String>, in folder: String) -> Set<String> {
    let on = delegate(controllers, in: folder)
    if on == controllers || !stepAside(in: folder) { return on }
    return delegate(controllers, in: folder)
  }

  private static func delegate(_ controllers: Set<String>, in folder: String) -> Set<String> {
    for controller in controllers.sorted() {
      try? SystemFiles.set("+\(controller)", in: Path.join(folder, "cgroup.subtree_control"))
    }
    return controllers.intersection(words("cgroup.subtree_control", in: folder))
  }

  private static func stepAside(in folder: String) -> Bool {
    let own = "\(ProcessIdentity.pid)"
    let members = try? Files.readText(Path.join(folder, "cgroup.procs"))
    guard members?.split(separator: "\n").map(String.init) == [own] else { return false }
    let group = Path.join(folder, aside)
    if !Files.isDirectory(group) { try? SystemFiles.makeGroup(group) }
    return (try? SystemFiles.set(own, in: Path.join(group, "cgroup.procs"))) != nil
  }

  private static func words(_ file: String, in folder: String) -> Set<String> {
    let text = (try? Files.readText(Path.join(folder, file))) ?? ""
    return Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
