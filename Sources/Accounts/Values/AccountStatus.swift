/// What somebody says about being there. Whether a connection proves it is for those who hold the connections.
public enum AccountStatus: String, CaseIterable, Codable, Sendable {
  case online, away, offline
}
