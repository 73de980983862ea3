import Base
import Glibc
import Platform
import Testing

@testable import Transport

/// Needs `openssl`, which makes the certificate and is the server.
@Suite(.enabled(if: access("/usr/bin/openssl", X_OK) == 0)) struct HTTPTrustTests {
  @Test func `a server is believed only with a certificate that is trusted`() async throws {
    var template = Array("/tmp/belay-trust-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BelayError.system("mkdtemp", errno) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { for name in ["key.pem", "cert.pem", ""] { remove(folder + "/" + name) } }
    let made = try await Child.capture(
      "/usr/bin/openssl",
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
        "key.pem", "-out", "cert.pem",
      ], folder: folder)
    #expect(made.exit.code == 0)
    let port = 20_000 + Int(getpid()) % 20_000
    let server = try Child.spawn(
      "/usr/bin/openssl",
      [
        "openssl", "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(port)", "-cert",
        "cert.pem", "-key", "key.pem",
      ], folder: folder)
    defer { server.signal(SIGKILL) }

    var settings = HTTPClient.Settings()
    settings.certificates = folder + "/cert.pem"
    let trusting = HTTPClient(settings)
    let request = HTTPRequest("GET", "https://127.0.0.1:\(port)/")
    var status: Int?
    for _ in 0..<200 where status == nil {
      status = try? await trusting.send(request).head.status
      if status == nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    #expect(status == 200)

    let fault = await #expect(throws: HTTPFault.self) { try await HTTPClient().send(request) }
    #expect(fault?.kind == .untrusted)
    #expect(fault?.mayHaveArrived == false)
  }
}
