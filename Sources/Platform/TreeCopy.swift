public import Base
internal import CSystem
internal import Glibc

/// Copies a tree as it is: files, folders and links with their modes and times, by descriptors alone.
///
/// Names are bytes, links are copied and never followed, holes stay holes. What is neither file, folder nor
/// link cannot be copied and is an error that names it, unless it is to be left out.
public struct TreeCopy: Sendable {
  /// How many entries a copy may have.
  public var maxEntries = 200_000
  /// How many bytes of file content a copy may have.
  public var maxBytes = 8 << 30
  /// The owner that the copy gets, if not the caller.
  public var owner: UInt32?
  /// Whether modes become 0755 for folders and programs and 0644 for the rest.
  ///
  /// What came through git or an archive has the modes of whoever unpacked it; tasks must not depend on that.
  public var plainModes = false
  /// The mode of every file, if not its own.
  public var mode: UInt32?
  /// A folder whose files and links are not copied where they stand unchanged: same size, mode and time.
  public var unlessIn: String?
  /// Whether pipes, sockets and devices are left out instead of being an error.
  public var skipsSpecial = false

  /// A copy with the usual limits; `owner` is set on every entry.
  public init(owner: UInt32? = nil, plainModes: Bool = false) {
    self.owner = owner
    self.plainModes = plainModes
  }

  /// Copies what is in the folder `source` into the folder `target`, which is made if it is missing.
  public func copy(from source: String, to target: String) throws(BelayError) {
    let from = try Descriptor.open(source, O_RDONLY | O_DIRECTORY)
    try copy(from: from.raw, place: source, to: target)
  }

  /// Copies what is in an open folder; `place` names it in errors.
  ///
  /// Answers how many files and links of the folder `unlessIn` are there still, changed or not.
  @discardableResult
  public func copy(from source: Int32, place: String, to target: String) throws(BelayError) -> Int {
    try Files.makeDirectory(target)
    let to = try Descriptor.open(target, O_RDONLY | O_DIRECTORY)
    var state = Progress(rootLength: place.utf8.count)
    try copyFolder(source, to.raw, place: place, depth: 0, &state)
    try finishFolder(source, to.raw, place: target)
    return state.standing
  }

  /// Copies one file or link to a new path, replacing what is there.
  public func copyFile(from source: String, to target: String) throws(BelayError) {
    let from = try Descriptor.open(Path.parent(source), O_RDONLY | O_DIRECTORY)
    try Files.makeDirectory(Path.parent(target))
    let to = try Descriptor.open(Path.parent(target), O_RDONLY | O_DIRECTORY)
    var state = Progress()
    let name = Array(Path.last(source).utf8CString)
    try copyEntry(
      name, as: Array(Path.last(target).utf8CString), from.raw, to.raw, place: source, depth: 0,
      &state)
  }

  private struct Progress {
    var rootLength = 0
    var entries = 0
    var bytes = 0
    var standing = 0
  }

  /// Whether the folder `unlessIn` has the same file or link at the same place.
  private func stands(_ status: stat, _ shown: String, _ state: inout Progress) -> Bool {
    guard let reference = unlessIn else { return false }
    var other = stat()
    let path = reference + String(decoding: shown.utf8.dropFirst(state.rootLength), as: UTF8.self)
    guard lstat(path, &other) == 0, Files.kind(other.st_mode) != .directory else { return false }
    state.standing += 1
    return other.st_mode == status.st_mode && other.st_size == status.st_size
      && other.st_mtim.tv_sec == status.st_mtim.tv_sec
      && other.st_mtim.tv_nsec == status.st_mtim.tv_nsec
  }

  private func copyFolder(
    _ source: Int32, _ target: Int32, place: String, depth: Int, _ state: inout Progress
  ) throws(BelayError) {
    guard depth < 200 else {
      throw BelayError(.usage, "folders nested more than 200 deep", place: place)
    }
    for name in try RawNames.inFolder(source, place: place) {
      try copyEntry(name, as: name, source, target, place: place, depth: depth, &state)
    }
  }

  private func copyEntry(
    _ name: [CChar], as newName: [CChar], _ source: Int32, _ target: Int32, place: String,
    depth: Int, _ state: inout Progress
  ) throws(BelayError) {
    let shown = "\(place)/\(RawNames.text(name))"
    state.entries += 1
    guard state.entries <= maxEntries else {
      throw BelayError(.usage, "more than \(maxEntries) entries", place: place)
    }
    var status = stat()
    guard fstatat(source, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw .system("stat", errno, place: shown)
    }
    switch Files.kind(status.st_mode) {
    case .regular where stands(status, shown, &state), .link where stands(status, shown, &state):
      return
    case .directory:
      let from = try open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: source, shown)
      guard mkdirat(target, newName, 0o700) == 0 || errno == EEXIST else {
        throw .system("mkdir", errno, place: shown)
      }
      let to = try open(newName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: target, shown)
      try copyFolder(from.raw, to.raw, place: shown, depth: depth + 1, &state)
      try finishFolder(from.raw, to.raw, place: shown)
    case .regular:
      let from = try open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, in: source, shown)
      unlinkat(target, newName, 0)
      let to = try open(newName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, in: target, shown)
      try copyBytes(from.raw, to.raw, place: shown, &state)
      try finish(to.raw, like: status, place: shown)
    case .link:
      var link = [CChar](repeating: 0, count: 4097)
      guard readlinkat(source, name, &link, 4096) >= 0 else {
        throw .system("readlink", errno, place: shown)
      }
      unlinkat(target, newName, 0)
      guard symlinkat(link, target, newName) == 0 else {
        throw .system("symlink", errno, place: shown)
      }
      if let owner { fchownat(target, newName, owner, owner, AT_SYMLINK_NOFOLLOW) }
    case .special:
      if skipsSpecial { return }
      throw BelayError(
        .usage, "a FIFO, socket or device cannot be part of a prepared tree", place: shown)
    }
  }

  private func copyBytes(_ from: Int32, _ to: Int32, place: String, _ state: inout Progress)
    throws(BelayError)
  {
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    var hole = false
    while true {
      let got = read(from, &chunk, chunk.count)
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system("read", errno, place: place)
      }
      state.bytes += got
      guard state.bytes <= maxBytes else {
        throw BelayError(.usage, "more than \(maxBytes) bytes", place: place)
      }
      hole = chunk[0..<got].allSatisfy { $0 == 0 }
      if hole {
        lseek(to, off_t(got), SEEK_CUR)
        continue
      }
      var done = 0
      while done < got {
        let put = write(to, Array(chunk[done..<got]), got - done)
        if put < 0 {
          if errno == EINTR { continue }
          throw .system("write", errno, place: place)
        }
        done += put
      }
    }
    if hole { ftruncate(to, lseek(to, 0, SEEK_CUR)) }
  }

  private func finishFolder(_ source: Int32, _ target: Int32, place: String) throws(BelayError) {
    var status = stat()
    guard fstat(source, &status) == 0 else { throw .system("stat", errno, place: place) }
    try finish(target, like: status, place: place)
  }

  private func finish(_ target: Int32, like status: stat, place: String) throws(BelayError) {
    // The owner first: changing it clears set-id bits.
    if let owner, fchown(target, owner, owner) != 0 { throw .system("chown", errno, place: place) }
    let times = [status.st_atim, status.st_mtim]
    var mode = status.st_mode & 0o7777
    if let fixed = self.mode, status.st_mode & S_IFMT == S_IFREG {
      mode = fixed
    } else if plainModes {
      mode = mode & 0o111 != 0 ? 0o755 : 0o644
    }
    guard fchmod(target, mode) == 0, futimens(target, times) == 0 else {
      throw .system("chmod", errno, place: place)
    }
  }

  private func open(_ name: [CChar], _ flags: Int32, in folder: Int32, _ shown: String)
    throws(BelayError) -> Descriptor
  {
    let raw = openat(folder, name, flags | O_CLOEXEC, 0o600)
    guard raw >= 0 else { throw .system("open", errno, place: shown) }
    return Descriptor(owning: raw)
  }
}

/// File names as the system has them: bytes up to a NUL.
enum RawNames {
  static func inFolder(_ folder: Int32, place: String) throws(BelayError) -> [[CChar]] {
    let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else {
      throw .system("opendir", errno, place: place)
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { start in
          Array(unsafe UnsafeBufferPointer(start: start, count: strlen(start) + 1))
        }
      }
      if name != [46, 0], name != [46, 46, 0] { names.append(name) }
    }
    return names
  }

  static func text(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
