import Operations

extension Settings {
  /// When administrators are alerted.
  var operations: Operations.Terms {
    Operations.Terms(backupHours: Int64(number(.backupHours)), expectsBackups: source(.backupHours) != .standard)
  }
}
