internal import Archive
internal import Base
internal import Platform
internal import Sandbox

/// Puts back what a trial changed of its image's system before the trial is judged: the verifier's shell,
/// libraries and interpreters are those of the image, whatever the agent, who may be root, did to them.
///
/// New files stay, but for those that would run by themselves or in the place of a program of the image.
struct ContainerRepair: Sendable {
  /// Taken away first.
  let removed: [String]

  var isEmpty: Bool { removed.isEmpty }

  /// More than this in one folder and its parts is rather put back as a whole.
  private static let most = 256

  /// What is to be done about these changes.
  static func plan(
    _ changes: ContainerChanges, in files: ContainerFiles, image: SandboxImage,
    maker: ContainerMaker
  ) async throws -> ContainerRepair {
    var removed = try await changes.system + plugins(changes.addedEntryPoints, in: files)
    let folders = (image.variables["PATH"] ?? TrialPath.standard).split(separator: ":")
      .map(String.init)
    let added = changes.addedPrograms(in: folders)
    if !added.isEmpty {
      removed += try await shadows(added, folders, image, maker)
    }
    if removed.count > most {
      removed = Set(removed.map(top)).sorted()
    }
    return ContainerRepair(removed: removed)
  }

  /// Those of the lists that pytest would load plugins by, unasked.
  private static func plugins(_ lists: [String], in files: ContainerFiles) async throws -> [String]
  {
    guard lists.count <= 64 else { return lists }
    var found: [String] = []
    for list in lists {
      let content = try await Collector().file(list, in: files, limit: 1 << 20)
      let text = content.map { String(decoding: $0, as: UTF8.self) }
      if text?.contains("pytest11") ?? true { found.append(list) }
    }
    return found
  }

  /// The part of the system that a path belongs to: what is not in it, such as the rest of /etc, stays as
  /// the trial left it.
  static func top(_ path: String) -> String {
    let parts = path.split(separator: "/")
    let isDeep = parts.first == "usr" || parts.first == "etc"
    return "/" + parts.prefix(isDeep ? 2 : 1).joined(separator: "/")
  }

  /// Those of the added programs whose name the image has in another of the folders.
  private static func shadows(
    _ added: [String], _ folders: [String], _ image: SandboxImage, _ maker: ContainerMaker
  ) async throws -> [String] {
    let pristine = try await maker.create(image.id)
    var names: [String: Set<String>] = [:]
    do {
      for folder in folders {
        let files = ContainerFiles(engine: maker.engine, container: pristine, base: "/")
        // The folder's own names and no others; what lies deeper is read past.
        names[folder] = try await files.read(folder, wall: .seconds(60)) { tar in
          var found: Set<String> = []
          while let entry = try tar.next() {
            let parts = entry.path.split(separator: 47)
            if parts.count == 2 { found.insert(String(decoding: parts[1], as: UTF8.self)) }
          }
          return found
        }
      }
    } catch {
      await maker.remove([pristine])
      throw error
    }
    await maker.remove([pristine])
    return added.filter { path in
      names.contains { folder, has in folder != Path.parent(path) && has.contains(Path.last(path)) }
    }
  }

  /// Carries it out on an image of the trial's files and answers a new image. Nothing of the trial runs
  /// meanwhile.
  func carry(out image: String, image original: String, spec: SandboxSpec, maker: ContainerMaker)
    async throws -> String
  {
    let pristine = try await maker.create(original)
    var made = [pristine]
    do {
      let cleaner = try await maker.start(image, PhaseSpec(), spec, removing: removed).phase
      made.append(cleaner.name)
      await cleaner.finish()
      for (folder, paths) in Dictionary(grouping: removed, by: Path.parent).sorted(by: {
        $0.key < $1.key
      }) {
        try await putBack(paths, in: folder, from: pristine, to: cleaner.name, maker)
      }
      let saved = try await maker.save(cleaner.name)
      await maker.remove(made)
      return saved
    } catch {
      await maker.remove(made)
      throw error
    }
  }

  private func putBack(
    _ paths: [String], in folder: String, from pristine: String, to cleaner: String,
    _ maker: ContainerMaker
  ) async throws {
    let wanted = Set(paths.map(Path.last))
    // The top has no name of its own in the stream, so its entries are asked for one by one.
    let streams = folder == "/" ? paths : [folder]
    for stream in streams {
      let files = ContainerFiles(engine: maker.engine, container: pristine, base: "/")
      try await files.copy(
        stream, to: cleaner, folder: folder == "/" ? "/" : Path.parent(folder)
      ) { parts in
        folder == "/" || (parts.count > 1 && wanted.contains(parts[1]))
      }
    }
  }
}

/// The PATH of an image that names none.
enum TrialPath {
  static let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
