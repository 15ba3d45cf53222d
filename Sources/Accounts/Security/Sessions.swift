import Base
import Store
import Web

/// Where one is signed in.
extension Accounts {
  /// Ends one session of one's own; ended ones are ended again without a word.
  func endSession(_ digest: [UInt8], of person: SignedIn, from place: Whereabouts) async throws {
    let (id, now) = (person.member.id, clock.now)
    let audit = audit(id, "account.sessionEnded", id, place)
    let isEnded = try await store.write { session in
      guard try session.deleteSession(digest, of: id) else { return false }
      try session.audit(audit.line, id: audit.id, at: now)
      return true
    }
    if isEnded { await revoked.publish(Revocation(account: id, session: digest)) }
  }

  /// Ends all sessions but the one that asks, and every link that could open another.
  func endOtherSessions(of person: SignedIn, from place: Whereabouts) async throws {
    let (id, own, now) = (person.member.id, person.sessionDigest, clock.now)
    let audit = audit(id, "account.otherSessionsEnded", id, place)
    let ended = try await store.write(locking: [.account(id)]) { session in
      let others = try session.deleteSessions(of: id, except: own)
      try session.dropLinks(of: id)
      try session.dropChallenges(of: id)
      try session.audit(audit.line, id: audit.id, at: now)
      return others
    }
    for digest in ended { await revoked.publish(Revocation(account: id, session: digest)) }
  }
}
