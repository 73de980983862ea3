internal import Base
internal import Platform
internal import Sandbox

/// What an agent may have laid out for its judge, looked for before the judge is let in.
///
/// Most of what could run an agent's code inside a verifier has a fixed place and lies under the trusted
/// cover (`SystemLayer`). This is the rest, which depends on what the agent wrote: where uid 0 is at home,
/// which repositories there are, which links wait in the shared temporary folders.
struct Snares: Sendable {
  /// Folders, as paths inside, in which git finds a repository.
  var repositories: [String] = []
  /// Links below a temporary folder that lead out of their own entry of it.
  var links: [[UInt8]] = []
  /// The accounts as a judge may see them; nil when those of the trusted cover serve.
  var accounts: [UInt8]?
  /// Whether there was more than could be looked at.
  var isCut = false

  /// More repositories than this are nobody's honest work.
  static let repositoryLimit = 2_000

  /// How much is looked at: more than the inodes of a trial, so that nobody hides behind a crowd.
  static let entries = 500_000
  private static let depth = 64
  static let time = Duration.seconds(10)
  static let accountBytes = 1 << 20

  /// Looks through a trial's root when all of its processes are dead; only at its accounts when nobody
  /// has had the chance to lay anything out.
  static func find(in root: SandboxFolder, everywhere: Bool) async throws -> Snares {
    if let changes = root.changedPaths {
      return try await find(in: root, changes: everywhere ? changes : nil)
    }
    return try await root.read { top in
      var search = Search(budget: entries)
      if everywhere { try search.enter(top, at: [], depth: 0) }
      var snares = search.snares
      if let etc = try? top.folder(Array("etc".utf8)),
        let written = try? etc.file(Array("passwd".utf8), limit: accountBytes)
      {
        let judged = Accounts.forJudge(written)
        snares.accounts = judged == Array(Accounts.plainForJudge.utf8) ? nil : judged
      }
      return snares
    }
  }

  /// Whether nothing has to be done inside before a judge begins.
  var isEmpty: Bool { repositories.isEmpty && links.isEmpty }

  /// Why a judge cannot be let in; nil when it can.
  var obstacle: String? {
    if isCut { return "what was left is too much to be looked through" }
    if repositories.count > Self.repositoryLimit { return "too many repositories were left" }
    return nil
  }

  /// Takes the links away, in a phase whose writes are thrown away; by name, or all of them where there
  /// are too many or their names are no text.
  var removal: [String]? {
    if links.isEmpty { return nil }
    let names = links.compactMap { String(validating: $0, as: UTF8.self) }
    let isShort = names.count == links.count && links.reduce(0) { $0 + $1.count } < 60_000
    let remove = isShort ? #"rm -f -- "$@""# : "find /tmp /var/tmp -type l -delete"
    // Whoever closed a folder may still write through a link in it.
    let script = """
      \(remove) 2>/dev/null && exit
      find /tmp /var/tmp -type d -exec chmod u+rwx {} \\;
      \(remove)
      """
    return ["/bin/bash", "-c", script, "belay"] + (isShort ? names : [])
  }

  private struct Search {
    var snares = Snares()
    var budget: Int
    private let began = ContinuousClock.now

    init(budget: Int) { self.budget = budget }

    // Mounted over while anything runs: what lies there is not seen by anybody.
    private static let mounted = Set(["usr", "proc", "dev", "sys"].map { Array($0.utf8) })
    private static let head = Array("HEAD".utf8)
    private static let objects = Array("objects".utf8)
    private static let git = Array(".git".utf8)

    mutating func enter(_ folder: FolderReader, at path: [[UInt8]], depth: Int) throws {
      guard depth <= Snares.depth else { return }
      guard budget > 0, ContinuousClock.now - began < Snares.time else {
        return snares.isCut = true
      }
      let (entries, complete) = try folder.kinds(limit: max(0, budget))
      budget -= entries.count
      if !complete { snares.isCut = true }
      let names = Set(entries.map(\.name))
      if names.contains(Self.git) || names.isSuperset(of: [Self.head, Self.objects]),
        let text = String(validating: path.joined(separator: [47]), as: UTF8.self)
      {
        snares.repositories.append("/" + text)
      }
      let temporary = TemporaryPlace(path)
      for (name, kind) in entries {
        switch kind {
        case .directory:
          if depth == 0, Self.mounted.contains(name) { continue }
          // A folder that is closed to its owner is closed to the verifier too.
          guard let next = try? folder.folder(name) else { continue }
          try enter(next, at: path + [name], depth: depth + 1)
        case .link:
          if let temporary, temporary.isLeft(by: folder.link(name), named: name) {
            snares.links.append((path + [name]).flatMap { [47] + $0 })
          }
        case .regular, .special: break
        }
      }
    }
  }
}

/// A folder in `/tmp` or `/var/tmp`, where programs write under names that everybody knows.
///
/// A verifier that sorts what it expects into `/tmp/expected` would write it into the agent's answer
/// through a link of that name. The kernel's `protected_symlinks` cannot help, since both are one user.
struct TemporaryPlace {
  private let top: [[UInt8]]
  private let path: [[UInt8]]

  init?(_ path: [[UInt8]]) {
    let parts = [["tmp"], ["var", "tmp"]].map { $0.map { Array($0.utf8) } }
    guard let top = parts.first(where: { path.starts(with: $0) }) else { return nil }
    self.top = top
    self.path = path
  }

  // What may stay: links within one entry (a virtual environment's `lib64 -> lib`), and links to the
  // system, which nobody can write to.
  func isLeft(by target: [UInt8], named name: [UInt8]) -> Bool {
    var parts = target.first == 47 ? [] : path
    for part in target.split(separator: 47).map({ Array($0) }) where part != [46] {
      if part == [46, 46] { _ = parts.popLast() } else { parts.append(part) }
    }
    if let first = parts.first, Self.system.contains(first) { return false }
    let own = path.count > top.count ? Array(path.prefix(top.count + 1)) : top + [name]
    return !parts.starts(with: own)
  }

  private static let system = Set(
    ["usr", "bin", "sbin", "lib", "lib64", "lib32"].map { Array($0.utf8) })
}

/// The accounts of a trial; every name that is used is uid 0.
enum Accounts {
  /// Lines of `/etc/passwd` when a task names the user that its agent sees.
  static func passwd(for user: String?) -> String {
    let root = "root:x:0:0:root:/root:/bin/bash\n"
    guard let user, user != "root" else { return root + nobody }
    return "\(user):x:0:0:\(user):/home/\(user):/bin/bash\n" + root + nobody
  }

  private static let nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"

  /// The usual accounts as a judge sees them.
  static let plainForJudge = String(
    decoding: forJudge(Array(passwd(for: nil).utf8)), as: UTF8.self)

  /// The same accounts with uid 0 at home where no agent has been: sqlite3 and curl look for their
  /// start-up files where the account lives, whatever HOME says.
  static func forJudge(_ passwd: [UInt8]) -> [UInt8] {
    let lines = passwd.split(separator: 10, omittingEmptySubsequences: false).map { line in
      var fields = line.split(separator: 58, omittingEmptySubsequences: false).map { Array($0) }
      guard fields.count > 2, isRoot(fields[2]) else { return Array(line) }
      while fields.count < 7 { fields.append([]) }
      fields[5] = Array(TrialEnvironment.verifierHome.utf8)
      return Array(fields.joined(separator: [58]))
    }
    return Array(lines.joined(separator: [10]))
  }

  // As strtoul reads it: blanks and a sign may stand before the digits.
  private static func isRoot(_ field: [UInt8]) -> Bool {
    let digits = field.drop { [9, 10, 11, 12, 13, 32].contains($0) }
    let plain = digits.first == 43 || digits.first == 45 ? digits.dropFirst() : digits
    return !plain.isEmpty && plain.allSatisfy { $0 == 48 }
  }
}
