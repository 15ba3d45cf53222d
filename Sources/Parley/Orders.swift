import Accounts
import Base
import Conversations
import Foundation
import Mail
import Operations
import Store
import Web

/// What the commands of an owner do, whether the server does it for them or they do it themselves while it is stopped.
struct Orders: Sendable {
  let store: any Store
  let accounts: Accounts
  let mail: Mail
  let conversations: Conversations
  let operations: Operations
  let ids: IDMaker
  let clock: WallClock
  /// The server runs, and has brought the schema up to date at its start.
  let isServing: Bool

  func answer(_ question: ControlSocket.Question) async throws -> ControlSocket.Answer {
    switch question.command {
    case "doctor": try await doctor()
    case "migrate":
      ControlSocket.Answer(
        isServing ? "The server is running; it brought the schema up to date when it started." : "The schema is up to date.")
    case "backup": try await noteBackup(question.arguments)
    case "mail try": try await tryMail(question.arguments)
    case "files sealed": try await listSealed()
    case "files open": try await openSealed(question.arguments)
    case "admin create": try await createAdministrator(question.arguments)
    default: ControlSocket.Answer(code: 2, "The server does not know “\(question.command)”. Is it of another version?")
    }
  }

  private func doctor() async throws -> ControlSocket.Answer {
    let (count, findings) = try await Conversations.examine(store)
    let proof = Proof(store: store, clock: clock, operations: operations)
    let books = try await proof.run()
    if !books.findings.isEmpty { try await store.write { session in try proof.tell(books.findings, in: session) } }
    let found = findings.map(\.description) + books.findings
    guard found.isEmpty else {
      return ControlSocket.Answer(
        code: 1,
        "\(found.joined(separator: "\n"))\n\(found.count) findings in \(count) conversations and \(books.lines) lines of the books.")
    }
    return ControlSocket.Answer(
      """
      \(count) conversations: every log is whole and says what its state row says.
      \(books.lines) lines of the books: every unit sums to zero, and every wallet, lot and hold is what its lines say.
      \(books.chats) chats by the minute: each bill is what its meter says when it runs over again.
      """)
  }

  private func noteBackup(_ arguments: [String: String]) async throws -> ControlSocket.Answer {
    guard let code = arguments["code"].flatMap({ Int64($0) }) else { return ControlSocket.Answer(code: 2, "An exit code is needed.") }
    try await operations.noteBackup(code: code)
    return code == 0
      ? ControlSocket.Answer("The backup is noted.")
      : ControlSocket.Answer(code: 1, "The backup failed with exit code \(code). The administrators are alerted.")
  }

  private func listSealed() async throws -> ControlSocket.Answer {
    let copies = try await conversations.sealedCopies()
    let lines = copies.map { "\($0.place)  \($0.bytes) bytes  \($0.at.ISO8601Format())" }
    return ControlSocket.Answer((lines + ["\(copies.count) sealed copies."]).joined(separator: "\n"))
  }

  private func openSealed(_ arguments: [String: String]) async throws -> ControlSocket.Answer {
    guard let copy = arguments["copy"], let path = arguments["to"] else {
      return ControlSocket.Answer(code: 2, "A copy, as “parley files sealed” names it, and a file to write are needed.")
    }
    let found: Data?
    do {
      found = try await conversations.openSealedCopy(at: copy)
    } catch {
      return ControlSocket.Answer(code: 1, "\(copy) cannot be opened: its key in the folder of keys is another one, or gone.")
    }
    guard let found else { return ControlSocket.Answer(code: 1, "There is no sealed copy \(copy).") }
    do {
      try found.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch {
      return ControlSocket.Answer(code: 1, "\(path) cannot be written: \(error.localizedDescription)")
    }
    return ControlSocket.Answer("\(found.count) bytes are in \(path).")
  }

  private func tryMail(_ arguments: [String: String]) async throws -> ControlSocket.Answer {
    guard let address = arguments["address"], let language = arguments["language"].flatMap(Language.init(rawValue:)) else {
      return ControlSocket.Answer(code: 2, "An address is needed, and a language among en, fr, it and ar.")
    }
    guard mail.isOn else { return ControlSocket.Answer(code: 1, "Mail is off: set mail-server or mail-folder.") }
    let recipient = Recipient(address: address, name: arguments["name"], language: language)
    let letter = Letter.trial(to: recipient, key: ids.next(Kinds.Letter.self).description)
    do {
      try await store.write { [mail] session in _ = try mail.post(letter, in: session) }
    } catch let refusal as Refusal {
      return ControlSocket.Answer(code: 1, "Not posted: \(refusal.reason.rawValue)")
    }
    return ControlSocket.Answer(isServing ? "Posted." : "Posted. It leaves when the server runs.")
  }

  private func createAdministrator(_ arguments: [String: String]) async throws -> ControlSocket.Answer {
    guard let email = arguments["email"], let name = arguments["name"] else {
      return ControlSocket.Answer(code: 2, "email and name are needed.")
    }
    do {
      let link = try await accounts.createAdministrator(email: email, name: name)
      return ControlSocket.Answer("Open this link within seven days to set a password. It works once.\n\(link)")
    } catch let refusal as Refusal {
      return ControlSocket.Answer(
        code: 1,
        "Not created: \(refusal.reason.rawValue) \(refusal.fields.map { "\($0.key): \($0.value.rawValue)" }.joined(separator: ", "))")
    }
  }
}
