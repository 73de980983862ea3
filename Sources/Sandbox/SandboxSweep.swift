internal import Base
internal import Platform

/// Removes what trials of dead owners left.
///
/// Nothing should be there: a supervisor ends its trial when its coordinator is gone, and a trial's tree
/// dies with its supervisor. What can stay are control groups, when both were killed at once. There are
/// no mounts on the host to remove: all of them live in the trials' own namespaces.
public struct SandboxSweep: Sendable {
  /// What a sweep did.
  public struct Result: Sendable, Hashable {
    /// Processes that were killed.
    public var killed = 0
    /// Control groups that were removed.
    public var removed = 0
    /// Folders that could not be removed.
    public var left: [String] = []
  }

  /// How long the dead may take.
  public var patience = Duration.seconds(2)

  /// A sweep with the usual patience.
  public init() {}

  /// Sweeps every hierarchy in which Belay makes groups, whatever session it ran in.
  public func run() async -> Result {
    var result = Result()
    for root in Set(ControlGroups.parents().map(\.root)).sorted() {
      for folder in leftovers(root) { await remove(folder, &result) }
    }
    return result
  }

  /// Folders of owners that are gone, a few levels deep.
  private func leftovers(_ root: String) -> [String] {
    var found: [String] = []
    var pending = [(folder: root, depth: 0)]
    var looked = 0
    while let (folder, depth) = pending.popLast(), looked < 3_000 {
      looked += 1
      for name in (try? Files.names(in: folder)) ?? [] {
        if let owner = GroupOwner(name: name) {
          if owner.isGone { found.append(Path.join(folder, name)) }
        } else if depth < 8, Self.mayBeGroup(name) {
          pending.append((Path.join(folder, name), depth + 1))
        }
      }
    }
    return found
  }

  // Control files have a dot in their names (`memory.max`), but for some old ones, which are no folders;
  // groups have none, or the ending of a systemd unit. Asking each name would be thousands of calls.
  private static func mayBeGroup(_ name: String) -> Bool {
    let units = [".slice", ".scope", ".service"]
    return !name.contains(".") || units.contains { name.hasSuffix($0) }
  }

  /// Empties and removes the groups of one trial.
  func empty(_ groups: [String]) async {
    var result = Result()
    for group in groups { await empty(group, &result) }
  }

  private func remove(_ folder: String, _ result: inout Result) async {
    for name in (try? Files.names(in: folder)) ?? [] {
      let group = Path.join(folder, name)
      if Files.isDirectory(group) { await empty(group, &result) }
    }
    await empty(folder, &result)
  }

  private func empty(_ group: String, _ result: inout Result) async {
    let deadline = ContinuousClock.now + patience
    while true {
      result.killed += kill(group)
      if (try? SystemFiles.removeGroup(group)) != nil {
        result.removed += 1
        return
      }
      guard ContinuousClock.now < deadline else { break }
      try? await Task.sleep(for: .milliseconds(10))
    }
    result.left.append(group)
  }

  private func kill(_ group: String) -> Int {
    let members = (try? Files.readText(Path.join(group, "cgroup.procs"))) ?? ""
    let processes = members.split(separator: "\n").compactMap { Int32($0) }.filter { $0 > 1 }
    if (try? SystemFiles.set("1", in: Path.join(group, "cgroup.kill"))) == nil {
      for process in processes { ProcessIdentity.kill(process) }
    }
    return processes.count
  }
}
