internal import Platform

extension ProcessSandbox {
  /// The same recipe for `bench-floor`, which drives the launcher from a bare loop in C.
  public func floorArguments(_ limits: SandboxLimits) -> [String] {
    var arguments = [
      "--launcher", launcher, "--uid", "\(firstUID)", "--idmap", idmaps ? "1" : "0", "--storage",
      "\(limits.storageBytes)",
    ]
    for hierarchy in groups.hierarchies {
      arguments += ["--group", hierarchy.folder]
      for (file, value) in ControlGroups.settings(hierarchy, limits) {
        arguments += ["--set", "\(file)=\(value)"]
      }
    }
    return arguments
  }
}
