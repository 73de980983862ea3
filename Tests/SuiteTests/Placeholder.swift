import Testing

@testable import Suite
