internal import Assets
internal import Base
internal import Facts
internal import Http
internal import Layout
internal import Ledger
internal import NightPages

/// Leads a request to the file, the page or the stream that answers it.
struct WebRouter: Sendable {
  let warm: WarmLab
  let mostListeners: Int
  let steering: WebSteering?
  /// Whether reading needs no token.
  let isOpen: Bool
  let gate: WebGuard
  let labToName: String?
  private let listeners = Locked(0)

  init(
    warm: WarmLab, mostListeners: Int, steering: WebSteering?, isOpen: Bool, gate: WebGuard,
    labToName: String? = nil
  ) {
    self.warm = warm
    self.mostListeners = mostListeners
    self.steering = steering
    self.isOpen = isOpen
    self.gate = gate
    self.labToName = labToName
  }

  private static let screens = Dictionary(
    uniqueKeysWithValues: WebScreens.all.map { ($0.name, $0) })
  private static let assets = Dictionary(uniqueKeysWithValues: Asset.all.map { ($0.name, $0) })

  /// The answer to a request, with what is said on every answer.
  func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    var response = await plainAnswer(request)
    let names = Set(response.headers.map(\.name))
    response.headers += WebGuard.headers.filter { !names.contains($0.name) }
    return response
  }

  private func plainAnswer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    let isAPI = request.path.hasPrefix("/api/")
    let isPost = request.method == "POST"
    if let refused = gate.refusal(of: request, needsToken: isPost || (isAPI && !isOpen)) {
      return refused
    }
    if isPost { return await steered(request) }
    guard request.method == "GET" || request.method == "HEAD" else {
      return HTTPServerResponse(
        status: 405, headers: [("allow", "GET, HEAD"), ("content-type", "text/plain")],
        Array("only reading\n".utf8))
    }
    guard isAPI else { return asset(request) }
    let name = String(request.path.dropFirst("/api/".count))
    let query = WebQuery(encoded: request.query)
    switch name {
    case "events": return events()
    case "about": return .json(200, about)
    case "report.html", "report.md", "report.txt":
      return await file(name, query, request)
    default:
      guard let screen = Self.screens[name] else { return .text(404, "no such page\n") }
      return await page(screen, query, request)
    }
  }

  private func page(_ screen: WebScreens.Screen, _ query: WebQuery, _ request: HTTPServerRequest)
    async -> HTTPServerResponse
  {
    let known = query.values.filter { screen.takes.contains($0.key) || $0.key == "fields" }
    let key =
      screen.name + "?"
      + known.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    let narrow = WebQuery(known)
    let answer = await warm.answer(key) { lab in
      try Self.rendered(screen, WebScreens.Place(lab: lab, query: narrow))
    }
    return response(answer, request)
  }

  /// A page as its bytes.
  static func rendered(_ screen: WebScreens.Screen, _ place: WebScreens.Place) throws
    -> WarmLab.Answer
  {
    var json = try screen.page(place).envelope(asOf: place.lab.clock.now)
    if let fields = place.query["fields"] {
      let kept = Set(fields.split(separator: ",").map(String.init))
      json["items"] = .array(
        (json["items"].array ?? []).map { item in
          .object((item.object ?? [:]).filter { kept.contains($0.key) })
        })
    }
    // The same page at another moment is the same page.
    var timeless = json
    timeless["as_of"] = .null
    return WarmLab.Answer(bytes: json.utf8(), tag: Digest.of(timeless.utf8()).short)
  }

  private func response(_ answer: WarmLab.Answer, _ request: HTTPServerRequest)
    -> HTTPServerResponse
  {
    let tag = "\"\(answer.tag)\""
    var headers = [
      (name: "content-type", value: answer.type), (name: "etag", value: tag),
      (name: "cache-control", value: "no-cache"),
    ]
    if answer.status == 503 { headers.append(("retry-after", "1")) }
    if answer.status == 200, request.header("if-none-match") == tag {
      return HTTPServerResponse(status: 304, headers: headers)
    }
    return HTTPServerResponse(status: answer.status, headers: headers, answer.bytes)
  }

  // The morning page as a file that can be sent on.
  private func file(_ name: String, _ query: WebQuery, _ request: HTTPServerRequest) async
    -> HTTPServerResponse
  {
    let kept = WebQuery(query.values.filter { $0.key == "run" })
    let answer = await warm.answer("\(name)?run=\(kept["run"] ?? "")") { lab in
      let place = WebScreens.Place(lab: lab, query: kept)
      let document = try lab.night(try place.run()) { MorningPage($0).document }
      let (text, type): (String, String) =
        switch name {
        case "report.html": (document.html, "text/html; charset=utf-8")
        case "report.md": (document.markdown, "text/markdown; charset=utf-8")
        default: (document.text(width: 100), "text/plain; charset=utf-8")
        }
      return WarmLab.Answer(
        type: type, bytes: Array(text.utf8), tag: Digest.of(text).short)
    }
    var response = response(answer, request)
    if name == "report.html" {
      response.headers.append(("content-security-policy", Document.policy))
    }
    return response
  }

  private func asset(_ request: HTTPServerRequest) -> HTTPServerResponse {
    let name = request.path == "/" ? "index.html" : String(request.path.dropFirst())
    if name == "glossary.html" {
      return HTTPServerResponse(
        status: 200,
        headers: [
          ("content-type", "text/html; charset=utf-8"),
          ("content-security-policy", Document.policy), ("cache-control", "no-cache"),
        ], Array(Glossary.document.html.utf8))
    }
    guard let asset = Self.assets[name] else { return .text(404, "no such page\n") }
    let tag = "\"\(asset.digest.short)\""
    let headers = [
      (name: "content-type", value: asset.type), (name: "etag", value: tag),
      (name: "cache-control", value: "no-cache"),
    ]
    if request.header("if-none-match") == tag {
      return HTTPServerResponse(status: 304, headers: headers)
    }
    return HTTPServerResponse(status: 200, headers: headers, asset.bytes)
  }

  private var about: JSON {
    [
      "schema": "belay.about/1", "control": .bool(steering != nil), "live": true,
      "screens": .array(WebScreens.all.map { .string($0.name) }),
      "lab": labToName.map {
        [
          "option": .string(CommandPlace.option($0)),
          "words": .array(CommandPlace.readers.sorted().map(JSON.string)),
        ]
      } ?? .null,
    ]
  }

  private func events() -> HTTPServerResponse {
    let most = mostListeners
    let isIn = listeners.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
    guard isIn else {
      return HTTPServerResponse(
        status: 503, headers: [("retry-after", "30"), ("content-type", "text/plain")],
        Array("too many listen already; ask from time to time\n".utf8))
    }
    let (warm, listeners) = (warm, listeners)
    return HTTPServerResponse(
      status: 200,
      headers: [("content-type", "text/event-stream"), ("cache-control", "no-store")],
      body: .stream { writer in
        defer { listeners.withLock { $0 -= 1 } }
        var known = warm.epoch()
        try await writer.write(Array("retry: 3000\nevent: hello\ndata: \(known)\n\n".utf8))
        var quiet = 0
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(500))
          let epoch = warm.epoch()
          quiet += 1
          if epoch != known {
            known = epoch
            quiet = 0
            try await writer.write(Array("event: change\ndata: \(epoch)\n\n".utf8))
          } else if quiet >= 30 {
            // Says that it is there, so that a dead connection is noticed at both ends.
            quiet = 0
            try await writer.write(Array(":\n\n".utf8))
          }
        }
        writer.finish()
      })
  }

  private func steered(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    guard request.path == "/api/steer" else { return .text(404, "no such page\n") }
    guard let steering else {
      return .text(403, "this page only reads; belay serve --control steers\n")
    }
    guard gate.isSameOrigin(request),
      request.header("content-type")?.hasPrefix("application/json") == true
    else { return .text(403, "only the page itself may say this\n") }
    do {
      let json = try JSON.parse(request.body)
      guard let run = json["run"].string.flatMap({ RunID($0) }), let order = json["order"].string
      else { throw BelayError(.usage, "expected run and order") }
      let limits = json["limits"].object ?? [:]
      guard limits.values.allSatisfy({ $0.double != nil }) else {
        throw BelayError(.usage, "a limit is a number")
      }
      let word = WebWord(
        run: run, order: order, text: String((json["text"].string ?? "").prefix(4000)),
        reason: String((json["reason"].string ?? "").prefix(1000)),
        limits: limits.compactMapValues(\.double))
      return .json(200, try await steering(word))
    } catch let error as BelayError {
      let answer = WarmLab.failed(error)
      return HTTPServerResponse(
        status: answer.status, headers: [("content-type", answer.type)], answer.bytes)
    } catch {
      return .text(500, "it could not be said\n")
    }
  }
}

extension HTTPServerResponse {
  static func json(_ status: Int, _ json: JSON) -> HTTPServerResponse {
    HTTPServerResponse(
      status: status,
      headers: [
        ("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store"),
      ], json.utf8())
  }
}
