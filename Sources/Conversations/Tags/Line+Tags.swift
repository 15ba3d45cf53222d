import Base
import Live
import Wire

extension Line {
  func tag(_ topic: Topic, add: [TagID], remove: [TagID], id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    try requireTeam(in: conversation)
    try admitMessage()
    connection.began()
    house.submit(adding: add, removing: remove, in: conversation, by: doer, then: answer(id, on: connection))
  }

  func run(_ macro: Macro, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    try requireTeam(in: conversation)
    if !macro.text.isEmpty { _ = try checked(macro.text) }
    try admitMessage()
    connection.began()
    house.submit(macro, in: conversation, by: doer, locking: rightsLock(of: conversation), then: answer(id, on: connection))
  }
}
