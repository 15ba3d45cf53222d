import Access
import Base
import Live
import NIOCore
import Sites
import Store
import Wire

/// Who of the team has a chat open (P5): told to the colleagues in its topic as typing is, by their name on the website, and kept nowhere.
/// A console says it again every 15 seconds, and whenever somebody else came; what is not said again for 40 seconds is over.
extension Line {
  func view(_ topic: Topic, _ on: Bool, on connection: Connection) throws(Refusal) {
    guard case .chat(let conversation) = topic else { throw Refusal(.notUnderstood) }
    let (role, rights) = state.withLock { ($0.role, $0.chats[conversation]) }
    guard case .account(let person) = role, let rights else { throw Refusal(.notAllowed) }
    let account = person.member.id
    tellInTurn(on: connection) { [house] in
      guard let face = try await house.store.read({ try $0.face(of: account, on: rights.site) }) else { return }
      let viewer = AgentViewing.Viewer(id: account, name: face.name.isEmpty ? person.name : face.name, avatar: face.avatar)
      house.hub.publish(.event(topic.description, everybody: nil, team: AgentViewing(topic: topic, by: viewer, on: on).json))
    }
  }
}
