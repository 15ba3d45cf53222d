// The one file here that needs all of Foundation: its zones come from the system's tables.
import Foundation

/// The names that are offered, as the system knows them.
public let timeZoneNames: [String] = TimeZone.knownTimeZoneIdentifiers.sorted()

private let knownTimeZones = Set(timeZoneNames + ["UTC"])

/// Whether this is an IANA name of a place, or UTC. Abbreviations such as CET name different things at different times.
public func isTimeZone(_ name: String) -> Bool { knownTimeZones.contains(name) }
