import Access
import Base
import Web

/// What somebody tells of themselves, and who sees which piece of it.
public struct PersonalProfile: Hashable, Sendable {
  public static let interestLimit = 20
  public static let interestLengthLimit = 40

  public var bio = ""
  public var interests: [String] = []
  /// An IANA zone; empty: the zone of the browser.
  public var timeZone = ""
  public var privacy = Privacy()

  /// The profile as a whole, and its pieces.
  public struct Privacy: Hashable, Sendable, Codable {
    public enum Piece: String, CaseIterable, Codable, Sendable, CodingKeyRepresentable { case name, photo, bio, interests, languageAndZone }

    /// A private profile is nobody's page but one's own, whatever its pieces say.
    public var isPublic = false
    public var pieces: [Piece: ProfileAudience] = [:]

    public init() {}

    public func audience(of piece: Piece) -> ProfileAudience { isPublic ? pieces[piece] ?? .signedIn : .nobody }
  }

  /// The profile with blanks and repetitions gone, or what is wrong with it.
  func checked() throws(Refusal) -> PersonalProfile {
    var problems: [String: Refusal.Reason] = [:]
    if bio.unicodeScalars.count > Accounts.bioLimit { problems["bio"] = .fieldTooLong }
    if bio.utf8.contains(0) { problems["bio"] = .textHasNull }
    var seen: Set<String> = []
    let kept = interests.filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
    let isTooLong = kept.count > Self.interestLimit || kept.contains { $0.unicodeScalars.count > Self.interestLengthLimit }
    if isTooLong { problems["interests"] = .fieldTooLong }
    if kept.contains(where: { $0.utf8.contains(0) }) { problems["interests"] = .textHasNull }
    if !timeZone.isEmpty, !isTimeZone(timeZone) { problems["timeZone"] = .optionUnknown }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    var profile = self
    profile.interests = kept
    return profile
  }
}
