import Availability
import Base
import Store

extension Conversations {
  /// By what somebody chose to be reached.
  public func choose(_ channels: Set<Channel>, of account: AccountID) async throws {
    let now = clock.now
    try await store.write(locking: [.account(account)]) { session in
      // A press that came twice.
      if try session.acceptance(of: account, at: now).channels != channels { try session.choose(channels, of: account, at: now) }
    }
    await availabilityChanged.publish(account)
  }

  /// One of the five choices, and with it that somebody is there.
  public func choose(_ preset: Preset, of account: AccountID) async throws {
    try await choose(preset.channels, of: account)
    if let status = preset.status { try await saveStatus(status, account) }
  }

  /// What another system says about somebody.
  ///
  /// - Returns: what is kept of that system now.
  /// - Throws: `listIsFull` for one system too many.
  @discardableResult
  public func keep(_ report: Report, about account: AccountID, by reporter: AccountID) async throws -> Report {
    let now = clock.now
    let kept = try await store.write(locking: [.account(account)]) { session in
      try session.keep(report, about: account, by: reporter, at: now)
      return try session.reports(about: account).first { $0.source == report.source }
    }
    await availabilityChanged.publish(account)
    return kept ?? report
  }
}
