internal import Base
internal import Platform

/// The folders that stand under every trial: a bare system, and what a verifier must not take from an agent.
///
/// Nothing of the host is shown but `/usr`, which is bound in by the sandbox; the few files of `/etc` that
/// programs need are copied once or written fresh.
struct SystemLayer {
  /// The lowest layer of every root.
  static func writeBase(to root: String) throws(BelayError) {
    for (folder, mode) in folders {
      try Files.makeDirectory(Path.join(root, folder), mode: mode)
      try Files.setMode(Path.join(root, folder), mode)
    }
    try linkSystem(in: root)
    try copyConfiguration(configuration, to: root)
    for (path, text) in written {
      try Files.write(Array(text.utf8), to: Path.join(root, path), durable: false)
    }
    try Files.link("../usr/lib/os-release", at: Path.join(root, "etc/os-release"))
    try Files.link("/usr/share/zoneinfo/UTC", at: Path.join(root, "etc/localtime"))
  }

  /// The layer above a judged root: it hides whatever the agent put where programs of the verifier look
  /// before they look at the verifier.
  ///
  /// `/usr/lib/python3.11/sitecustomize.py` is a link into `/etc`, `/usr/bin/awk` one into
  /// `/etc/alternatives`, `/etc/perl` comes first in Perl's path, and the dynamic linker reads
  /// `/etc/ld.so.preload`: each of them would run an agent's code inside the verifier.
  static func writeTrusted(to root: String) throws(BelayError) {
    for folder in ["etc", "tests", "logs/verifier", "proc", "dev", "usr", "run/belay"] {
      try Files.makeDirectory(Path.join(root, folder))
    }
    try linkSystem(in: root)
    try copyConfiguration(trustedConfiguration, to: root)
    for (path, text) in written where !path.hasSuffix("passwd") && !path.hasSuffix("group") {
      try Files.write(Array(text.utf8), to: Path.join(root, path), durable: false)
    }
    try Files.write(
      Array(Accounts.plainForJudge.utf8), to: Path.join(root, "etc/passwd"), durable: false)
    for path in hidden {
      let path = Path.join(root, path)
      try Files.makeDirectory(Path.parent(path))
      try Files.write([], to: path, durable: false)
    }
    for python in try Files.names(in: "/usr/lib") where python.hasPrefix("python3.") {
      let path = Path.join(root, "etc/\(python)/sitecustomize.py")
      try Files.makeDirectory(Path.parent(path))
      try Files.write(Array(systemFirst.utf8), to: path, durable: false)
    }
  }

  // Hidden by an empty file, which hides a folder of the same name too: what programs read at their
  // start-up and may run code from. Nothing that a task would have an agent write stands among them.
  private static let hidden = [
    // The linker, login shells, and shells and interpreters that read a file of /etc in any case.
    "etc/ld.so.preload", "etc/profile.d", "etc/zsh", "etc/zshenv", "etc/zshrc", "etc/zprofile",
    "etc/fish", "etc/csh.cshrc", "etc/csh.login", "etc/ksh.kshrc", "etc/mkshrc", "etc/perl",
    "etc/php", "etc/R", "etc/gemrc", "var/lib/gems", "etc/npmrc", "etc/pip.conf", "etc/xdg",
    // Tools that run what their configuration names.
    "etc/gitconfig", "etc/environment", "etc/gdb", "etc/vim", "var/lib/vim", "etc/nvim",
    "etc/emacs", "etc/apt/apt.conf", "etc/apt/apt.conf.d", "etc/dpkg/dpkg.cfg",
    "etc/dpkg/dpkg.cfg.d", "etc/wgetrc", "etc/parallel", "etc/sysless", "etc/syslesskey",
    "etc/gnupg/gpg.conf", "etc/mercurial", "etc/subversion", "etc/gnutls", "etc/pkcs11",
    "etc/gss", "etc/krb5.conf", "etc/mailcap",
    // pytest takes its root and its plug-ins from an ini file in a parent of the tests.
    "conftest.py", "pytest.ini",
  ]

  // `python3 -c`, `python3 -m` and a program on standard input look for modules in the working folder
  // first, where an agent's `json.py` would be the verifier's. A script's own folder stays first.
  private static let systemFirst =
    "import sys\n"
      + """

      class SystemFirst:
          def __init__(self, finder, path):
              self.finder, self.path = finder, path

          def find_spec(self, name, path=None, target=None):
              return self.finder.find_spec(name, self.path, target) if path is None else None


      if sys.argv[:1] in ([""], ["-"], ["-c"], ["-m"]) and not sys.flags.safe_path:
          sys.meta_path.insert(-1, SystemFirst(sys.meta_path[-1], list(sys.path)))
      del SystemFirst

      """

  private static let folders: [(String, UInt32)] = [
    ("app", 0o755), ("root", 0o700), ("home", 0o755), ("tmp", 0o1777), ("var/tmp", 0o1777),
    ("var/log", 0o755), ("var/lib", 0o755), ("var/cache", 0o755), ("var/spool", 0o755),
    ("var/run", 0o755), ("opt", 0o755), ("srv", 0o755), ("mnt", 0o755), ("media", 0o755),
    ("run/belay", 0o755), ("etc", 0o755), ("usr", 0o755), ("proc", 0o755), ("dev", 0o755),
    ("sys", 0o755), ("logs/agent", 0o755), ("logs/artifacts", 0o755),
  ]

  private static let written = [
    ("etc/passwd", Accounts.passwd(for: nil)),
    ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    ("etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"),
    ("etc/hostname", "sandbox\n"),
    ("etc/resolv.conf", ""),
    ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\n"),
    ("etc/timezone", "Etc/UTC\n"),
    ("etc/environment", ""),
  ]

  private static let configuration =
    trustedConfiguration + [
      "debian_version", "services", "protocols", "terminfo", "shells", "login.defs", "skel", "perl",
      "host.conf",
    ]

  private static let trustedConfiguration = [
    "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "profile", "bash.bashrc",
    "inputrc", "python3.11", "python3.12", "python3.13", "ssl/openssl.cnf", "magic", "magic.mime",
    "mime.types", "ImageMagick-6", "ImageMagick-7",
  ]

  private static func linkSystem(in root: String) throws(BelayError) {
    for name in ["bin", "sbin", "lib", "lib64", "lib32", "libx32"] {
      switch Files.kind("/\(name)") {
      case .link: try Files.link(Files.linkTarget("/\(name)"), at: Path.join(root, name))
      case .directory: try Files.makeDirectory(Path.join(root, name))
      default: break
      }
    }
  }

  private static func copyConfiguration(_ names: [String], to root: String) throws(BelayError) {
    for name in names {
      let source = "/etc/\(name)"
      let target = Path.join(root, "etc/\(name)")
      switch Files.kind(source) {
      case .directory where name == "alternatives": try linkAlternatives(in: target)
      case .directory: try TreeCopy().copy(from: source, to: target)
      case .regular, .link: try TreeCopy().copyFile(from: source, to: target)
      default: break
      }
    }
  }

  // Links to manual pages are left out: no task needs them, and making files is what costs time here.
  private static func linkAlternatives(in target: String) throws(BelayError) {
    try Files.makeDirectory(target)
    for name in try Files.names(in: "/etc/alternatives") {
      guard let leadsTo = try? Files.linkTarget("/etc/alternatives/\(name)"),
        !leadsTo.contains("/man/")
      else { continue }
      try Files.link(leadsTo, at: Path.join(target, name))
    }
  }
}
