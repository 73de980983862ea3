import Glibc

/// A socket that listens on 127.0.0.1, closed when its owner goes.
package final class LoopbackSocket: Sendable {
  package let raw: Int32
  package let port: UInt16

  package init() {
    let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = bind(raw, generic, length)
        listen(raw, 64)
        getsockname(raw, generic, &length)
      }
    }
    self.raw = raw
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(raw) }
}
