import NIOCore
import Wire

/// The end of a session that has no socket: it keeps what it is told until there is something to answer with.
///
/// Everything here happens on the event loop of its connection. A class, because the session and its timers share it.
final class Poll {
  /// Says the hello.
  private let begin: (Connection) -> Void
  /// Says everything else, once the hello was welcomed.
  private let goOn: (Connection) -> Void
  private let answer: (PollAnswer) -> Void
  private let wait: TimeAmount

  /// What was asked and not answered yet.
  private var asked: Set<String>
  private var known: [String: String]
  private var seen: [String: String] = [:]
  private var frames: [ByteBuffer] = []
  private var byteCount = 0
  private var hasNews = false
  private var hasGoneOn = false
  private var isPatient = true
  private var isEnding = false
  private var timers: [Scheduled<Void>] = []

  init(
    _ question: PollQuestion, begin: @escaping (Connection) -> Void, goOn: @escaping (Connection) -> Void,
    answer: @escaping (PollAnswer) -> Void
  ) {
    asked = question.asked
    known = question.seen
    wait = question.wait
    self.begin = begin
    self.goOn = goOn
    self.answer = answer
  }

  func begin(_ connection: Connection) {
    let poll = NIOLoopBound(self, eventLoop: connection.eventLoop)
    after(PollQuestion.longestWait, connection) { connection.endPoll() }
    if wait < PollQuestion.longestWait {
      after(wait, connection) {
        poll.value.isPatient = false
        poll.value.endIfDue(connection)
      }
    }
    begin(connection)
  }

  /// - Parameter bytes: a message as it would stand on the wire.
  func take(_ bytes: ByteBuffer, on connection: Connection) {
    guard let json = Packet.text(of: bytes), let head = FrameHead(json.readableBytesView) else { return }
    // A poll that waits needs no sign of life.
    guard head.event != "Ping" else { return }
    if let id = head.id { asked.remove(id) }
    if head.event == "Welcome" {
      welcomed(connection)
    } else {
      guard isNew(head, json) else { return endIfDue(connection) }
      hasNews = true
    }
    frames.append(json)
    byteCount += json.readableBytes
    byteCount > PollQuestion.answerBytes ? connection.endPoll() : endIfDue(connection)
  }

  func end(_ code: CloseCode?) {
    for timer in timers { timer.cancel() }
    timers = []
    answer(PollAnswer(frames: frames, seen: seen, code: code))
  }

  /// Not at once: the greeting is still on its way through the handler.
  private func welcomed(_ connection: Connection) {
    let poll = NIOLoopBound(self, eventLoop: connection.eventLoop)
    connection.eventLoop.execute {
      poll.value.goOn(connection)
      poll.value.hasGoneOn = true
      poll.value.endIfDue(connection)
    }
  }

  /// A state that the client holds already is no news; everything else is.
  private func isNew(_ head: FrameHead, _ json: ByteBuffer) -> Bool {
    guard let topic = head.topic, let state = head.state(in: json.readableBytesView) else { return true }
    defer {
      seen[topic] = state.tag
      known[topic] = state.tag
    }
    return state.comesWithEntries || known[topic] != state.tag
  }

  private func endIfDue(_ connection: Connection) {
    guard hasGoneOn, asked.isEmpty, !isEnding, hasNews || !isPatient else { return }
    isEnding = true
    after(hasNews ? PollQuestion.gather : .zero, connection) { connection.endPoll() }
  }

  private func after(_ time: TimeAmount, _ connection: Connection, _ act: @escaping @Sendable () -> Void) {
    timers.append(connection.eventLoop.scheduleTask(in: time, act))
  }
}
