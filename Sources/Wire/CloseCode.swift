/// Why a connection ends. Those below 4000 are RFC 6455's, the others tell a client of ours what to do (`docs/protocol.md`, 5).
public enum CloseCode: UInt16, Sendable {
  case normal = 1000
  case serverStops = 1001
  case protocolError = 1002
  case onlyText = 1003
  case notUTF8 = 1007
  case silent = 1008
  case tooLarge = 1009
  case serverError = 1011
  case tooSlow = 1013
  case notUnderstood = 4400
  case notSignedIn = 4401
  case originNotAllowed = 4403
  case protocolVersion = 4426
}
