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
    // A file hides a folder of the same name; pytest takes rootdir from an ini file in a parent.
    for path in [
      "etc/ld.so.preload", "etc/gitconfig", "etc/environment", "etc/perl", "etc/profile.d",
      "conftest.py", "pytest.ini",
    ] {
      try Files.write([], to: Path.join(root, path), durable: false)
    }
    for python in try Files.names(in: "/usr/lib") where python.hasPrefix("python3.") {
      let path = Path.join(root, "etc/\(python)/sitecustomize.py")
      guard Files.kind(path) == nil else { continue }
      try Files.makeDirectory(Path.parent(path))
      try Files.write([], to: path, durable: false)
    }
  }

  /// Lines of `/etc/passwd` when a task names the user that its agent sees; all of them are uid 0.
  static func passwd(for user: String?) -> String {
    let root = "root:x:0:0:root:/root:/bin/bash\n"
    guard let user, user != "root" else { return root + nobody }
    return "\(user):x:0:0:\(user):/home/\(user):/bin/bash\n" + root + nobody
  }

  private static let nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"

  private static let folders: [(String, UInt32)] = [
    ("app", 0o755), ("root", 0o700), ("home", 0o755), ("tmp", 0o1777), ("var/tmp", 0o1777),
    ("var/log", 0o755), ("var/lib", 0o755), ("var/cache", 0o755), ("var/spool", 0o755),
    ("var/run", 0o755), ("opt", 0o755), ("srv", 0o755), ("mnt", 0o755), ("media", 0o755),
    ("run/belay", 0o755), ("etc", 0o755), ("usr", 0o755), ("proc", 0o755), ("dev", 0o755),
    ("sys", 0o755), ("logs/agent", 0o755), ("logs/artifacts", 0o755),
  ]

  private static let written = [
    ("etc/passwd", passwd(for: nil)),
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
      "debian_version", "services", "protocols", "mime.types", "magic", "magic.mime", "terminfo",
      "shells", "login.defs", "skel", "perl", "host.conf",
    ]

  private static let trustedConfiguration = [
    "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "profile", "bash.bashrc",
    "inputrc", "python3.11", "python3.12", "python3.13", "ssl/openssl.cnf",
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
