public import Base

extension Harness {
  /// The digest of the tree that these files make.
  public static func digest(of files: [HarnessFile]) -> Digest { HarnessTree.digest(files) }
}
