public import Base
internal import CSystem
internal import Glibc

/// What a path is, without following a link.
public enum FileKind: Sendable, Hashable {
  /// A regular file.
  case regular
  /// A directory.
  case directory
  /// A symbolic link.
  case link
  /// A FIFO, socket or device.
  case special
}

/// Work on files that Belay owns or the user named; what a trial left is read by the collector instead.
public enum Files {
  /// Reads a whole file of at most `limit` bytes.
  public static func read(_ path: String, limit: Int = 64 << 20) throws(BelayError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    var status = stat()
    guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw BelayError(.usage, "expected a regular file", place: path)
    }
    return try file.readAll(limit: limit, place: path)
  }

  /// The first bytes of a file.
  public static func prefix(_ path: String, count: Int) throws(BelayError) -> [UInt8] {
    try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
      .readPrefix(limit: count, place: path).bytes
  }

  /// Reads a file as UTF-8; what is not valid is an error that names the file.
  public static func readText(_ path: String, limit: Int = 16 << 20) throws(BelayError) -> String {
    let bytes = try read(path, limit: limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw BelayError(.usage, "not valid UTF-8", place: path)
    }
    return text
  }

  /// Replaces a file as a whole: a reader sees the old content or the new, also after a crash.
  ///
  /// What can be made again at any time need not be `durable`, and is written many times faster.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644, durable: Bool = true
  ) throws(BelayError) {
    let temporary = "\(path).\(randomName())"
    do throws(BelayError) {
      let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
      try file.write(bytes, place: path)
      guard fchmod(file.raw, mode) == 0, !durable || fsync(file.raw) == 0 else {
        throw .system("fsync", errno, place: path)
      }
      guard rename(temporary, path) == 0 else { throw .system("rename", errno, place: path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// What stands at a path; nil for nothing.
  public static func kind(_ path: String) -> FileKind? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return kind(status.st_mode)
  }

  /// Whether a directory stands there, links followed.
  public static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a regular file stands there, links followed.
  public static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether this process may write to what stands at a path.
  public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

  /// The permission bits of a path, links followed; nil for nothing.
  public static func mode(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  /// Makes a directory and those above it.
  public static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(BelayError) {
    if isDirectory(path) { return }
    let parent = Path.parent(path)
    if parent != path, !isDirectory(parent) { try makeDirectory(parent, mode: mode) }
    guard mkdir(path, mode) == 0 || (errno == EEXIST && isDirectory(path)) else {
      throw .system("mkdir", errno, place: path)
    }
  }

  /// Sets the permission bits of a path, links followed.
  public static func setMode(_ path: String, _ mode: UInt32) throws(BelayError) {
    guard chmod(path, mode) == 0 else { throw .system("chmod", errno, place: path) }
  }

  /// Gives a whole tree, links included and not followed, to another owner.
  public static func changeOwner(_ root: String, to owner: UInt32) throws(BelayError) {
    for path in [root] + (try walk(root).map { Path.join(root, $0.path) }) {
      guard lchown(path, owner, owner) == 0 else { throw .system("chown", errno, place: path) }
    }
  }

  /// Makes a symbolic link, replacing a file or link that is there.
  public static func link(_ target: String, at path: String) throws(BelayError) {
    unlink(path)
    guard symlink(target, path) == 0 else { throw .system("symlink", errno, place: path) }
  }

  /// Gives a new name to a file or folder on the same file system, replacing a file that is there.
  public static func move(_ path: String, to target: String) throws(BelayError) {
    guard rename(path, target) == 0 else { throw .system("rename", errno, place: path) }
  }

  /// The names in a directory, sorted by bytes, without `.` and `..`; names that are not UTF-8 are repaired.
  public static func names(in path: String) throws(BelayError) -> [String] {
    let folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    let names = try RawNames.inFolder(folder.raw, place: path).map(RawNames.text)
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file or a whole tree, never following a link; nothing there is fine.
  public static func removeTree(_ path: String) throws(BelayError) {
    try removeEntry(path.utf8CString.map { $0 }, from: AT_FDCWD, place: path)
  }

  /// The absolute path with all links resolved.
  public static func real(_ path: String) throws(BelayError) -> String {
    guard let raw = unsafe realpath(path, nil) else {
      throw .system("realpath", errno, place: path, kind: errno == ENOENT ? .notFound : .internal)
    }
    defer { unsafe free(raw) }
    return unsafe String(cString: raw)
  }

  /// The working folder.
  public static func workingDirectory() -> String { (try? real(".")) ?? "/" }

  /// Twelve random letters and digits for names that must not meet.
  public static func randomName() -> String { Hex.text(randomBytes(6)) }

  /// Bytes from the system's random generator.
  public static func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard csystem_getrandom(&bytes, count) == 0 else {
      fatalError("the system gives no randomness")
    }
    return bytes
  }

  static func kind(_ mode: UInt32) -> FileKind {
    switch mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    case S_IFLNK: .link
    default: .special
    }
  }

  // Names are bytes here: what is not UTF-8 must be removable too.
  private static func removeEntry(_ name: [CChar], from directory: Int32, place: String)
    throws(BelayError)
  {
    if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw .system("remove", errno, place: place) }
    let raw = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else {
      if errno == EACCES, fchmodat(directory, name, 0o700, 0) == 0 {
        return try removeEntry(name, from: directory, place: place)
      }
      throw .system("open", errno, place: place)
    }
    let inner = Descriptor(owning: raw)
    fchmod(inner.raw, 0o700)
    for child in try RawNames.inFolder(inner.raw, place: place) {
      try removeEntry(child, from: inner.raw, place: place)
    }
    guard unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
      throw .system("remove", errno, place: place)
    }
  }
}
