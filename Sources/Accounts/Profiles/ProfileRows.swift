import Base
import FoundationEssentials
import Store

private struct Interests: Codable {
  let list: [String]
}

extension Session {
  func profile(of id: AccountID) throws -> PersonalProfile? {
    guard let row = try row("SELECT bio, interests, time_zone, privacy FROM accounts WHERE id = $1 AND deleted_at IS NULL", id) else {
      return nil
    }
    let decoder = JSONDecoder()
    var profile = PersonalProfile()
    profile.bio = row[0]
    profile.interests = try decoder.decode(Interests.self, from: Data((row[1] as String).utf8)).list
    profile.timeZone = row[2]
    // Nobody has chosen anything yet: everything is one's own.
    let privacy: String = row[3]
    if privacy != "{}" { profile.privacy = try decoder.decode(PersonalProfile.Privacy.self, from: Data(privacy.utf8)) }
    return profile
  }

  func setProfile(_ profile: PersonalProfile, of id: AccountID) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let interests = String(decoding: try encoder.encode(Interests(list: profile.interests)), as: UTF8.self)
    let privacy = String(decoding: try encoder.encode(profile.privacy), as: UTF8.self)
    try run(
      "UPDATE accounts SET bio = $2, interests = $3, time_zone = $4, privacy = $5 WHERE id = $1", id, profile.bio, interests,
      profile.timeZone, privacy)
  }
}
