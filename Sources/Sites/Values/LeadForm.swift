import Base

/// What the form before a chat asks (decision 17: a setting of the site).
public struct LeadForm: Hashable, Sendable {
  public static let serviceLimit = 30
  public static let serviceLengthLimit = 60

  public var name: Demand
  public var email: Demand
  public var phone: Demand
  /// The answers of the list "service"; without any, the list is not asked, whatever its demand.
  public var services: [String]
  private var serviceDemand: Demand

  public init(
    name: Demand = .required, email: Demand = .required, phone: Demand = .required, service: Demand = .optional, services: [String] = []
  ) {
    self.name = name
    self.email = email
    self.phone = phone
    self.services = services
    serviceDemand = service
  }

  /// What is asked about the service as things stand.
  public var service: Demand {
    get { services.isEmpty ? .absent : serviceDemand }
    set { serviceDemand = newValue }
  }

  /// What was set, also while there is nothing to choose from.
  public var serviceSetting: Demand { serviceDemand }

  public enum Demand: String, CaseIterable, Codable, Sendable {
    case required, optional, absent
  }

  public enum Field: String, CaseIterable, Codable, Sendable {
    case name, email, phone, service
  }

  public func demand(of field: Field) -> Demand {
    switch field {
    case .name: name
    case .email: email
    case .phone: phone
    case .service: service
    }
  }
}
