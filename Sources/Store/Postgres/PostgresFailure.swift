extension StoreFailure {
  init(sqlState: String, message: String, sql: String?, isBroken: Bool) {
    let detail = Detail(code: sqlState, message: message, sql: sql)
    switch sqlState {
    case "23505": self = .unique(detail)
    case "23503": self = .foreignKey(detail)
    case "23502": self = .notNull(detail)
    case "23514": self = .check(detail)
    case "40001", "40P01", "55P03": self = .busy(detail)
    // A plan that another node's migration has outdated: it is prepared anew when the closure runs again.
    case "0A000" where message.contains("cached plan"): self = .busy(detail)
    case "53100": self = .full(detail)
    case "", "57P01", "57P02", "57P03", "53300": self = .connectionLost(detail)
    default: self = isBroken || sqlState.hasPrefix("08") ? .connectionLost(detail) : .other(detail)
    }
  }
}
