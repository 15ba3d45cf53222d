import Foundation
import Store
import TestKit
import Testing

/// Seeded histories of the true slices together, against a plain book that knows nothing of them.
@Suite struct WholeSimulationTests {
  /// `PARLEY_SEEDS=FIRST:COUNT` plays others; a failure names its seed and its steps.
  private static var seeds: [UInt64] {
    let words = ProcessInfo.processInfo.environment["PARLEY_SEEDS"]?.split(separator: ":").compactMap { UInt64($0) } ?? [1, 30]
    return (0..<words[1]).map { words[0] + $0 }
  }

  @Test(
    "X1, X2, A16, B33, B36, C5, C9a, C12, C13, C16, P17, X4: whatever people, banks, nodes and clocks do, money and log are right",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func histories(engine: Dialect.Engine) async throws {
    for seed in Self.seeds {
      try await Town.open(engine, seed: seed) { town in
        let history = WholeHistory(seed: seed, town: town)
        do {
          try await history.run(steps: 40)
          let doctor = try await town.program.doctor()
          #expect(doctor.code == 0, "seed \(seed): \(doctor.text)")
        } catch {
          Issue.record("seed \(seed) on \(engine): \(error)\n\(history.steps.joined(separator: "\n"))")
        }
      }
    }
  }
}
