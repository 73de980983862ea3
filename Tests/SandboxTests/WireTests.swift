import CLaunch
import Testing

@testable import Sandbox

@Suite struct WireTests {
  @Test func `numbers are those of the launcher's header`() {
    let kinds: [(Wire.Kind, belay_kind)] = [
      (.indirect, BELAY_INDIRECT), (.setup, BELAY_SETUP), (.begin, BELAY_BEGIN),
      (.exec, BELAY_EXEC), (.kill, BELAY_KILL), (.end, BELAY_END), (.root, BELAY_ROOT),
      (.quit, BELAY_QUIT), (.talk, BELAY_TALK), (.done, BELAY_DONE), (.failed, BELAY_FAILED),
      (.exited, BELAY_EXITED),
    ]
    #expect(kinds.count == Wire.Kind.allCases.count)
    for (kind, number) in kinds { #expect(UInt32(kind.rawValue) == number.rawValue) }
    let tags: [(Wire.Tag, belay_tag)] = [
      (.uid, BELAY_UID), (.gid, BELAY_GID), (.idmap, BELAY_IDMAP), (.layer, BELAY_LAYER),
      (.storage, BELAY_STORAGE), (.bind, BELAY_BIND), (.cgroup, BELAY_CGROUP),
      (.cgroupSet, BELAY_CGROUP_SET), (.cgroupRead, BELAY_CGROUP_READ), (.rlimit, BELAY_RLIMIT),
      (.hostname, BELAY_HOSTNAME), (.shm, BELAY_SHM), (.fresh, BELAY_FRESH),
      (.remove, BELAY_REMOVE), (.folder, BELAY_FOLDER), (.listen, BELAY_LISTEN),
      (.user, BELAY_USER), (.input, BELAY_INPUT), (.argv, BELAY_ARGV),
      (.env, BELAY_ENV), (.cwd, BELAY_CWD), (.wall, BELAY_WALL), (.keep, BELAY_KEEP),
      (.execFlags, BELAY_EXEC_FLAGS), (.text, BELAY_TEXT), (.nanoseconds, BELAY_NANOSECONDS),
      (.status, BELAY_STATUS), (.resultFlags, BELAY_RESULT_FLAGS), (.cpu, BELAY_CPU),
      (.maxRSS, BELAY_MAX_RSS), (.total, BELAY_TOTAL), (.head, BELAY_HEAD), (.tail, BELAY_TAIL),
      (.cgroupText, BELAY_CGROUP_TEXT), (.execErrno, BELAY_EXEC_ERRNO),
      (.displaced, BELAY_DISPLACED), (.target, BELAY_TARGET),
      (.talkFlags, BELAY_TALK_FLAGS), (.piece, BELAY_PIECE),
    ]
    #expect(tags.count == Wire.Tag.allCases.count)
    for (tag, number) in tags { #expect(UInt32(tag.rawValue) == number.rawValue) }
    #expect(
      [Wire.bindIdmap, Wire.bindSystem, Wire.bindOptional]
        == [BELAY_BIND_IDMAP, BELAY_BIND_SYSTEM, BELAY_BIND_OPTIONAL].map(\.rawValue))
    #expect(
      [Wire.execKillPhase, Wire.execSplit, Wire.execStdin, Wire.execLive]
        == [BELAY_EXEC_KILL_PHASE, BELAY_EXEC_SPLIT, BELAY_EXEC_STDIN, BELAY_EXEC_LIVE].map(
          \.rawValue))
    #expect(
      [Wire.talkTake, Wire.talkNow, Wire.talkEnd, Wire.talkInterrupt]
        == [BELAY_TALK_TAKE, BELAY_TALK_NOW, BELAY_TALK_END, BELAY_TALK_INTERRUPT].map(\.rawValue))
    #expect(
      [Wire.resultTimedOut, Wire.resultPhaseDied, Wire.resultEnded, Wire.resultClosed]
        == [
          BELAY_RESULT_TIMED_OUT, BELAY_RESULT_PHASE_DIED, BELAY_RESULT_ENDED, BELAY_RESULT_CLOSED,
        ].map(\.rawValue))
  }

  @Test func `what is written is read`() {
    var writer = WireWriter(.exec, id: 77, descriptors: 1)
    writer.field(.cwd, "/a\u{0}b")
    writer.field(.keep, [1, UInt64.max])
    let message = WireMessage(writer.bytes)
    #expect(message?.kind == .exec)
    #expect(message?.id == 77)
    #expect(message?.first(.cwd).map { WireMessage.text($0) } == "/ab")
    #expect(message?.first(.keep).map { WireMessage.number($0, 8) as UInt64 } == .max)
  }

  @Test(arguments: 0..<60) func `a cut or bent message is refused or read without harm`(_ at: Int) {
    var writer = WireWriter(.exited, id: 5)
    writer.field(.status, 3)
    writer.field(.head) { $0.put(UInt32(0)) }
    writer.field(.total, [0, 9])
    var bent = writer.bytes
    if at < bent.count { bent[at] ^= 0xff }
    for bytes in [bent, Array(writer.bytes.prefix(at))] {
      guard let message = WireMessage(bytes) else { continue }
      _ = CommandResult(message, splitsError: true)
    }
  }
}

@Suite struct ControlGroupTests {
  @Test func `an owner's name says who it is`() throws {
    let owner = GroupOwner.next()
    #expect(GroupOwner(name: owner.name) == owner)
    #expect(!owner.isGone)
    #expect(GroupOwner(pid: 1, start: 1, namespace: owner.namespace, number: 0).isGone)
    #expect(!GroupOwner(pid: 1, start: 1, namespace: 1, number: 0).isGone)
    for name in ["belay", "belay-1-2-3", "belay-1-2-3-4-5", "belay-a-2-3-4", "system.slice"] {
      #expect(GroupOwner(name: name) == nil)
    }
  }

  @Test func `version 1 and version 2 get the same limits in their own words`() {
    var limits = SandboxLimits()
    limits.memoryBytes = 100 << 20
    limits.storageBytes = 28 << 20
    limits.processes = 50
    limits.cpus = 1.5
    let all: Set = ["memory", "pids", "cpu"]
    func words(_ unified: Bool) -> [String] {
      ControlGroups.settings(
        .init(folder: "/g", root: "/", unified: unified, controllers: all), limits
      ).map { "\($0)=\($1)" }
    }
    #expect(
      words(false)
        == ["memory.limit_in_bytes=134217728", "pids.max=51", "cpu.cfs_quota_us=150000"])
    #expect(
      words(true)
        == [
          "memory.max=134217728", "memory.swap.max=0", "pids.max=51", "cpu.max=150000 100000",
        ])
  }

  @Test func `groups are found in hybrid, unified and contained hosts`() {
    let hybrid = ControlGroups.parents(
      own: "4:memory:/user/a\n1:cpu,cpuacct:/\n0::/\n",
      mounts: """
        30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

        """, exists: { _ in true }, controllers: { _ in [] })
    #expect(hybrid.map(\.folder).contains("/sys/fs/cgroup/memory/user/a"))
    #expect(hybrid.last?.unified == true)
    let contained = ControlGroups.parents(
      own: "0::/docker/abc/inner\n",
      mounts: "32 25 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate\n",
      exists: { _ in true }, controllers: { _ in ["memory", "pids", "io"] })
    #expect(contained.map(\.folder) == ["/sys/fs/cgroup/inner", "/sys/fs/cgroup"])
    #expect(contained.first?.controllers == ["memory", "pids", "io"])
    let delegated = ControlGroups.parents(
      own: "0::/user.slice/run-1.scope/belay-self\n",
      mounts: "32 25 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", exists: { _ in true },
      controllers: { _ in ["pids"] })
    #expect(delegated.first?.folder == "/sys/fs/cgroup/user.slice/run-1.scope")
  }
}
