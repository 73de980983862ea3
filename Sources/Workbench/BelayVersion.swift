/// The version of this program.
package enum BelayVersion {
  package static let current = "0.1.0"
}
