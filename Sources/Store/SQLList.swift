/// A list for `IN`: `"… WHERE id \(list.sql)"` with `values: own + list.values`.
///
/// The number of places is rounded up to a power of two, its last value repeated, so that few statements are ever prepared.
public struct SQLList: Sendable {
  public static let limit = 512
  public let sql: String
  public let values: [SQLValue]

  /// - Parameter first: the number of the first parameter, 1 for `$1`.
  public init(_ elements: [some SQLEncodable], from first: Int) {
    precondition(elements.count <= Self.limit, "A list of at most \(Self.limit) values")
    guard let last = elements.last else {
      // Neither engine takes an empty list in the same way: nothing equals NULL.
      sql = "IN (NULL)"
      values = []
      return
    }
    var places = 1
    while places < elements.count { places *= 2 }
    sql = "IN (" + (first..<first + places).map { "$\($0)" }.joined(separator: ", ") + ")"
    values = elements.map(\.sqlValue) + Array(repeating: last.sqlValue, count: places - elements.count)
  }
}
