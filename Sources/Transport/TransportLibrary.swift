internal import CCurl

/// The library that speaks HTTP for Belay.
public enum TransportLibrary {
  /// Its name and version with those of the libraries that it is built on: `libcurl/7.88.1 OpenSSL/3.0.22 …`.
  public static var version: String {
    curl_version().map { String(cString: $0) } ?? "libcurl of an unknown version"
  }
}
