import Access
import Base
import ConversationsCore
import Files
import Foundation
import NIOCore
import Sites
import Store

extension Conversations {
  /// Takes a file in: read to its end, looked into, made harmless, kept, and known by an identity that can be sent as a message.
  func take<Body: AsyncSequence & Sendable>(
    _ body: Body, named name: String, in conversation: ConversationID, from actor: Access.Actor
  ) async throws -> AttachedFile where Body.Element == ByteBuffer {
    let quota = filing.quotaBytes
    let kept = try await store.read { try $0.bytesOfFiles() }
    guard kept + Int64(Filing.byteLimit) <= quota else { throw Refusal(.storageFull, retryAfterSeconds: 3600) }
    let policy = try await store.read { session in
      guard let held = try session.held(conversation, answerers: false) else { throw Refusal(.notFound) }
      return try session.policy(at: held.site)
    }
    return try await filing.landing.receive(body, upTo: min(Filing.byteLimit, policy.fileBytes)) { landed in
      try await scan(landed)
      let picture = Examiner.Picture(side: Filing.pictureSide)
      return try await filing.landing.examine(landed, picture: picture) { finding, made in
        guard let kind = FileKind(rawValue: finding.type) else { throw Refusal(.fileTypeNotAllowed) }
        guard policy.fileKinds.contains(kind) else {
          throw Refusal(.fileKindNotTaken, arguments: ["kinds": policy.fileEndings.map { $0.uppercased() }.joined(separator: ", ")])
        }
        let name = try FileName(name, of: kind)
        let bytes = try made.map(Self.bytes(of:)) ?? Int64(landed.bytes)
        let file = AttachedFile(id: FileID(), name: name.text, type: kind.rawValue, bytes: bytes, size: finding.size)
        try await keep(file, at: made ?? landed.path, in: conversation, from: actor)
        return file
      }
    }
  }

  /// The very bytes that came in, before any other program of ours looks at them. A scanner that does not answer lets nothing in.
  private func scan(_ landed: Landing.Landed) async throws {
    guard let scanner = filing.scanner else { return }
    let isClean: Bool
    do {
      isClean = try await scanner.isClean(landed.path)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.error("The virus scanner does not answer: no file is taken in", metadata: ["error": .string(String(reflecting: error))])
      throw Refusal(.unavailable, retryAfterSeconds: 60)
    }
    guard isClean else { throw Refusal(.virusFound) }
  }

  private func keep(_ file: AttachedFile, at path: String, in conversation: ConversationID, from actor: Access.Actor) async throws {
    let place = FilePlace(folder: conversation.description)
    try await filing.storage.keep(path, at: place)
    let now = clock.now
    var account: AccountID?
    if case .account(let member) = actor { account = member.id }
    let row = FileRow(
      file: file, conversation: conversation, account: account, place: place, n: nil, client: nil, createdAt: now,
      expiresAt: now.adding(seconds: Filing.unsentSeconds), deletedAt: nil)
    let hasScanner = filing.scanner != nil
    do {
      try await store.write { try $0.insert(row, scanned: hasScanner) }
    } catch {
      try? await filing.storage.remove(place)
      throw error
    }
  }

  /// Asks the rules about a message before ten megabytes are sent for nothing: whoever may not write here now is told at once.
  func mayWriteNow(_ actor: Access.Actor, in conversation: ConversationID) async throws {
    let now = clock.now
    try await store.read { session in
      guard let held = try session.held(conversation) else { throw Refusal(.notFound) }
      try session.require(.files, at: held.site)
      let party: ConversationsCore.Party
      switch actor {
      case .visitor: party = .visitor(Asker(name: held.visitorName ?? "", formSent: held.formSent, siteOnline: true))
      case .account(let member): party = .agent(member.id, name: "", avatar: "")
      case .signedOut: throw Refusal(.signInNeeded)
      }
      let question = ConversationsCore.Message(clientID: "", content: .text(""))
      _ = try held.state.decide(.send(newChat: ChatID(rawValue: 1), question), by: party, at: now)
    }
  }

  private static func bytes(of path: String) throws -> Int64 {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.size] as? NSNumber)?.int64Value ?? 0
  }
}
