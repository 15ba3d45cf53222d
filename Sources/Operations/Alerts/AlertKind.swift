/// What needs somebody at once (B80). Its words are `operations.alert.<name>` in the catalogue.
public enum AlertKind: String, CaseIterable, Sendable {
  /// The proof of the books found something that cannot be.
  case ledgerMismatch
  /// What a payment provider sends cannot be proved or handled, several times in a row.
  case webhookFailing
  /// A buyer's bank took a payment back.
  case chargeback
  /// Somebody pays as people do not.
  case fraudFlag
  case payoutFailed
  case backupFailed
  /// There was no good backup for too long.
  case backupLate
}
