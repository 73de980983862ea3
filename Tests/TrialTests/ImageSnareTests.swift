import Testing

@testable import Trial

@Suite struct ImageSnareTests {
  @Test func `a folder counts as a repository when what git reads of it was changed`() {
    let changes = [
      "/app", "/app/.git/config", "/app/.git/hooks/x", "/app/sub/.git", "/srv/bare.git/HEAD",
      "/srv/other/config", "/app/src/main.c", "/.git/x", "/root/.bashrc",
    ]
    #expect(
      Snares.repositories(among: changes)
        == ["/", "/app", "/app/sub", "/srv/bare.git", "/srv/other"])
  }
}
