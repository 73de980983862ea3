import Foundation
import Platform
import Sandbox
import Testing

/// What an agent must not learn: tests, solution, host files, keys, other processes.
@Suite struct HostileReadTests {
  static let secret = "the-answer-is-4711"

  static let attacks = [
    HostileAttack("tests and solution by path", prints: "") {
      "cat /tests/* /solution/* /harness/* 2>/dev/null; ls -d /tests /solution 2>/dev/null"
    },
    HostileAttack("the secret anywhere but in /usr", prints: "") {
      "grep -rlsI \(secret.dropLast(4))'[4]711' / --exclude-dir=usr --exclude-dir=proc"
    },
    HostileAttack("environment of every process", prints: "") {
      "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -E 'BELAY|\(secret)'"
    },
    HostileAttack("own environment is what was given", prints: "HOME LANG PATH PWD SHLVL _") {
      "env | cut -d= -f1 | sort | tr '\\n' ' ' | sed 's/ $//'"
    },
    HostileAttack("the first process's environ, exe, root, cwd, fd, maps, mem", prints: "0") {
      """
      got=0
      for name in environ maps mem auxv stack syscall pagemap; do
        head -c1 /proc/1/$name >/dev/null 2>&1 && got=$((got+1)); done
      for name in exe root cwd; do readlink /proc/1/$name >/dev/null 2>&1 && got=$((got+1)); done
      ls /proc/1/fd >/dev/null 2>&1 && got=$((got+1)); ls /proc/1/root/ >/dev/null 2>&1 && got=$((got+1))
      echo $got
      """
    },
    HostileAttack("the first process's command line tells nothing", prints: "belay") {
      "tr -d '\\0' < /proc/1/cmdline"
    },
    HostileAttack("the host's processes", prints: "few") {
      "set -- /proc/[0-9]*; [ $# -lt 6 ] && echo few || echo $#"
    },
    HostileAttack("descriptors that were not meant", .python, prints: "[0, 1, 2]") {
      """
      open_ones = []
      for fd in range(1024):
          try: os.fstat(fd); open_ones.append(fd)
          except OSError: pass
      print(open_ones)
      """
    },
    HostileAttack("the host's passwords, homes, keys, logs", prints: "") {
      """
      cat /etc/shadow /etc/gshadow /etc/sudoers /var/log/* /etc/ssh/* 2>/dev/null
      ls -A /home /root /run /boot /srv /sys /work /var/lib/dpkg 2>/dev/null | grep -v :$ | grep .
      """
    },
    HostileAttack("host paths in the mount table", prints: "") {
      "grep -E 'belay-sandbox|/work|/home|/tmp/' /proc/self/mountinfo /proc/mounts"
    },
    HostileAttack("the host's name", prints: "sandbox sandbox sandbox") {
      "echo $(uname -n) $(cat /proc/sys/kernel/hostname) $(hostname)"
    },
    HostileAttack("the kernel's command line and keys", prints: "0 0") {
      "echo $(wc -c < /proc/cmdline) $(wc -c < /proc/keys)"
    },
    HostileAttack("kernel memory and log", prints: "0") {
      """
      got=0; for file in /proc/kcore /proc/kmsg /dev/mem /dev/kmsg /proc/1/mem /dev/vda /dev/sda; do
        head -c1 $file >/dev/null 2>&1 && got=$((got+1)); done; dmesg >/dev/null 2>&1 && got=9; echo $got
      """
    },
    HostileAttack("files by handle", .python, prints: "EPERM EPERM") {
      """
      numbers = {'x86_64': (303, 304), 'aarch64': (264, 265)}[os.uname().machine]
      buffer = ctypes.create_string_buffer(200)
      print(call(numbers[0], -100, b'/usr', buffer, ctypes.byref(ctypes.c_int()), 0),
            call(numbers[1], 0, buffer, 0))
      """
    },
    HostileAttack("unix sockets lying about", prints: "") {
      "find / -xdev -type s 2>/dev/null; find /run /tmp /var -type s 2>/dev/null"
    },
    HostileAttack("another user's rights", .python, prints: "EPERM EPERM EINVAL") {
      """
      print(attempt(lambda: os.setgroups([0])), attempt(lambda: os.chown('/usr/bin/env', 0, 0))
            .replace('EROFS', 'EPERM'), attempt(lambda: os.setuid(1000)))
      """
    },
    HostileAttack("capabilities", prints: "0000000000000000 0000000000000000 1 2") {
      "awk '/^CapEff|^CapBnd|^NoNewPrivs|^Seccomp:/ {printf \"%s%s\", s, $2; s=\" \"}' /proc/self/status"
    },
  ]

  @Test(arguments: attacks) func `is kept from`(_ attack: HostileAttack) async throws {
    setenv("BELAY_TEST_KEY", Self.secret, 1)
    try await SandboxFixture.with { fixture in
      _ = try fixture.folder("tests", ["answer.txt": Self.secret])
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let text = try await box.attack(attack)
        #expect(text == attack.prints)
      }
    }
  }
}

extension HostileAttack {
  init(
    _ name: String, _ language: Language = .shell, prints: String, _ script: () -> String
  ) {
    self.init(name, language, prints: prints, script())
  }
}

extension SandboxBox {
  /// Runs an attack and gives what it printed, without blanks at the ends.
  func attack(_ attack: HostileAttack) async throws -> String {
    let result = try await run(
      CommandSpec(
        attack.arguments,
        environment: ["PATH": "/usr/bin:/bin", "HOME": "/root", "LANG": "C.UTF-8"],
        wall: .seconds(20)))
    return result.output.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
