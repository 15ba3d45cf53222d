import Synchronization

/// How many deliveries of each provider failed one after the other, on this node and since it started.
///
/// In memory: anybody can send what fails, and it must cost no write. A class, because all requests count together.
final class DeliveryWatch: Sendable {
  /// One that is refused may be anybody's. So many in a row, with none between them that is proved, mean that the provider is not heard.
  static let failuresInRow = 5

  private let failures = Mutex<[ProviderName: Int]>([:])

  /// - Returns: whether somebody has to look now: at the fifth in a row, and at each fifth after it.
  func failed(_ provider: ProviderName) -> Bool {
    failures.withLock { failures in
      failures[provider, default: 0] += 1
      return (failures[provider] ?? 0).isMultiple(of: Self.failuresInRow)
    }
  }

  func worked(_ provider: ProviderName) { failures.withLock { $0[provider] = nil } }
}
