import Testing

/// One thing that an agent might try: a script, and exactly what it must print.
struct HostileAttack: Sendable, CustomTestStringConvertible {
  let name: String
  let script: String
  let prints: String
  let language: Language

  enum Language: Sendable {
    case shell
    case python
  }

  init(_ name: String, _ language: Language = .shell, prints: String, _ script: String) {
    self.name = name
    self.script = script
    self.prints = prints
    self.language = language
  }

  var testDescription: String { name }

  /// The command line that runs it as the agent.
  var arguments: [String] {
    switch language {
    case .shell: ["/bin/bash", "-c", script]
    case .python: ["/usr/bin/python3", "-IS", "-c", Self.prelude + script]
    }
  }

  // What the Python attacks share: a raw system call and the name of what it answered.
  private static let prelude = """
    import ctypes, errno, os, sys
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    def call(number, *arguments):
        ctypes.set_errno(0)
        fixed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
        result = libc.syscall(ctypes.c_long(number), *fixed)
        if result >= 0: return 'DONE'
        return errno.errorcode[ctypes.get_errno()]
    def attempt(action):
        try: action()
        except OSError as error: return errno.errorcode[error.errno]
        return 'DONE'

    """
}
