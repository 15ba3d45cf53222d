import NIOCore
import ServiceLifecycle
import Synchronization

extension Hub {
  /// A connection that lives for one question: it says hello, hears what there is to hear, and ends with the answer.
  ///
  /// It is a member of rooms like any other, so the same door, limits and rights hold. When the program or the asker stops, it ends with
  /// what it has.
  ///
  /// - Parameters:
  ///   - hello: says the first frame to the handler.
  ///   - rest: says the others, once the handler has welcomed it.
  ///   - ending: what ends it early.
  public func poll(
    _ question: PollQuestion, as handler: any ConnectionHandler, ending: PollEnding, hello: @escaping @Sendable (Connection) -> Void,
    rest: @escaping @Sendable (Connection) -> Void
  ) async -> PollAnswer {
    let eventLoop = nextLoop()
    return await withTaskCancellationOrGracefulShutdownHandler {
      await withCheckedContinuation { continuation in
        eventLoop.execute { [self] in
          let poll = Poll(question, begin: hello, goOn: rest) { continuation.resume(returning: $0) }
          let session = Session(handler, poll: poll, on: eventLoop, hub: self)
          session.begin()
          ending.watch(session.connection)
        }
      }
    } onCancelOrGracefulShutdown: {
      ending.end()
    }
  }
}

/// Ends a poll from outside: the asker went, or the program stops.
///
/// A class, because whoever waits and whoever ends share it.
public final class PollEnding: Sendable {
  private struct State {
    var connection: Connection?
    var isEnded = false
  }

  private let state = Mutex(State())

  public init() {}

  public func end() {
    let connection = state.withLock { state in
      state.isEnded = true
      return state.connection
    }
    connection?.endPoll()
  }

  func watch(_ connection: Connection) {
    let isEnded = state.withLock { state in
      state.connection = connection
      return state.isEnded
    }
    if isEnded { connection.endPoll() }
  }
}
