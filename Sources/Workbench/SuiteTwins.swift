package import Base
package import Ledger
internal import Platform
package import Suite

/// The twins of a suite's dev tasks, written out in the lab for as long as they are prepared and tried.
package struct SuiteTwins {
  /// They, as a suite of their own.
  package let suite: Suite
  private let folder: String

  /// Writes them out; nil when no task declares one.
  package static func make(of suite: Suite, in lab: Lab) throws(BelayError) -> SuiteTwins? {
    guard suite.tasks.contains(where: \.hasDevTwin) else { return nil }
    let folder = Path.join(lab.scratchPath, "twins-\(Files.randomName())")
    try Files.makeDirectory(folder, mode: 0o700)
    do throws(BelayError) {
      guard let twins = try suite.makeTwins(in: folder) else { return nil }
      return SuiteTwins(suite: twins, folder: folder)
    } catch {
      try? Files.removeTree(folder)
      throw error
    }
  }

  /// Whatever is still needed of them has been prepared.
  package func remove() { try? Files.removeTree(folder) }

  /// The twins of these tasks, in the order in which a night's rules name them.
  package func tasks(of originals: [Task]) throws(BelayError) -> [Task] {
    var tasks: [Task] = []
    for original in originals where original.hasDevTwin {
      guard let task = suite.task(named: "\(original.name)-twin") else {
        throw BelayError(
          .usage, "it has no twin", place: original.name, hint: "belay check \(original.folder)")
      }
      tasks.append(task)
    }
    return tasks
  }
}

extension Task {
  /// Whether a night may compare the task with its twin.
  package var hasDevTwin: Bool { split == .dev && twin != nil }
}
