internal import Platform

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
