import Testing

@testable import Trial
