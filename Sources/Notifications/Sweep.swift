import Base
import Store

extension JobKind {
  static let sweepNotices = JobKind("notifications.sweep")
}

extension Notifications {
  private static let sweepSeconds: Int64 = 86_400

  public var jobHandlers: [JobHandler] {
    [
      JobHandler(.sweepNotices) { [self] session, _ in
        try session.sweepNotices(before: clock.now.adding(seconds: -Self.keptSeconds))
        try enqueueSweep(in: session)
      }
    ] + pushHandlers + digestHandlers
  }

  /// Puts down what has to be done every day.
  public func prepare() async throws { try await store.write { [self] in try enqueueSweep(in: $0) } }

  private func enqueueSweep(in session: any Session) throws {
    try jobs.enqueue(.sweepNotices, uniqueKey: "daily", dueAt: clock.now.adding(seconds: Self.sweepSeconds), in: session)
  }
}
