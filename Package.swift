// swift-tools-version: 6.2
import PackageDescription

/// What every Swift module is built with: Swift 6, no warnings, explicit Sendable.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
]

/// Modules that touch no C carry the memory-safety check as well.
let pure: [SwiftSetting] = house + [.strictMemorySafety()]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = pure
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: house)
}

/// A sanitizer's run time cannot be linked whole: what goes into `standalone` programs has none.
let plainC: [CSetting] = [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-fno-sanitize=all"])]

/// A C program linked whole and without Swift's run time, so that it starts at once (0.38 ms against
/// 0.52 ms with it) and works where no library is mounted.
func standalone(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  let link = [
    "-static-executable", "-nostartfiles", "-Xclang-linker", "-fno-sanitize=all",
  ]
  return .executableTarget(
    name: name, dependencies: dependencies, cSettings: plainC,
    linkerSettings: [.unsafeFlags(link)])
}

let package = Package(
  name: "belay",
  products: [
    .executable(name: "belay", targets: ["belay"]),
    .executable(name: "belay-launch", targets: ["belay-launch"]),
  ],
  targets: [
    // System libraries and the calls that Swift cannot make.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CSystem", cSettings: [.define("_GNU_SOURCE")]),
    .target(name: "CToml"),
    .target(name: "CAssets", exclude: ["files"]),
    .target(name: "CLaunch", cSettings: plainC),
    standalone("belay-launch", ["CLaunch"]),
    standalone("bench-floor", ["CLaunch"]),
    .executableTarget(name: "bench-calls", dependencies: ["CCurl"], cSettings: plainC),

    // Floor 0
    module("Base", ["CCrypto", "CToml", "CSystem"], settings: house),
    // Floor 1
    module("Stats", ["Base"]),
    module("Facts", ["Base"]),
    module("Layout", ["Base"]),
    module("Notation", ["Base"]),
    module("Platform", ["Base", "CSystem", "CLaunch"], settings: house),
    module("Database", ["Base", "CSQLite"], settings: house),
    module("Archive", ["Base", "CArchive", "CZstd"], settings: house),
    module("Transport", ["Base", "CCurl", "CSystem"], settings: house),
    module("Http", ["Base", "CSystem", "CMicrohttpd"], settings: house),
    module("Dialect", ["Base"]),
    module("Assets", ["Base", "CAssets"], settings: house),
    module("Signing", ["Base", "CCrypto"], settings: house),
    // Floor 2
    module("Ledger", ["Base", "Facts", "Platform", "Database", "Archive"]),
    module("Suite", ["Base", "Platform", "Notation"]),
    module("Harness", ["Base", "Platform", "Notation"]),
    module("Interchange", ["Base", "Platform"]),
    module("Sandbox", ["Base", "Platform", "Archive"]),
    module("Model", ["Base", "Platform", "Transport", "Dialect"]),
    module("DialectServer", ["Base", "Dialect"]),
    module("Rehearsal", ["Base", "Platform", "Layout", "Dialect"]),
    module("Plots", ["Base", "Layout"]),
    // Floor 3
    module("Containers", ["Base", "Platform", "Archive", "Sandbox"]),
    module("RehearsalServer", ["Base", "Http", "Dialect", "DialectServer", "Rehearsal"]),
    module("Hands", ["Base", "Platform", "Dialect", "Harness", "Sandbox"]),
    module(
      "Trial",
      ["Base", "Platform", "Notation", "Facts", "Suite", "Harness", "Interchange", "Sandbox"]),
    module("Score", ["Base", "Facts", "Layout", "Stats", "Ledger"]),
    module("Calls", ["Base", "Facts", "Database", "Ledger"]),
    module("NightLog", ["Base", "Database", "Layout", "Ledger"]),
    module("Climb", ["Base", "Stats"]),
    module("Metering", ["Base", "Dialect", "Model"]),
    module("Evidence", ["Base", "Database", "Facts", "Ledger", "Suite"]),
    module("Deciphering", ["Base", "Platform", "Suite"]),
    module("Components", ["Base", "Harness"]),
    module("Climbs", ["Base", "Platform", "Archive", "Interchange"]),
    // Floor 4
    module("Experiment", ["Base", "Platform", "Model", "Climb"]),
    module("Selftest", ["Base", "Stats", "Climb"]),
    module("ClimbAudit", ["Base", "Stats", "Layout", "Climbs"]),
    module(
      "Screens",
      [
        "Base", "Platform", "Notation", "Stats", "Suite", "Harness", "Components", "Climb",
        "Deciphering",
      ]),
    module("Reflection", ["Base", "Stats", "Dialect", "Harness", "Components", "Climb"]),
    module(
      "Gateway",
      [
        "Base", "Platform", "Archive", "Http", "Dialect", "DialectServer", "Notation", "Harness",
        "Interchange", "Model", "Trial",
      ]),
    module(
      "Brain",
      [
        "Base", "Platform", "Dialect", "Interchange", "Model", "Harness", "Sandbox", "Hands",
        "Trial",
      ]),
    module(
      "Proposers",
      [
        "Base", "Platform", "Dialect", "Facts", "Suite", "Harness", "Interchange", "Sandbox",
        "Trial", "Climb", "Components", "Evidence",
      ]),
    // Floor 5
    module(
      "MetaAgent",
      [
        "Base", "Dialect", "Facts", "Suite", "Harness", "Model", "Climb", "Components", "Evidence",
        "Proposers",
      ]),
    module(
      "Fleet",
      [
        "Base", "Platform", "Facts", "Ledger", "Calls", "Suite", "Harness", "Sandbox", "Dialect",
        "Model", "Metering", "Trial", "Gateway", "Brain",
      ]),
    module("Notices", ["Base", "Layout", "Platform", "Climb", "Experiment"]),
    module("Report", ["Base", "Stats", "Facts", "Layout", "Ledger", "Score"]),
    module(
      "NightReading",
      [
        "Base", "Stats", "Facts", "Layout", "Platform", "Archive", "Ledger", "NightLog", "Climb",
        "Score",
      ]),
    module(
      "Inspection",
      [
        "Base", "Facts", "Layout", "Stats", "Ledger", "NightLog", "Calls", "Interchange", "Score",
      ]),
    module(
      "Survey",
      [
        "Base", "Stats", "Facts", "Layout", "Plots", "Ledger", "Calls", "Harness", "Components",
        "Climb", "NightReading", "Report", "Score",
      ]),
    module(
      "NightPages",
      [
        "Base", "Stats", "Facts", "Layout", "Ledger", "NightLog", "Climb", "Inspection",
        "NightReading",
      ]),
    // Floor 6
    module(
      "Night",
      [
        "Base", "Platform", "Facts", "Ledger", "NightLog", "Suite", "Harness", "Model", "Dialect",
        "Trial", "Climb", "Components", "Fleet", "Proposers", "Http", "Calls", "Reflection",
      ]),
    module(
      "Exchange",
      [
        "Base", "Stats", "Platform", "Facts", "Ledger", "Calls", "Interchange", "Score",
        "Inspection", "Climb", "Climbs",
      ]),
    module("Lessons", ["Base", "Facts", "Layout", "Stats", "Ledger", "Climb", "NightReading"]),
    module("Console", ["Base", "Layout", "Platform"]),
    module("ToolServer", ["Base"]),
    module(
      "Web",
      [
        "Base", "Facts", "Layout", "Platform", "Http", "Assets", "Ledger", "Harness", "Climb",
        "Report", "NightReading", "NightPages", "Inspection", "Plots", "Survey",
      ]),
    module(
      "Live",
      [
        "Base", "Stats", "Facts", "Layout", "Platform", "Ledger", "Calls", "Climb", "NightReading",
      ]),
    module(
      "Bundles",
      [
        "Base", "Platform", "Archive", "Signing", "Stats", "Facts", "Layout", "Harness", "Ledger",
        "NightLog", "Climb", "NightReading", "Calls", "Dialect", "Model",
      ]),
    // Floor 7
    module(
      "Workbench",
      [
        "Base", "Brain", "Climb", "Console", "Containers", "Dialect", "Facts", "Fleet", "Gateway",
        "Harness", "Http", "Inspection", "Layout", "Ledger", "Metering", "Model", "Night",
        "NightReading", "Notation", "Platform", "Rehearsal", "Sandbox", "Suite", "Survey", "Trial",
      ]),
    // Floor 8
    module(
      "NightCommands",
      [
        "Base", "Brain", "Bundles", "Calls", "Climb", "Components", "Console", "Deciphering",
        "Dialect",
        "Evidence", "Experiment", "Facts", "Fleet", "Harness", "Http", "Layout", "Ledger",
        "Lessons", "MetaAgent", "Metering", "Model", "Night", "NightLog", "NightPages",
        "NightReading", "Notices", "Platform", "Proposers", "Reflection", "Report", "Sandbox",
        "Screens", "Signing", "Stats",
        "Suite", "Trial", "Web", "Workbench",
      ]),
    module(
      "ScreenCommands",
      [
        "Base", "Climb", "ClimbAudit", "Climbs", "Console", "Exchange", "Facts", "Harness",
        "Inspection", "Layout", "Ledger", "Lessons", "Live", "NightLog", "NightPages",
        "NightReading", "Platform", "Report", "Suite", "Survey", "Workbench",
      ]),
    // Floor 9
    module(
      "Commands",
      [
        "Base", "Console", "Dialect", "Exchange", "Experiment", "Facts", "Fleet", "Harness",
        "Interchange", "Layout", "Ledger", "Metering", "Model", "Night", "Notation", "Platform",
        "Rehearsal", "RehearsalServer", "Sandbox", "Score", "Selftest", "Stats", "Suite",
        "NightPages", "ToolServer", "Transport", "Web", "NightCommands", "ScreenCommands",
        "Workbench",
      ]),
    // Floor 10
    .executableTarget(name: "belay", dependencies: ["Commands"], swiftSettings: house),
    .executableTarget(
      name: "belay-bench",
      dependencies: [
        "Base", "Platform", "Transport", "Dialect", "Facts", "Ledger", "Suite", "Harness",
        "Sandbox", "Http", "Gateway", "Model", "Metering", "Brain", "Fleet", "Report", "Trial",
        "Climb", "Selftest", "NightLog", "NightPages", "NightReading", "Layout",
      ],
      swiftSettings: house),

    tests("Base", ["Base"]),
    // Random numbers that a seed decides.
    .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: house),
    tests("Stats", ["Stats", "Base", "Platform", "Seeded"]),
    tests("Platform", ["Platform", "Base"]),
    tests("Database", ["Database", "Base"]),
    tests("Archive", ["Archive", "Base", "Platform", "Seeded"]),
    tests("Ledger", ["Ledger", "Calls", "NightLog", "Facts", "Base", "Platform", "Database"]),
    tests("Layout", ["Layout"]),
    tests("Plots", ["Plots", "Archive", "Layout", "Base"]),
    // A server that does exactly what a test says, for the tests of whatever sends requests.
    .target(
      name: "Loopback", dependencies: ["Base"], path: "Tests/Loopback", swiftSettings: house),
    tests("Transport", ["Transport", "Base", "Platform", "Loopback"]),
    tests("Http", ["Http", "Base", "Platform", "Loopback"]),
    tests("Dialect", ["Dialect", "Base", "Platform"]),
    tests("DialectServer", ["DialectServer", "Dialect", "Base"]),
    tests("Metering", ["Metering", "Model", "Dialect", "Base", "Seeded"]),
    tests(
      "Model",
      ["Model", "Dialect", "Transport", "Http", "Base", "Platform", "Loopback", "Seeded"]),
    tests(
      "Rehearsal",
      [
        "Rehearsal", "Dialect", "Base", "Platform", "Facts", "Suite", "Harness", "Sandbox", "Trial",
      ]),
    tests(
      "RehearsalServer",
      ["RehearsalServer", "Rehearsal", "Dialect", "DialectServer", "Transport", "Base", "Platform"]),
    tests("Hands", ["Hands", "Dialect", "Harness", "Sandbox", "Base", "Platform"]),
    tests(
      "Gateway",
      [
        "Gateway", "Model", "Metering", "Dialect", "DialectServer", "Harness", "Http",
        "Interchange", "Transport", "Trial", "Archive", "Base", "Platform", "Loopback",
      ]),
    tests(
      "Brain",
      [
        "Brain", "Hands", "Model", "Dialect", "Harness", "Interchange", "Sandbox", "Suite", "Trial",
        "Facts", "Base", "Platform",
      ]),
    tests("Notation", ["Notation", "Base"]),
    tests("Suite", ["Suite", "Base", "Platform", "Notation"]),
    tests("Harness", ["Harness", "Base", "Platform"]),
    tests("Components", ["Components", "Harness", "Base", "Platform", "Seeded"]),
    tests(
      "Screens",
      ["Screens", "Deciphering", "Components", "Climb", "Harness", "Suite", "Base", "Platform"]),
    tests(
      "Reflection",
      ["Reflection", "Components", "Climb", "Dialect", "Harness", "Rehearsal", "Base", "Platform"]),
    tests("Interchange", ["Interchange", "Base", "Platform"]),
    tests("Sandbox", ["Sandbox", "Base", "Platform", "CLaunch"]),
    tests("Containers", ["Containers", "Sandbox", "Archive", "Base", "Platform"]),
    tests(
      "Trial", ["Trial", "Base", "Platform", "Facts", "Suite", "Harness", "Sandbox"]),
    tests(
      "Fleet",
      [
        "Fleet", "Base", "Platform", "Facts", "Ledger", "Calls", "Suite", "Harness", "Sandbox",
        "Dialect", "Model", "Metering", "Trial",
      ]),
    tests(
      "Report",
      [
        "Report", "Inspection", "Score", "Exchange", "Layout", "Stats", "Base", "Facts", "Ledger",
        "Platform", "Interchange", "Calls", "Climb", "Climbs", "NightLab",
      ]),
    tests(
      "Proposers",
      [
        "Proposers", "MetaAgent", "Evidence", "Climb", "Components", "Facts", "Ledger", "Suite",
        "Harness",
        "Sandbox", "Trial", "Gateway", "Http", "Model", "Dialect", "Rehearsal", "Base", "Platform",
      ]),
    tests("Climb", ["Climb", "Selftest", "Stats", "Base"]),
    tests("Climbs", ["Climbs", "Base", "Platform", "Seeded"]),
    tests("ClimbAudit", ["ClimbAudit", "Climbs", "Stats", "Base", "Seeded"]),
    // A lab with a night whose facts a test hands over.
    .target(
      name: "NightLab",
      dependencies: [
        "Base", "Stats", "Facts", "Platform", "Ledger", "NightLog", "Climb", "NightReading",
        "Harness",
      ], path: "Tests/NightLab", swiftSettings: house),
    tests(
      "NightReading",
      [
        "NightLab", "NightReading", "NightLog", "Climb", "Selftest", "Ledger", "Facts", "Base",
        "Platform",
      ]),
    tests(
      "NightPages",
      [
        "NightLab", "NightPages", "NightReading", "NightLog", "Climb", "Selftest", "Ledger",
        "Layout", "Facts", "Stats", "Base", "Platform",
      ]),
    tests(
      "Lessons",
      ["Lessons", "NightLab", "Ledger", "Facts", "Climb", "Layout", "Base"]),
    tests("Notices", ["Notices", "Experiment", "Climb", "Base", "Platform"]),
    tests(
      "Survey",
      [
        "Survey", "NightLab", "Harness", "NightReading", "NightLog", "Climb", "Selftest", "Plots",
        "Ledger",
        "Layout", "Facts",
        "Stats", "Base", "Platform",
      ]),
    tests(
      "Web",
      [
        "Web", "Assets", "NightLab", "NightPages", "NightReading", "NightLog", "Climb", "Http",
        "Ledger", "Layout", "Facts", "Base", "Platform", "Survey", "Harness",
      ]),
    tests(
      "Live",
      [
        "Live", "NightLab", "NightReading", "NightLog", "Climb", "Calls", "Ledger", "Layout",
        "Facts",
        "Stats", "Base", "Platform",
      ]),
    tests("Experiment", ["Experiment", "Climb", "Model", "Base", "Platform"]),
    tests("Console", ["Console", "Base", "Platform"]),
    tests("ToolServer", ["ToolServer", "Base"]),
    tests(
      "Bundles",
      [
        "Archive", "Bundles", "NightLab", "NightLog", "Selftest", "Climb", "Ledger", "Harness",
        "Facts",
        "Signing", "Layout", "Base", "Platform", "Seeded", "Model", "Dialect",
      ]),
    tests(
      "Commands",
      [
        "Commands", "NightCommands", "Workbench", "Console", "ToolServer", "Base", "Platform",
        "Facts", "Layout", "Ledger",
        "Night", "NightLab", "NightLog",
        "Climb",
        "Harness", "Model",
        "Loopback",
      ]),
  ],
  cxxLanguageStandard: .cxx17
)
