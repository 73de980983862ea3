import Base
import Notation
import Testing

@Suite struct DockerfileTests {
  @Test func stepsKnowWhatIsInForce() {
    let file = Dockerfile.parse(
      """
      # syntax=docker/dockerfile:1
      ARG TAG=12
      FROM debian:${TAG}-slim AS base
      ENV A=1 B="two words" C='$A' D=$A/x
      ENV OLD old form  stays
      WORKDIR /srv
      WORKDIR app
      USER root
      COPY --chmod=755 a.sh b.sh bin/
      COPY ["with space", "/x"]
      RUN echo one && \\
          # a comment between
          echo two
      RUN ["/bin/true", "$A"]
      LABEL any=thing
      """)
    #expect(file.refusals.isEmpty)
    #expect(file.base == "debian:12-slim")
    #expect(file.workdir == "/srv/app")
    #expect(
      file.variables == [
        "A": "1", "B": "two words", "C": "$A", "D": "/x", "OLD": "old form  stays",
      ])
    #expect(
      file.steps.map(\.action) == [
        .makeFolder("/srv"), .makeFolder("/srv/app"),
        .copy(sources: ["a.sh", "b.sh"], destination: "/srv/app/bin/", mode: 0o755),
        .copy(sources: ["with space"], destination: "/x", mode: nil),
        .run(["/bin/sh", "-c", "echo one &&      echo two"]), .run(["/bin/true", "$A"]),
      ])
    #expect(file.steps.last?.line == 14)
    #expect(file.steps.last?.folder == "/srv/app")
    #expect(file.steps.last?.variables["TAG"] == "12")
  }

  @Test(arguments: [
    ("ADD x /x", "line 2: ADD: needs a container"),
    ("ENTRYPOINT [\"x\"]", "line 2: ENTRYPOINT: needs a container"),
    ("VOLUME /data", "line 2: VOLUME: needs a container"),
    ("RUN apt-get update && apt-get install -y jq", "line 2: RUN: 'apt-get' needs a network"),
    ("RUN set -e; python3 -m pip install x", "line 2: RUN: 'pip install' needs a network"),
    ("RUN DEBIAN_FRONTEND=x apt-get -y install x", "line 2: RUN: 'apt-get' needs a network"),
    ("RUN [\"curl\", \"http://x\"]", "line 2: RUN: 'curl' needs a network"),
    ("RUN git clone https://x/y", "line 2: RUN: 'git clone' needs a network"),
    ("RUN --mount=type=cache,target=/x true", "line 2: RUN --mount: needs a container"),
    ("RUN <<EOF\ntrue\nEOF", "line 2: RUN: here-documents (<<) need a container"),
    ("COPY --from=x a b", "line 2: COPY --from: needs a container"),
    ("COPY --chown=bob a b", "line 2: COPY --chown: needs a container"),
    ("COPY ../a b", "line 2: COPY: a source leaves the build context"),
    ("COPY a", "line 2: COPY: needs a source and a destination"),
    ("FROM other", "line 2: FROM: a build in several stages needs a container"),
    ("RUNN true", "line 2: RUNN: is not a Dockerfile instruction; did you mean 'RUN'?"),
    ("WORKDIR", "line 2: WORKDIR: names no folder"),
  ])
  func whatNeedsAContainerIsNamedWithItsLine(line: String, refusal: String) {
    let refusals = Dockerfile.parse("FROM x\n\(line)\n").refusals.map(\.description)
    #expect(refusals.first == refusal)
  }

  @Test(arguments: [
    "RUN python3 gen.py && rm gen.py", "RUN echo 'apt-get install is said' > x",
    "RUN git init && git -c user.name=x commit -m 'pip install'", "RUN pip install --no-index /x",
    "RUN echo $((1<<4))", "RUN cat <<<word", "COPY --link . .", "COPY --chown=0:0 . /app",
    "RUN test -x /usr/bin/curl", "RUN git clone /srv/a.git b",
  ])
  func whatCanBeDoneHereIsNotRefused(line: String) {
    #expect(Dockerfile.parse("FROM x\n\(line)\n").refusals == [])
  }

  @Test func anythingAtAllCanBeParsed() {
    var seed: UInt64 = 7
    let pieces = [
      "FROM", "RUN", "COPY", "ENV", " ", "\n", "\\\n", "\\", "$", "${", "}", "\"", "'", "[", "]",
      "--", "=", "<<", "#", "a", "é", "\0", "\r\n", "ARG", "USER", "WORKDIR", "/", "..",
    ]
    for _ in 0..<3000 {
      var text = ""
      for _ in 0..<20 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(seed >> 33) % pieces.count]
      }
      let file = Dockerfile.parse(text)
      #expect(file.steps.allSatisfy { $0.line >= 1 && $0.folder.hasPrefix("/") })
      #expect(!file.base.isEmpty || !file.refusals.isEmpty)
    }
  }

  @Test func aMissingImageIsARefusal() {
    #expect(
      Dockerfile.parse("").refusals.map(\.description)
        == ["line 1: FROM: missing; a Dockerfile begins with an image"])
  }

  @Test func wordsAboutTheImageAloneChangeNothing() {
    let plain = Dockerfile.parse("FROM debian\nWORKDIR /app\n")
    let wordy = Dockerfile.parse(
      "FROM debian\nWORKDIR /app\nLABEL a=b\nEXPOSE 80\nSTOPSIGNAL TERM\nCMD [\"bash\"]\n")
    #expect(wordy == plain)
  }
}
