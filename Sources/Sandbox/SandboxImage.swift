/// A file system that an engine has: what a place is made of where layers of the host will not do.
public struct SandboxImage: Sendable, Hashable {
  /// How the engine knows it for ever.
  public let id: String
  /// The user that its commands run as unless another is named; nil for root.
  public let user: String?
  /// The folder that its commands start in, when it names one.
  public let folder: String?
  /// The environment that it gives to every command.
  public let variables: [String: String]

  /// An image.
  public init(id: String, user: String?, folder: String?, variables: [String: String]) {
    self.id = id
    self.user = user
    self.folder = folder
    self.variables = variables
  }
}

/// Where an image comes from.
public struct SandboxImageSource: Sendable, Hashable {
  /// A ready image by its name; wins over a build.
  public var reference: String?
  /// The folder of a Dockerfile, which is also what it may copy from.
  public var context: String?
  /// How long getting it may take.
  public var wall: Duration
  /// For whom it is, for errors.
  public var place: String

  /// A source.
  public init(reference: String?, context: String?, wall: Duration, place: String) {
    self.reference = reference
    self.context = context
    self.wall = wall
    self.place = place
  }
}
