import Base
import Harness
import Platform
import Testing

@Suite struct HarnessLoadTests {
  @Test(arguments: ["oracle", "nop"])
  func theShippedFolderIsTheBuiltInHarness(name: String) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let shipped = try Harness.load("/\(root)/harnesses/\(name)")
    #expect(shipped.digest == Harness.builtIn(named: name)?.digest)
    #expect(shipped.kind.rawValue == name)
    #expect(shipped.id.count == 13)
  }
}
