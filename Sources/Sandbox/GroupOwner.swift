internal import Base
internal import Platform

/// The process that a folder of control groups belongs to, as the folder's name tells it.
///
/// A process id alone comes back; with its start time it does not, within one pid namespace.
package struct GroupOwner: Hashable, Sendable {
  package let pid: Int32
  package let start: UInt64
  package let namespace: UInt64
  /// Tells the providers of one process apart.
  package let number: Int

  private static let counter = Locked(0)

  /// This process, with a number of its own for each call.
  package static func next() -> GroupOwner {
    let number = counter.withLock { count in
      count += 1
      return count
    }
    let pid = ProcessIdentity.pid
    return GroupOwner(
      pid: pid, start: ProcessIdentity.start(of: pid) ?? 0,
      namespace: ProcessIdentity.pidNamespace, number: number)
  }

  /// The name of its folders.
  package var name: String { "belay-\(pid)-\(start)-\(namespace)-\(number)" }

  package init(pid: Int32, start: UInt64, namespace: UInt64, number: Int) {
    self.pid = pid
    self.start = start
    self.namespace = namespace
    self.number = number
  }

  /// The owner that a name says, if it is one.
  package init?(name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "belay", let pid = Int32(parts[1]),
      let start = UInt64(parts[2]), let namespace = UInt64(parts[3]), let number = Int(parts[4])
    else { return nil }
    self.init(pid: pid, start: start, namespace: namespace, number: number)
  }

  /// Whether nobody can claim the folder any more. An owner in another pid namespace cannot be judged
  /// from here, and is left alone.
  package var isGone: Bool {
    namespace == ProcessIdentity.pidNamespace && ProcessIdentity.start(of: pid) != start
  }
}
