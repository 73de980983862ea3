public import Base
public import Platform

/// An open folder that untrusted commands wrote to, for the collector.
public struct SandboxFolder: Sendable {
  let descriptor: SharedDescriptor
  /// What it was called inside.
  public let name: String

  init(descriptor: SharedDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// A folder of the host, opened without following a link in its last part.
  public static func host(_ path: String) throws -> SandboxFolder {
    SandboxFolder(descriptor: try SharedDescriptor.folder(path), name: path)
  }
}

extension SandboxFolder {
  /// Copies all of it into a folder of the host, links as links; for places that are being prepared, when
  /// no process of theirs is alive.
  @discardableResult
  public func copy(by copy: TreeCopy, to target: String) throws(BelayError) -> Int {
    try copy.copy(from: descriptor.raw, place: name, to: target)
  }

  /// Reads below it on a thread that may wait.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (FolderReader) throws -> Result
  ) async throws -> Result {
    let reader = FolderReader(descriptor)
    return try await BlockingWork.run { try body(reader) }
  }
}
