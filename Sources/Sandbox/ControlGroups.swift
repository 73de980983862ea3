internal import Base
internal import Platform

/// The control groups under which this process may put trials, found once and named by their owner.
struct ControlGroups: Sendable {
  /// One hierarchy in which trials get a group of their own.
  struct Hierarchy: Sendable {
    /// Where groups of trials are made.
    let folder: String
    /// The top of the hierarchy, as far as it is mounted here.
    let root: String
    /// Whether it is the unified hierarchy (version 2).
    let unified: Bool
    /// The controllers that it enforces for us.
    let controllers: Set<String>
  }

  let hierarchies: [Hierarchy]
  /// Why a limit cannot be had, by controller.
  let missing: [String: String]

  func has(_ controller: String) -> Bool {
    hierarchies.contains { $0.controllers.contains(controller) }
  }

  /// The part of a request that makes a trial's groups, and how to read them at a phase's end.
  func write(name: String, limits: SandboxLimits, into request: inout WireWriter) -> TrialGroups {
    var groups = TrialGroups()
    for hierarchy in hierarchies {
      let folder = Path.join(hierarchy.folder, name)
      request.field(.cgroup, folder)
      groups.folders.append(folder)
      for (file, value) in Self.settings(hierarchy, limits) {
        request.field(.cgroupSet) { writer in
          writer.put(file)
          writer.put(value)
        }
      }
      for reading in GroupReading.all where reading.belongs(to: hierarchy) {
        request.field(.cgroupRead, reading.file)
        groups.readings.append(reading)
      }
    }
    return groups
  }

  static func settings(_ hierarchy: Hierarchy, _ limits: SandboxLimits) -> [(String, String)] {
    var settings: [(String, String)] = []
    // What a trial writes lies in memory and is charged to it: the two limits are kept apart by
    // giving the group their sum, while the storage itself ends at its own.
    let memory = String(limits.memoryBytes + limits.storageBytes)
    if hierarchy.controllers.contains("memory") {
      settings.append((hierarchy.unified ? "memory.max" : "memory.limit_in_bytes", memory))
      if hierarchy.unified { settings.append(("memory.swap.max", "0")) }
    }
    if hierarchy.controllers.contains("pids") {
      // One more for the phase's first process.
      settings.append(("pids.max", String(limits.processes + 1)))
    }
    if hierarchy.controllers.contains("cpu"), let cpus = limits.cpus {
      let quota = String(max(1000, Int(cpus * 100_000)))
      settings.append(
        hierarchy.unified ? ("cpu.max", "\(quota) 100000") : ("cpu.cfs_quota_us", quota))
    }
    return settings
  }
}

/// The control groups of one trial.
struct TrialGroups: Sendable {
  var folders: [String] = []
  var readings: [GroupReading] = []
}

/// One figure that is read from a trial's control groups.
struct GroupReading: Sendable {
  let file: String
  let controller: String
  let unified: Bool
  private let store: @Sendable (String, inout PhaseUsage) -> Void

  func belongs(to hierarchy: ControlGroups.Hierarchy) -> Bool {
    hierarchy.unified == unified && hierarchy.controllers.contains(controller)
  }

  func read(_ text: String, into usage: inout PhaseUsage) { store(text, &usage) }

  static let all = [
    GroupReading(file: "memory.max_usage_in_bytes", controller: "memory", unified: false) {
      $1.peakMemoryBytes = number($0)
    },
    GroupReading(file: "memory.oom_control", controller: "memory", unified: false) {
      $1.memoryKills = value("oom_kill", in: $0)
    },
    GroupReading(file: "pids.events", controller: "pids", unified: false) {
      $1.processLimitHits = value("max", in: $0)
    },
    GroupReading(file: "memory.peak", controller: "memory", unified: true) {
      $1.peakMemoryBytes = number($0)
    },
    GroupReading(file: "memory.events", controller: "memory", unified: true) {
      $1.memoryKills = value("oom_kill", in: $0)
    },
    GroupReading(file: "pids.events", controller: "pids", unified: true) {
      $1.processLimitHits = value("max", in: $0)
    },
  ]

  private static func number(_ text: String) -> Int? {
    Int(text.prefix { $0.isNumber })
  }

  private static func value(_ key: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == key { return Int(words[1]) }
    }
    return nil
  }
}
