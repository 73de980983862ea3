import Glibc
import Platform
import Sandbox
import Testing

/// The only way out of a phase: a socket in its network that the coordinator holds.
@Suite struct ListenerTests {
  static let port: UInt16 = 4000

  static func phase() -> PhaseSpec {
    var phase = PhaseSpec(fresh: [FreshMount("/logs/verifier")])
    phase.listens = [port]
    return phase
  }

  static let say = """
    python3 -ISc 'import socket
    s = socket.create_connection(("127.0.0.1", 4000), 10); s.sendall(b"ask"); print(s.recv(99).decode())'
    """

  @Test func `a command reaches the coordinator through it, and every trial its own`()
    async throws
  {
    try await SandboxFixture.with { fixture in
      try await fixture.box(slot: 0) { first in
        try await fixture.box(slot: 1) { second in
          try await first.begin(Self.phase())
          try await second.begin(Self.phase())
          let one = Answerer(try first.listener(Self.port), says: "first")
          let two = Answerer(try second.listener(Self.port), says: "second")
          async let heard = (first.output(Self.say), second.output(Self.say))
          #expect(await one.answer() == "ask")
          #expect(await two.answer() == "ask")
          #expect(try await heard == ("first\n", "second\n"))
          #expect(throws: (any Error).self) { try first.listener(4001) }
        }
      }
    }
  }

  @Test(arguments: [
    HostileAttack(
      "take the port", .python, prints: "EADDRINUSE EADDRINUSE EADDRINUSE",
      """
      import socket
      def take(address, option):
          probe = socket.socket()
          if option: probe.setsockopt(socket.SOL_SOCKET, option, 1)
          return attempt(lambda: (probe.bind((address, 4000)), probe.listen()))
      print(take('127.0.0.1', None), take('0.0.0.0', socket.SO_REUSEADDR),
            take('127.0.0.1', socket.SO_REUSEPORT))
      """),
    HostileAttack(
      "find it among the descriptors of a process", .python, prints: "1 0",
      """
      import glob
      lines = [line.split() for line in open('/proc/net/tcp')][1:]
      inodes = [line[9] for line in lines if line[1].endswith(':0FA0') and line[3] == '0A']
      found = 0
      for link in glob.glob('/proc/[0-9]*/fd/*'):
          try: found += os.readlink(link) in ['socket:[%s]' % i for i in inodes]
          except OSError: pass
      print(len(inodes), found)
      """),
    HostileAttack(
      "take it out of the first process", .python, prints: "EPERM",
      "print(call(438, os.pidfd_open(1), 3, 0))"),
    HostileAttack(
      "reach another port, address or network", .python,
      prints: "ECONNREFUSED ECONNREFUSED ENETUNREACH",
      """
      import socket
      def reach(address): return attempt(lambda: socket.create_connection(address, 2))
      print(reach(('127.0.0.1', 4001)), reach(('127.0.0.2', 4000)), reach(('10.0.0.1', 4000)))
      """),
    HostileAttack(
      "close it for others", .python, prints: "EPROTONOSUPPORT|EOPNOTSUPP|EPERM|EACCES|ENOENT",
      """
      import socket, struct
      # SOCK_DESTROY of a listening socket, by sock_diag: for whoever rules the network alone.
      try: diag = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
      except OSError as error: print(errno.errorcode[error.errno]); sys.exit()
      ask = struct.pack('=BBBBI', 2, 6, 0, 0, 1 << 10)
      ask += struct.pack('>HH', 4000, 0) + socket.inet_aton('127.0.0.1') + bytes(12) + bytes(16)
      ask += struct.pack('=I', 0) + b'\\xff' * 8
      diag.send(struct.pack('=IHHII', 16 + len(ask), 21, 5, 1, 0) + ask)
      code = struct.unpack('=i', diag.recv(4096)[16:20])[0]
      print(errno.errorcode.get(-code, 'DONE'))
      """),
  ])
  func `an agent cannot`(_ attack: HostileAttack) async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(Self.phase())
        let said = try await box.attack(attack)
        #expect(attack.prints.split(separator: "|").contains(Substring(said)), "\(said)")
        // And whatever it did, the coordinator is still reached.
        let answerer = Answerer(try box.listener(Self.port), says: "still")
        async let heard = box.output(Self.say)
        #expect(await answerer.answer() == "ask")
        #expect(try await heard == "still\n")
      }
    }
  }

  @Test func `it is gone with its phase, also for what was left over of it`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(Self.phase())
        let old = try box.listener(Self.port)
        let answerer = Answerer(old, says: "old")
        _ = try await box.output(
          """
          setsid python3 -ISc 'import socket, time
          s = socket.create_connection(("127.0.0.1", 4000)); s.sendall(b"kept"); time.sleep(60)' &
          disown; sleep 0.3
          """)
        #expect(await answerer.answer() == "kept")
        _ = try await box.end()
        #expect(throws: (any Error).self) { try box.listener(Self.port) }
        #expect(await answerer.isOver())
        // A later phase has no way out unless it is given one, and never the old one.
        try await box.begin(PhaseSpec())
        #expect(
          try await box.output(
            "python3 -ISc 'import socket; socket.create_connection((\"127.0.0.1\", 4000))' 2>&1"
          ).contains("ConnectionRefused"))
        _ = try await box.end()
        try await box.begin(Self.phase())
        let fresh = Answerer(try box.listener(Self.port), says: "new")
        async let heard = box.output(Self.say)
        #expect(await fresh.answer() == "ask")
        #expect(try await heard == "new\n")
        _ = old
      }
    }
  }
}

/// Takes one connection, hears what it says first and answers.
private final class Answerer: Sendable {
  private let listener: SharedDescriptor
  private let text: String
  private let connection = Slot()

  private final class Slot: @unchecked Sendable { var raw: Int32 = -1 }

  init(_ listener: SharedDescriptor, says text: String) {
    self.listener = listener
    self.text = text
  }

  deinit { if connection.raw >= 0 { close(connection.raw) } }

  func answer() async -> String? {
    try? await BlockingWork.run { [self] in
      var wait = pollfd(fd: listener.raw, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 20_000) == 1 else { return "nobody came" }
      let raw = accept(listener.raw, nil, nil)
      connection.raw = raw
      var bytes = [UInt8](repeating: 0, count: 100)
      let count = recv(raw, &bytes, 100, 0)
      _ = send(raw, text, text.utf8.count, Int32(MSG_NOSIGNAL))
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
  }

  /// Whether the other end is gone.
  func isOver() async -> Bool {
    let count = try? await BlockingWork.run { [self] in
      var wait = pollfd(fd: connection.raw, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 20_000) == 1 else { return 1 }
      var byte: UInt8 = 0
      return recv(connection.raw, &byte, 1, 0)
    }
    return count == 0 || count == -1
  }
}
