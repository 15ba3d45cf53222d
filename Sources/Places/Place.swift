/// Where an address of the net is used, as far as a database of places knows.
public struct Place: Hashable, Sendable {
  /// Two letters, as ISO 3166 has them.
  public let country: String
  /// In English; nil where only the country is known.
  public let city: String?

  public init(country: String, city: String?) {
    self.country = country
    self.city = city
  }
}
