internal import Base

extension WireFault {
  /// The words of a body: JSON of any provider's shape, or a proxy's page.
  static func words(of body: [UInt8]) -> Words {
    let bytes = body.prefix(1 << 20)
    if let value = try? JSON.parse(Array(bytes), maxDepth: 64) { return words(of: value) }
    var words = Words()
    words.message = plain(String(decoding: bytes.prefix(4096), as: UTF8.self))
    return words
  }

  static func words(of value: JSON) -> Words {
    // Gemini's streams wrap a fault in an array.
    if let first = value.array?.first { return words(of: first) }
    var words = Words()
    let error = value["error"]
    let inner = error.object == nil ? value : error
    words.message =
      WireReader.text(inner["message"]) ?? WireReader.text(error)
      ?? WireReader.text(inner["detail"]) ?? WireReader.text(inner["detail"]["message"])
      ?? (inner["detail"].isNull ? nil : inner["detail"].text()) ?? ""
    for mark in [inner["type"], inner["code"], inner["status"], inner["param"]] {
      if let text = WireReader.text(mark) { words.marks.append(text.lowercased()) }
    }
    words.code = inner["code"].int ?? WireReader.text(inner["code"]).flatMap { Int($0) }
    if let code = words.code, !(300..<600).contains(code) { words.code = nil }
    for place in [value["error_details"], inner["error_details"], inner["details"]] {
      if let code = WireReader.text(place["error_code"]) { words.marks.append(code.lowercased()) }
    }
    for detail in inner["details"].array ?? [] { read(detail, into: &words) }
    readMetadata(inner["metadata"], into: &words)
    return words
  }

  private static func read(_ detail: JSON, into words: inout Words) {
    if let reason = WireReader.text(detail["reason"]) { words.marks.append(reason.lowercased()) }
    if let delay = WireReader.text(detail["retryDelay"]) {
      words.retryAfter = RetryTime.duration(delay)
    }
    for violation in detail["violations"].array ?? [] {
      if let quota = WireReader.text(violation["quotaId"]) { words.quotas.append(quota) }
    }
  }

  // OpenRouter: what its upstream said, and why a moderator stopped the request.
  private static func readMetadata(_ metadata: JSON, into words: inout Words) {
    words.isModerated = !(metadata["reasons"].array ?? []).isEmpty
    if let type = WireReader.text(metadata["error_type"]) { words.marks.append(type.lowercased()) }
    guard let raw = WireReader.text(metadata["raw"]) else { return }
    words.message += words.message.isEmpty ? raw : ": \(raw)"
  }

  private static func plain(_ page: String) -> String {
    var out = ""
    var isTag = false
    for scalar in page.unicodeScalars {
      switch scalar {
      case "<": isTag = true
      case ">" where isTag:
        isTag = false
        out += " "
      default: if !isTag { out.unicodeScalars.append(scalar) }
      }
    }
    return out.split { $0.isWhitespace }.joined(separator: " ")
  }
}

/// Takes keys out of what providers say, for they repeat the one they reject.
enum KeyScrub {
  private static let starts = ["sk-", "AIza", "xai-", "gsk_", "hf_", "pplx-", "AQ."]

  static func clean(_ text: String) -> String {
    var out = ""
    var word = ""
    func flush() {
      let isKey = starts.contains { word.hasPrefix($0) && word.utf8.count > $0.utf8.count }
      out += isKey ? "[key]" : word
      word = ""
    }
    for scalar in text.unicodeScalars.prefix(2000) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "*", ".": word.unicodeScalars.append(scalar)
      default:
        flush()
        out.unicodeScalars.append(scalar)
      }
    }
    flush()
    return out
  }
}
