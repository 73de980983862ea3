import Base
import Glibc
import Platform
import Testing

@Suite struct ChildTests {
  private func shell(_ script: String, descriptors: [Int32: Int32] = [:]) throws -> Child {
    try Child.spawn("/bin/sh", ["sh", "-c", script], descriptors: descriptors)
  }

  @Test func `an exit is its code or its signal`() async throws {
    #expect(try await shell("exit 7").wait().code == 7)
    let killed = try await shell("kill -9 $$").wait()
    #expect(killed.signal == SIGKILL)
    #expect(killed.code == nil)
    let child = try shell("sleep 60")
    child.signal(SIGTERM)
    #expect(await child.wait().signal == SIGTERM)
    // Twice is the same, and a signal afterwards is none.
    #expect(await child.wait().signal == SIGTERM)
    child.signal(SIGKILL)
  }

  @Test func `a program that is not there is an error`() {
    #expect(throws: BelayError.self) { try Child.spawn("/no/such/program", ["x"]) }
  }

  @Test func `nothing is inherited but what was given`() async throws {
    let (own, far) = try PacketSocket.pair()
    let file = try Descriptor.open("/tmp", O_RDONLY)
    // Without close-on-exec, as a careless library would leave it.
    let careless = fcntl(file.raw, F_DUPFD, 200)
    defer { close(careless) }
    // No listing in a pipeline: a shell that sets one up holds its ends for a moment.
    let script = """
      [ -z "$(env | grep -v -e ^PWD -e ^SHLVL -e ^_)" ] && [ -e /proc/$$/fd/3 ] \
      && [ ! -e /proc/$$/fd/\(careless) ] && [ ! -e /proc/$$/fd/\(file.raw) ]
      """
    let child = try shell(script + " && exit 9", descriptors: [3: far.raw])
    #expect(await child.wait().code == 9)
    _ = own
  }

  @Test func `a grandchild does not delay the exit`() async throws {
    let (own, far) = try PacketSocket.pair()
    // No time is measured, which a loaded machine would stretch: the grandchild lives until this process lets
    // go of the socket, and whoever waited for it would wait for ever.
    let exit = try await shell("cat <&3 >&3 & exit 3", descriptors: [3: far.raw]).wait()
    #expect(exit.code == 3)
    try own.send(Array("alive".utf8))
    let echo = try await Clock.eventually { () -> [UInt8]? in
      guard case .packet(let packet) = own.receive() else { return nil }
      return packet.bytes
    }
    #expect(echo == Array("alive".utf8))
  }

  @Test func `an exit is known where the process was started with SIGCHLD ignored`() async throws {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let exit = try await Child.spawn("/bin/sh", ["sh", "-c", "exit 7"]).wait()
      guard exit.code == 7 else { fatalError("\(exit)") }
    }
  }

  @Test func `what somebody else reaped did not succeed`() async throws {
    await #expect(processExitsWith: .success) {
      let child = try Child.spawn("/bin/true", ["true"])
      guard waitpid(child.pid, nil, 0) == child.pid else { fatalError("not reaped") }
      let exit = await child.wait()
      guard exit.code == nil, exit.signal == nil else { fatalError("\(exit)") }
    }
  }

  @Test func `a child that cannot be followed is not left behind`() async throws {
    await #expect(processExitsWith: .success) {
      // Enough descriptors for all that comes before the pidfd, and one more each time.
      var used: [Int32] = []
      var limit = rlimit(rlim_cur: 128, rlim_max: 128)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      while case let file = dup(0), file >= 0 { used.append(file) }
      while let file = used.popLast() {
        close(file)
        if (try? Child.spawn("/bin/sleep", ["sleep", "60"])) != nil { break }
        guard waitpid(-1, nil, WNOHANG) == -1, errno == ECHILD else { fatalError("left behind") }
      }
      guard !used.isEmpty else { fatalError("never started") }
      exit(EXIT_SUCCESS)
    }
  }

  @Test func `many at once are all reaped`() async throws {
    let codes = try await withThrowingTaskGroup(of: Int32?.self) { group in
      for number in 0..<200 {
        group.addTask { try await shell("exit \(number % 50)").wait().code }
      }
      return try await group.reduce(into: [Int32?]()) { $0.append($1) }
    }
    #expect(codes.compactMap { $0 }.count == 200)
    #expect(codes.compactMap { $0 }.reduce(0, +) == 4900)
  }

  @Test func `CPU time and memory of a child are told`() async throws {
    let exit = try await shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").wait()
    #expect(exit.cpu > .zero)
    #expect(exit.maxRSSBytes > 100_000)
  }
}
