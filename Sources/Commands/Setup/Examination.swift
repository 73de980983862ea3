internal import Base
internal import Console
internal import Facts
internal import Fleet
internal import Layout
internal import Ledger
internal import Platform
internal import Sandbox
internal import Suite
internal import Transport
internal import Workbench

/// One thing that `doctor` looked at.
struct Finding: Sendable {
  typealias State = SandboxReport.State

  /// The headings of the page.
  enum Area: String, CaseIterable, Sendable {
    case machine, process = "process sandbox", container = "container sandbox", suite, lab,
      libraries
  }

  let area: Area
  let name: String
  let state: State
  let detail: String
  var mandatory = false

  var mark: String {
    switch state {
    case .ok: "ok  "
    case .degraded: "part"
    case .missing: mandatory ? "FAIL" : "none"
    }
  }

  var json: JSON {
    [
      "area": .string(area.rawValue), "name": .string(name), "state": .string(state.rawValue),
      "detail": .string(detail), "mandatory": .bool(mandatory),
    ]
  }
}

/// What `doctor` looks at, in the order of the page.
struct Examination {
  let call: Call
  let suite: Suite?

  func findings() async -> [Finding] {
    let host = await HostFingerprint.read(suite?.requires ?? [])
    let lab = try? LabWord.resolve(call)
    return machine(host) + (await sandboxes(lab)) + requirements(host) + labFindings(lab)
      + libraries(lab)
  }

  private func machine(_ host: HostFingerprint) -> [Finding] {
    let memory = Machine.memoryBytes
    return [
      Finding(
        area: .machine, name: "system", state: .ok,
        detail: "\(host.system), Linux \(Machine.kernel), \(Machine.architecture)"),
      Finding(
        area: .machine, name: "size", state: .ok,
        detail:
          "\(Figure.plural(Machine.processors, "processor")), \(Figure.bytes(memory)) of memory"),
      Finding(
        area: .machine, name: "user", state: .ok,
        detail: ProcessIdentity.isRoot ? "root" : "not root"),
    ]
  }

  private func sandboxes(_ lab: Lab?) async -> [Finding] {
    let scratch = "/tmp/belay-doctor-\(Files.randomName())"
    defer { try? Files.removeTree(scratch) }
    var findings: [Finding] = []
    for (word, area) in [("process", Finding.Area.process), ("container", .container)] {
      do {
        try Files.makeDirectory(scratch, mode: 0o711)
        let provider = try await SandboxWord.provider(word, scratch: lab?.scratchPath ?? scratch)
        findings += await provider.probe().properties.map { property in
          Finding(
            area: area, name: property.name, state: property.state, detail: property.detail,
            mandatory: property.mandatory && area == .process)
        }
      } catch {
        findings.append(
          Finding(
            area: area, name: "start", state: .missing, detail: "\(error)",
            mandatory: area == .process))
      }
    }
    return findings
  }

  private func requirements(_ host: HostFingerprint) -> [Finding] {
    guard let suite else { return [] }
    return suite.requires.map { requirement in
      let unmet = host.unmet([requirement]).first
      return Finding(
        area: .suite, name: requirement.program, state: unmet == nil ? .ok : .missing,
        detail: unmet ?? (host.tools[requirement.program] ?? nil) ?? "", mandatory: true)
    }
  }

  private func labFindings(_ lab: Lab?) -> [Finding] {
    guard let lab else {
      return [Finding(area: .lab, name: "lab", state: .missing, detail: "none here: belay init")]
    }
    var findings: [Finding] = []
    do {
      let runs = try lab.reader().runs().count
      findings.append(
        Finding(
          area: .lab, name: "lab", state: .ok, detail: "\(lab.path), \(Figure.plural(runs, "run"))")
      )
      let holder = try lab.holder()
      findings.append(
        Finding(
          area: .lab, name: "writer", state: holder == nil ? .ok : .degraded,
          detail: holder ?? "nobody holds it"))
    } catch {
      findings.append(
        Finding(area: .lab, name: "lab", state: .missing, detail: "\(error)", mandatory: true))
    }
    if let free = DiskSpace.free(at: lab.path) {
      let isLow = free < 1 << 30
      findings.append(
        Finding(
          area: .lab, name: "disk", state: isLow ? .degraded : .ok,
          detail: "\(Figure.bytes(free)) free"))
    }
    return findings
  }

  private func libraries(_ lab: Lab?) -> [Finding] {
    var findings = [
      Finding(area: .libraries, name: "belay", state: .ok, detail: BelayVersion.current)
    ]
    if let answer = try? lab?.reader().sql("SELECT sqlite_version()"),
      let version = answer.rows.first?.first?.string
    {
      findings.append(
        Finding(area: .libraries, name: "sqlite", state: .ok, detail: version))
    }
    findings.append(
      Finding(
        area: .libraries, name: "curl", state: .ok, detail: TransportLibrary.version))
    return findings
  }
}
