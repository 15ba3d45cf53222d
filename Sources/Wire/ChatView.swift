import Base

/// The chat of a conversation as its readers see it in the thread.
public struct ChatView: Hashable, Sendable, JSONWritable {
  public let id: ChatID
  public let state: ChatState
  public let form: FormState
  public let offline: Bool

  public init(id: ChatID, state: ChatState, form: FormState, offline: Bool) {
    self.id = id
    self.state = state
    self.form = form
    self.offline = offline
  }

  public func write(to json: inout JSONWriter) { json.object { writeFields(to: &$0) } }

  func writeFields(to json: inout JSONWriter) {
    json.field("id", id)
    json.field("state", state)
    json.field("form", form)
    json.field("offline", offline)
  }
}

public enum ChatState: String, Sendable, CaseIterable, Codable, JSONWritable {
  case waiting, active, closed
}
