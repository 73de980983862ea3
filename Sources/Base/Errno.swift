import Glibc

/// The system's words for an errno, without a shared buffer.
public func errnoText(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
  let words = String(
    decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return words.isEmpty ? "errno \(code)" : words
}
