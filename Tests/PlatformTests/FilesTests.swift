import Base
import Glibc
import Platform
import Testing

@Suite struct FilesTests {
  /// Runs `body` with a fresh folder that is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/belay-files-\(Files.randomName())"
    try Files.makeDirectory(folder)
    defer { try? Files.removeTree(folder) }
    try body(folder)
  }

  @Test func aWriteReplacesTheFileAsAWhole() throws {
    try withFolder { folder in
      let path = "\(folder)/a"
      try Files.write(Array("one".utf8), to: path)
      try Files.write(Array("two".utf8), to: path, mode: 0o600)
      #expect(try Files.readText(path) == "two")
      #expect(Files.mode(path) == 0o600)
      #expect(try Files.names(in: folder) == ["a"])
    }
  }

  @Test func aCopyKeepsModesTimesLinksAndOddNames() throws {
    try withFolder { folder in
      let source = "\(folder)/source"
      try Files.makeDirectory("\(source)/sub")
      try Files.write(Array("x".utf8), to: "\(source)/sub/run.sh", mode: 0o755)
      symlink("/nowhere/at all", "\(source)/dangling")
      let odd: [CChar] = Array("\(source)/".utf8CString.dropLast()) + [-1, 10, 65, 0]
      close(open(odd, O_CREAT | O_WRONLY, 0o640))
      chmod("\(source)/sub", 0o2750)
      utimes(
        "\(source)/sub/run.sh", [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 2, tv_usec: 0)])
      try TreeCopy().copy(from: source, to: "\(folder)/target")
      #expect(try Files.names(in: "\(folder)/target") == Files.names(in: source))
      #expect(Files.mode("\(folder)/target/sub") == 0o2750)
      #expect(Files.mode("\(folder)/target/sub/run.sh") == 0o755)
      #expect(try Files.linkTarget("\(folder)/target/dangling") == "/nowhere/at all")
      var status = stat()
      stat("\(folder)/target/sub/run.sh", &status)
      #expect(status.st_mtim.tv_sec == 2)
    }
  }

  @Test func aCopyRefusesWhatIsNoFileByName() throws {
    try withFolder { folder in
      try Files.makeDirectory("\(folder)/source")
      mkfifo("\(folder)/source/pipe", 0o600)
      let error = #expect(throws: BelayError.self) {
        try TreeCopy().copy(from: "\(folder)/source", to: "\(folder)/target")
      }
      #expect(error?.place?.hasSuffix("/pipe") == true)
    }
  }

  @Test func removingATreeNeverFollowsALink() throws {
    try withFolder { folder in
      try Files.makeDirectory("\(folder)/keep")
      try Files.write([1], to: "\(folder)/keep/file")
      try Files.makeDirectory("\(folder)/gone/locked")
      symlink("\(folder)/keep", "\(folder)/gone/link")
      chmod("\(folder)/gone/locked", 0)
      try Files.removeTree("\(folder)/gone")
      #expect(Files.kind("\(folder)/gone") == nil)
      #expect(try Files.read("\(folder)/keep/file") == [1])
    }
  }

  @Test func aFileThatIsTooLargeOrNoFileIsRefused() throws {
    try withFolder { folder in
      try Files.write([UInt8](repeating: 65, count: 100), to: "\(folder)/big")
      #expect(throws: BelayError.self) { try Files.read("\(folder)/big", limit: 99) }
      #expect(throws: BelayError.self) { try Files.read(folder) }
      mkfifo("\(folder)/pipe", 0o600)
      #expect(throws: BelayError.self) { try Files.read("\(folder)/pipe") }
    }
  }

  @Test(arguments: [
    ("/a/b/", "b", "/a"), ("a", "a", "."), ("/", "/", "/"), ("/x", "x", "/"), ("a/b", "b", "a"),
  ])
  func pathsAreTakenApart(path: String, last: String, parent: String) {
    #expect(Path.last(path) == last)
    #expect(Path.parent(path) == parent)
  }

  @Test(arguments: [
    ("x/../y", "/w/y"), ("/a/./b", "/a/b"), ("../..", "/"), (".", "/w"),
  ])
  func pathsAreMadeAbsolute(path: String, absolute: String) {
    #expect(Path.absolute(path, from: "/w") == absolute)
  }

  // As a child of another thread does between clone and exec.
  @Test func `a lock is given back though a copy of its descriptor is open`() throws {
    try withFolder { folder in
      let path = "\(folder)/lock"
      var lock = try FileLock.take(path, note: [])
      #expect(lock != nil)
      #expect(try FileLock.take(path, note: []) == nil)
      let own = try Files.names(in: "/proc/self/fd").compactMap { Int32($0) }
        .filter { (try? Files.linkTarget("/proc/self/fd/\($0)")) == path }
      let copy = fcntl(try #require(own.first), F_DUPFD_CLOEXEC, 0)
      defer { close(copy) }
      lock = nil
      #expect(try FileLock.take(path, note: []) != nil)
    }
  }
}
