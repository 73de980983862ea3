public import Base
public import Platform

/// An open folder that untrusted commands wrote to, for the collector.
public struct SandboxFolder: Sendable {
  /// Where its files are.
  package enum Source: Sendable {
    /// In a folder of this machine.
    case folder(SharedDescriptor)
    /// In a container that is over.
    case container(any TarredFiles)
    /// Nowhere: it never came to be.
    case nothing
  }

  let source: Source
  /// What it was called inside.
  public let name: String

  package init(_ source: Source, name: String) {
    self.source = source
    self.name = name
  }

  init(descriptor: SharedDescriptor, name: String) {
    self.init(.folder(descriptor), name: name)
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
    guard case .folder(let descriptor) = source else {
      throw BelayError(.internal, "files of a container are not copied to the host", place: name)
    }
    return try copy.copy(from: descriptor.raw, place: name, to: target)
  }

  /// Reads below it on a thread that may wait; a folder of this machine alone.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (FolderReader) throws -> Result
  ) async throws -> Result {
    guard case .folder(let descriptor) = source else {
      throw BelayError(.internal, "a container's folder is not open on the host", place: name)
    }
    let reader = FolderReader(descriptor)
    return try await BlockingWork.run { try body(reader) }
  }
}
