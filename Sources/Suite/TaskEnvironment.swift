public import Notation

/// `[environment]`: the place that a task is worked on or judged in.
public struct TaskEnvironment: Sendable, Hashable {
  /// The network that the task asks for; nil when it says nothing.
  public let network: NetworkPolicy?
  /// How long the whole start may take.
  public let buildTimeout: Duration
  /// A prepared image, in place of a Dockerfile.
  public internal(set) var image: String?
  /// The system inside.
  public let system: TaskSystem
  /// Processors, where limited.
  public internal(set) var cpus: Double?
  /// Memory in MiB, where limited.
  public internal(set) var memoryMB: Int?
  /// Disk in MiB, where limited.
  public internal(set) var storageMB: Int?
  /// Graphics processors.
  public let gpus: Int
  /// Types of graphics processor that will do; empty for any.
  public let gpuTypes: [String]
  /// A slice of tensor processors.
  public let tpu: TensorSlice?
  /// Environment variables, templates not resolved.
  public let variables: [String: String]
  /// The working folder, where it differs from the Dockerfile's.
  public let workdir: String?
  /// A folder inside whose content is offered to the agent as skills.
  public let skillsFolder: String?
  /// MCP servers for the agent.
  public let mcpServers: [McpServer]
  /// What must succeed before the agent starts.
  public let healthcheck: Healthcheck?
  /// The build context on the host; nil when there is only an image.
  public internal(set) var folder: String?
  /// Names of the definitions found in `folder`, such as `Dockerfile` and `docker-compose.yaml`.
  public internal(set) var definitions: [String]
  /// The Dockerfile, read; nil when there is none.
  public internal(set) var dockerfile: Dockerfile?

  /// Whether services of Docker Compose are asked for.
  public var usesCompose: Bool { definitions.contains("docker-compose.yaml") }

  /// The folder that commands start in: `workdir`, else the Dockerfile's last WORKDIR, else `/app`.
  public var startFolder: String { workdir ?? dockerfile?.workdir ?? "/app" }

  func with(image: String?, context: BuildContext?) -> TaskEnvironment {
    var copy = self
    copy.image = image
    copy.folder = context?.folder
    copy.definitions = context?.definitions ?? []
    copy.dockerfile = context?.dockerfile
    return copy
  }
}

/// A folder that an image could be built from.
struct BuildContext {
  let folder: String?
  let definitions: [String]
  let dockerfile: Dockerfile?

  /// Whether Harbor would build an image from it.
  var isDefinition: Bool {
    definitions.contains("Dockerfile") || definitions.contains("docker-compose.yaml")
  }
}

/// The operating system of a task.
public enum TaskSystem: String, Sendable, Hashable, CaseIterable {
  /// Paths from `/`, scripts in `.sh`.
  case linux
  /// Paths from `C:/`, scripts in `.bat`.
  case windows
}

/// `[environment.tpu]`
public struct TensorSlice: Sendable, Hashable {
  /// The type, such as `v6e`.
  public let type: String
  /// The shape, `2x4` or `2x2x1`.
  public let topology: String
}

/// What network a phase may see.
public struct NetworkPolicy: Sendable, Hashable {
  /// The three modes.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// The whole internet.
    case open = "public"
    /// None at all.
    case none = "no-network"
    /// Some hosts.
    case allowlist
  }

  /// The mode.
  public let mode: Mode
  /// The hosts of an allow-list: names, `*.suffix`, addresses and ranges, in lower case.
  public let hosts: [String]

  /// Makes a policy.
  public init(_ mode: Mode, hosts: [String] = []) {
    self.mode = mode
    self.hosts = hosts
  }
}

/// A command that is tried until it succeeds, as Docker's HEALTHCHECK.
public struct Healthcheck: Sendable, Hashable {
  /// The shell command; exit code 0 is healthy.
  public let command: String
  /// Time between two tries.
  public let interval: Duration
  /// How long one try may take.
  public let timeout: Duration
  /// Time at the start in which failures do not count.
  public let startPeriod: Duration
  /// Time between two tries within it.
  public let startInterval: Duration
  /// Failures in a row that are too many.
  public let retries: Int
}

/// `[[environment.mcp_servers]]`
public struct McpServer: Sendable, Hashable {
  /// How it is spoken to.
  public enum Transport: String, Sendable, Hashable, CaseIterable {
    /// A child process.
    case stdio
    /// Server-sent events over HTTP.
    case sse
    /// Streamable HTTP.
    case streamableHttp = "streamable-http"
  }

  /// Its name.
  public let name: String
  /// How it is spoken to.
  public let transport: Transport
  /// Where it is, for HTTP.
  public let url: String?
  /// What starts it, for stdio.
  public let command: [String]
  /// HTTP headers, credentials as `${VAR}` only.
  public let headers: [String: String]
}
