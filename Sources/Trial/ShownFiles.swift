internal import Base
internal import Platform

/// Files on their way to a verifier: one more layer, at the paths that they have inside.
struct ShownFiles {
  let folder: String

  /// What is left of PATH_MAX below any folder for scratch files.
  static let pathLimit = 3_000

  init(_ files: [GatheredFile], in scratch: String, owner: UInt32?) throws(BelayError) {
    folder = Path.join(scratch, "carried-\(Files.randomName())")
    try Files.makeDirectory(folder, mode: 0o700)
    do throws(BelayError) {
      for file in files {
        let path = Path.join(folder, String(Path.absolute(file.path, from: "/").dropFirst()))
        try Files.makeDirectory(Path.parent(path))
        try Files.write(file.content, to: path, mode: file.mode & 0o777, durable: false)
      }
      try Files.setMode(folder, 0o755)
      if let owner { try Files.changeOwner(folder, to: owner) }
    } catch {
      remove()
      throw error
    }
  }

  func remove() { try? Files.removeTree(folder) }
}
