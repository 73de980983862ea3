internal import Base
internal import CCurl

/// A request as libcurl works on it; lives on the engine's thread alone.
final class CurlTransfer {
  let exchange: Exchange
  let easy: Easy
  /// When something last came, in nanoseconds of the engine's clock.
  var lastMoved: UInt64
  private unowned let loop: CurlLoop
  private let started: UInt64
  private var lastMoment = UInt64.max
  private var body: UnsafeMutableRawBufferPointer?
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  private var isPaused = false
  private var head = HeadReader()
  private var hasHead = false
  private var verdict: HTTPFault?

  typealias Easy = UnsafeMutableRawPointer

  init?(_ exchange: Exchange, loop: CurlLoop) {
    guard let easy = curl_easy_init() else { return nil }
    self.loop = loop
    self.exchange = exchange
    self.easy = easy
    started = loop.now
    lastMoved = loop.now
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configure(exchange.request, loop.settings)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(fields)
    body?.deallocate()
    errorText.deallocate()
  }

  /// The moment at which it will have taken too long, as things stand.
  var due: UInt64 { min(min(lastMoment, totalDue), min(headDue, stallDue)) }

  /// Why it has taken too long by now; nil when it has not.
  func overdue(_ now: UInt64) -> HTTPFault? {
    guard due <= now else { return nil }
    let limits = exchange.request.limits
    let (kind, message): (HTTPFault.Kind, String) =
      if headDue <= now {
        (.stalled, "no answer after \(limits.head ?? .zero)")
      } else if stallDue <= now {
        (.stalled, "nothing came for \(limits.stall ?? .zero)")
      } else {
        (.deadline, "no end after \(limits.total)")
      }
    return HTTPFault(kind, "\(exchange.request.place): \(message)", mayHaveArrived: true)
  }

  /// Goes on after a pause.
  func letGoOn() {
    lastMoved = loop.now
    guard isPaused else { return }
    isPaused = false
    curl_easy_pause(easy, CURLPAUSE_CONT)
  }

  /// Gives it a moment to come to its end without a reader.
  func letGo() { lastMoment = loop.now &+ 2_000_000_000 }

  /// What libcurl's verdict means.
  func fault(_ code: CURLcode) -> HTTPFault? {
    if let verdict { return verdict }
    guard code != CURLE_OK else { return nil }
    let said = String(cString: errorText)
    let reason = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
    // Whatever libcurl calls it: what was sent in part was no fault of the request or of the way.
    let wasSent = ccurl_sent_bytes(easy) > 0
    return HTTPFault(
      wasSent ? .broken : Self.kind(code), "\(exchange.request.place): \(reason.printable())",
      mayHaveArrived: wasSent)
  }

  private var totalDue: UInt64 { started &+ exchange.request.limits.total.whole }

  private var headDue: UInt64 {
    guard !hasHead, let limit = exchange.request.limits.head else { return .max }
    return started &+ limit.whole
  }

  // A server that we make wait is not to blame.
  private var stallDue: UInt64 {
    guard hasHead, !isPaused, let limit = exchange.request.limits.stall else { return .max }
    return lastMoved &+ limit.whole
  }

  private func configure(_ request: HTTPRequest, _ settings: HTTPClient.Settings) {
    ccurl_set_text(easy, CURLOPT_URL, request.url)
    ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    ccurl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    ccurl_set_long(easy, CURLOPT_TCP_KEEPIDLE, 30)
    ccurl_set_long(easy, CURLOPT_TCP_KEEPINTVL, 15)
    ccurl_set_text(easy, CURLOPT_USERAGENT, settings.userAgent)
    ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    // An empty proxy also keeps libcurl from asking the environment.
    ccurl_set_text(easy, CURLOPT_PROXY, request.proxy ?? "")
    ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    ccurl_set_long(
      easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.limits.connect.whole / 1_000_000)))
    if let file = settings.certificates { ccurl_set_text(easy, CURLOPT_CAINFO, file) }
    // Calls to one host that start together share a connection where it can carry several. Not
    // without TLS: there libcurl learns that only from the first answer, and all would wait for it.
    if request.url.hasPrefix("https:") { ccurl_set_long(easy, CURLOPT_PIPEWAIT, 1) }
    ccurl_close_on_exec(easy)
    ccurl_set_receivers(
      easy, receiveHead, receiveBody, Unmanaged.passUnretained(self).toOpaque())
    setMethod(request)
    // Without this libcurl waits up to a second for the server to welcome a large body.
    append("Expect:")
    for field in request.headers.fields { append("\(field.name): \(field.value)") }
    ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, fields)
  }

  private func setMethod(_ request: HTTPRequest) {
    if let bytes = request.body {
      // libcurl reads it until the end, from here: an array's storage may not be lent for so long.
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      copy.copyBytes(from: bytes)
      body = copy
      ccurl_set_long(easy, CURLOPT_POST, 1)
      ccurl_set_large(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
      ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, copy.baseAddress)
    } else if request.method == "HEAD" {
      ccurl_set_long(easy, CURLOPT_NOBODY, 1)
    }
    if !["GET", "HEAD"].contains(request.method) || request.body != nil {
      ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private func append(_ line: String) {
    if let longer = curl_slist_append(fields, line) { fields = longer }
  }

  func receive(headLine bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    lastMoved = loop.now
    if hasHead { return true }  // trailers
    switch head.read(bytes, most: exchange.request.limits.headBytes) {
    case .more: return true
    case .tooLarge:
      verdict = HTTPFault(
        .tooLarge, "\(exchange.request.place): the answer's head is too large",
        mayHaveArrived: true)
      return false
    case .whole(let whole):
      hasHead = true
      loop.mind(due)
      exchange.receive(head: whole)
      return true
    }
  }

  func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Exchange.Acceptance {
    lastMoved = loop.now
    let acceptance = exchange.receive(bytes)
    if case .pause = acceptance { isPaused = true }
    return acceptance
  }

  private static func kind(_ code: CURLcode) -> HTTPFault.Kind {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED,
      CURLE_BAD_FUNCTION_ARGUMENT:
      .invalid
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
      CURLE_SSL_CONNECT_ERROR, CURLE_OPERATION_TIMEDOUT, CURLE_PROXY:
      // Deadlines are the engine's own: libcurl's only timeout is that of the connection.
      .unreachable
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CERTPROBLEM:
      .untrusted
    default: .broken
    }
  }
}

private let receiveHead: ccurl_receive = { bytes, size, count, context in
  guard let bytes, let context else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  let taken = bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
    transfer.receive(headLine: UnsafeBufferPointer(start: $0, count: size * count))
  }
  return taken ? size * count : 0
}

private let receiveBody: ccurl_receive = { bytes, size, count, context in
  guard let bytes, let context else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  let acceptance = bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
    transfer.receive(body: UnsafeBufferPointer(start: $0, count: size * count))
  }
  switch acceptance {
  case .taken: return size * count
  case .pause: return Int(CURL_WRITEFUNC_PAUSE)
  case .refused: return 0
  }
}

extension Duration {
  /// The whole nanoseconds, none if it is negative, at most some 30 years.
  var whole: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 1_000_000_000)) * 1_000_000_000
      + UInt64(attoseconds / 1_000_000_000)
  }
}
