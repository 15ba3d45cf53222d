/// What is wrong with what an authenticator or a browser sent. People read one sentence for all of them; the audit log names the fault.
enum PasskeyFault: String, Error {
  /// It is not what WebAuthn describes.
  case unreadable
  /// Made for something else than what it is used for here.
  case ceremony
  case challenge
  /// Made on another page, or in a frame of another one.
  case origin
  /// Made for another name than that of the base address.
  case party
  /// Nobody touched the authenticator.
  case presence
  /// The authenticator did not make sure who touched it.
  case verification
  case algorithm
  /// It names another person than the one whose passkey it is.
  case owner
  case signature
}
