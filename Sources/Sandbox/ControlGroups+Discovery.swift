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
        if !controllers.isEmpty { controllers = delegate(controllers, in: parent.folder) }
      }
      // The unified hierarchy serves without a controller too, for cgroup.kill; version 1 does not.
      guard parent.unified || !controllers.isEmpty else { continue }
      let folder = Path.join(parent.folder, owner.name)
      do {
        try SystemFiles.makeGroup(folder)
        if parent.unified, !controllers.isEmpty { controllers = delegate(controllers, in: folder) }
        guard !controllers.isEmpty else {
          try SystemFiles.removeGroup(folder)
          continue
        }
        found.append(Hierarchy(folder: folder, unified: parent.unified, controllers: controllers))
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
      .compactMap { hierarchy(String($0), paths, controllers) }
      .filter { exists($0.folder) }
      .sorted { !$0.unified && $1.unified }
  }

  private static func hierarchy(
    _ line: String, _ own: [String: String], _ known: (String) -> Set<String>
  ) -> Hierarchy? {
    // mountinfo: ID parent dev root mountpoint options … - type source superoptions
    let halves = line.split(separator: " - ", maxSplits: 1)
    guard halves.count == 2 else { return nil }
    let left = halves[0].split(separator: " ")
    let right = halves[1].split(separator: " ")
    guard left.count >= 5, right.count >= 3, right[0] == "cgroup" || right[0] == "cgroup2" else {
      return nil
    }
    let unified = right[0] == "cgroup2"
    let mounted = String(left[3])
    let point = String(left[4])
    let options = Set(right[2].split(separator: ",").map(String.init))
    let key = unified ? "" : options.first { own[$0] != nil } ?? "?"
    guard var path = own[key] else { return nil }
    // In a container the mount shows a part of the hierarchy; our own path starts with that part.
    if mounted != "/", path.hasPrefix(mounted) { path = String(path.dropFirst(mounted.count)) }
    let folder = path == "/" || path.isEmpty ? point : point + path
    let controllers = unified ? known(folder) : options.intersection(Set(own.keys))
    return Hierarchy(folder: folder, unified: unified, controllers: controllers)
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

  /// Turns controllers on for the groups below a folder; gives those that are on afterwards. Version 2
  /// refuses while the folder itself holds processes (cgroups(7), "no internal processes").
  private static func delegate(_ controllers: Set<String>, in folder: String) -> Set<String> {
    for controller in controllers.sorted() {
      try? SystemFiles.set("+\(controller)", in: Path.join(folder, "cgroup.subtree_control"))
    }
    return controllers.intersection(words("cgroup.subtree_control", in: folder))
  }

  private static func words(_ file: String, in folder: String) -> Set<String> {
    let text = (try? Files.readText(Path.join(folder, file))) ?? ""
    return Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
