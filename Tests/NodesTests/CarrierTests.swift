import Base
import Foundation
import Live
import Logging
import Store
import Synchronization
import TestKit
import Testing

@testable import Nodes

/// The carriers between real servers: two buses, one server.
@Suite("Carriers", .serialized)
struct CarrierTests {
  final class Heard: Sendable {
    private let all = Mutex<[Publication]>([])
    private let doubted = Mutex(0)

    func note(_ publication: Publication) { all.withLock { $0.append(publication) } }
    func doubt() { doubted.withLock { $0 += 1 } }
    var publications: [Publication] { all.withLock { $0 } }
    var doubts: Int { doubted.withLock { $0 } }
  }

  private func bus(_ number: Int, over carrier: any Carrier) -> (NodeBus, Heard) {
    let bus = NodeBus(
      as: .init(number: number, run: Int64(number) + 1), over: carrier, logger: Logger(label: "bus") { _ in SwiftLogNoOpLogHandler() })
    let heard = Heard()
    bus.subscribe(heard.note)
    bus.onDoubt(heard.doubt)
    bus.start()
    return (bus, heard)
  }

  private func until(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !isTrue() {
      guard ContinuousClock.now < deadline else {
        Issue.record("never: \(what)")
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private func tell(_ first: (NodeBus, Heard), _ second: (NodeBus, Heard)) async throws {
    try await until("both listen") { first.0.isUp && second.0.isUp }
    let said = (1...2000).map { n in
      let json = Array(#"{"n":\#(n),"text":"zwölf Boote ↵"}"#.utf8)
      return Publication.entry(
        "chat.5", n: Int64(n), everybody: .init(after: Int64(n) - 1, json: json), team: .init(after: Int64(n) - 1, json: json))
    }
    let before = second.1.publications.count
    for publication in said { first.0.publish(publication) }
    #expect(first.1.publications.suffix(said.count).elementsEqual(said), "here at once, without the bus")
    try await until("all arrive") { second.1.publications.count >= before + said.count }
    #expect(second.1.publications.dropFirst(before).elementsEqual(said))
    #expect(first.1.publications.count == said.count + (before == 0 ? 0 : before), "no echo")
  }

  @Test("E74: PostgreSQL carries publications in order, without echo, and a cut connection is doubt and comes back by itself")
  func postgres() async throws {
    try await Databases.withAddress(.postgres) { address in
      let logger = Logger(label: "carrier") { _ in SwiftLogNoOpLogHandler() }
      let first = bus(1, over: PostgresCarrier(address: address, logger: logger))
      let second = bus(2, over: PostgresCarrier(address: address, logger: logger))
      try await tell(first, second)
      let doubts = second.1.doubts
      let store = try await PostgresStore(address: address, connections: 1)
      _ = try await store.read { session in
        try session.rows(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
      }
      try await until("doubt") { second.1.doubts > doubts && first.0.isUp && second.0.isUp }
      first.0.publish(.event("visitors.2", json: Array("{}".utf8)))
      try await until("it goes on") {
        first.0.signal("pulse")
        first.0.publish(.event("visitors.2", json: Array("{}".utf8)))
        return second.1.publications.last?.topic == "visitors.2"
      }
      first.0.close()
      second.0.close()
      await store.close()
    }
  }

  @Test("E74: NATS carries publications in order, without echo, and a killed server is doubt and is found again")
  func nats() async throws {
    let port = Int.random(in: 20_000..<30_000)
    var server = try NATS(port: port)
    let logger = Logger(label: "carrier") { _ in SwiftLogNoOpLogHandler() }
    let first = bus(1, over: NATSCarrier(addresses: "nats://127.0.0.1:\(port)", certificates: nil, logger: logger))
    let second = bus(2, over: NATSCarrier(addresses: "nats://127.0.0.1:\(port)", certificates: nil, logger: logger))
    try await tell(first, second)
    let doubts = second.1.doubts
    server.kill()
    try await until("it is gone") { !first.0.isUp && !second.0.isUp }
    server = try NATS(port: port)
    try await until("doubt") { second.1.doubts > doubts && first.0.isUp && second.0.isUp }
    try await until("it goes on") {
      first.0.publish(.event("visitors.2", json: Array("{}".utf8)))
      return second.1.publications.last?.topic == "visitors.2"
    }
    first.0.close()
    second.0.close()
    server.kill()
  }

  @Test("E79c: NATS is spoken to over TLS with a certificate that is trusted, and not with another one")
  func tls() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nats-\(UInt64.random(in: 0 ... .max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["ours", "theirs"] {
      try run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
      ])
    }
    let port = Int.random(in: 20_000..<30_000)
    let server = try NATS(port: port, options: ["--tls", "--tlscert", "\(folder)/ours.pem", "--tlskey", "\(folder)/ours.key"])
    let logger = Logger(label: "carrier") { _ in SwiftLogNoOpLogHandler() }
    func carrier(_ name: String) -> NATSCarrier {
      NATSCarrier(addresses: "tls://localhost:\(port)", certificates: "\(folder)/\(name).pem", logger: logger)
    }
    let (first, second, stranger) = (bus(1, over: carrier("ours")), bus(2, over: carrier("ours")), bus(3, over: carrier("theirs")))
    try await tell(first, second)
    #expect(!stranger.0.isUp)
    #expect(stranger.1.publications.isEmpty)
    for bus in [first.0, second.0, stranger.0] { bus.close() }
    server.kill()
  }

  private func run(_ command: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// Debian's server, gone with the test.
  private struct NATS {
    private let process = Process()

    init(port: Int, options: [String] = []) throws {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["setpriv", "--pdeathsig=KILL", "nats-server", "-a", "127.0.0.1", "-p", String(port)] + options
      process.environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
    }

    func kill() {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }
}
