internal import Platform

/// A resource limit of each process in a trial, by the kernel's number.
package struct ResourceLimit: Sendable, Hashable {
  package let resource: UInt32
  package let value: UInt64

  package init(resource: UInt32, value: UInt64) {
    self.resource = resource
    self.value = value
  }

  static func all(_ limits: SandboxLimits, groups: ControlGroups) -> [ResourceLimit] {
    let numbers = ResourceNumbers.self
    var all = [
      ResourceLimit(resource: numbers.fileSize, value: UInt64(limits.fileBytes)),
      ResourceLimit(resource: numbers.openFiles, value: UInt64(limits.openFiles)),
      // One byte and not none: a core pattern that is a pipe to a program of the host heeds only this
      // value (core(5), fs/coredump.c), and a file needs more.
      ResourceLimit(resource: numbers.core, value: 1),
      ResourceLimit(resource: numbers.lockedMemory, value: 1 << 20),
      ResourceLimit(resource: numbers.messageQueues, value: 1 << 20),
      ResourceLimit(resource: numbers.pendingSignals, value: 4096),
      ResourceLimit(resource: numbers.realTimePriority, value: 0),
      ResourceLimit(resource: numbers.nice, value: 0),
      // Counted inside the trial's own user namespace since Linux 5.14: it never meets the user's
      // other processes. The second belt where there is a group for it.
      ResourceLimit(resource: numbers.processes, value: UInt64(limits.processes + 1)),
    ]
    if !groups.has("memory") {
      // Per process only. The address space is left alone: run times of Go, Java and JavaScript
      // reserve much more of it than they use; private writable memory is what RLIMIT_DATA counts.
      all.append(ResourceLimit(resource: numbers.data, value: UInt64(limits.memoryBytes)))
    }
    return all
  }
}
