import Base
import Notation
import Platform
import Suite
import Testing

@Suite struct CopyPlanTests {
  @Test func copiesFollowTheRulesOfDocker() throws {
    try TaskFolder.with { folder in
      try folder.task(
        "one",
        dockerfile: """
          FROM x
          WORKDIR /app
          COPY . .
          COPY data /srv/data
          COPY *.txt /txt/
          COPY a.txt /b.txt
          """)
      try folder.write("one/environment/a.txt", "a")
      try folder.write("one/environment/b.txt", "b", mode: 0o755)
      try folder.write("one/environment/data/in/x", "x")
      try folder.write("one/environment/data/skip.log", "x")
      try folder.write("one/environment/.dockerignore", "Dockerfile\n.dockerignore\n**/*.log\n")
      let environment = try folder.only().environment
      let steps = environment.dockerfile?.steps ?? []
      let copies = try steps.map { step in
        try environment.entries(of: step).map { entry in
          "\(Path.last(entry.source)) \(entry.destination) \(String(entry.mode, radix: 8))"
        }
      }
      #expect(
        copies == [
          [],
          [
            "environment /app 755", "a.txt /app/a.txt 644", "b.txt /app/b.txt 755",
            "data /app/data 755", "in /app/data/in 755", "x /app/data/in/x 644",
          ],
          ["data /srv/data 755", "in /srv/data/in 755", "x /srv/data/in/x 644"],
          ["a.txt /txt/a.txt 644", "b.txt /txt/b.txt 755"], ["a.txt /b.txt 644"],
        ])
    }
  }

  @Test func aCopyOfNothingNamesFileAndLine() throws {
    try TaskFolder.with { folder in
      try folder.task("one", dockerfile: "FROM x\nCOPY gone /x\n")
      let environment = try folder.only().environment
      let step = try #require(environment.dockerfile?.steps.first)
      let error = #expect(throws: BelayError.self) { try environment.entries(of: step) }
      #expect(error?.message == "COPY: there is no 'gone' in the build context")
      #expect(error?.place == "\(folder.path)/one/environment/Dockerfile:2")
    }
  }
}
