import Foundation
import Testing

/// Feeds a decoder with what an attacker might send: good samples, mutated by dice whose seed names them.
///
/// Each batch has a seed of its own, which is written down before the batch runs: one that kills the process is found in
/// `test-results/fuzz-NAME.seed`, and `PARLEY_FUZZ_SEED=seed PARLEY_FUZZ_BATCHES=1` plays it again. `PARLEY_FUZZ_SECONDS` says how long.
public struct Fuzz {
  let name: String
  let samples: [[UInt8]]

  static let inputsPerBatch = 250
  static let batches = 12
  static let lengthLimit = 4096

  public init(_ name: String, samples: [String]) { self.init(name, bytes: samples.map { Array($0.utf8) }) }

  public init(_ name: String, bytes: [[UInt8]]) {
    self.name = name
    samples = bytes
  }

  /// - Parameter check: throws what the oracle finds; a refusal of the decoder is its own business.
  public func run(_ check: ([UInt8]) throws -> Void) throws {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["PARLEY_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000_000)
    let seconds = environment["PARLEY_FUZZ_SECONDS"].flatMap { Double($0) }
    let count = environment["PARLEY_FUZZ_BATCHES"].flatMap { UInt64($0) } ?? UInt64(Self.batches)
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    let note = Databases.root.appendingPathComponent("test-results/fuzz-\(name).seed")
    try? FileManager.default.createDirectory(at: note.deletingLastPathComponent(), withIntermediateDirectories: true)
    for sample in samples { try check(sample) }
    var batch: UInt64 = 0
    while end.map({ ContinuousClock.now < $0 }) ?? (batch < count) {
      let seed = first &+ batch
      try? Data("\(seed)\n".utf8).write(to: note)
      try run(seed: seed, check)
      batch += 1
    }
    try? FileManager.default.removeItem(at: note)
  }

  private func run(seed: UInt64, _ check: ([UInt8]) throws -> Void) throws {
    var mutator = Mutator(dice: Dice(seed: seed), samples: samples, lengthLimit: Self.lengthLimit)
    for _ in 0..<Self.inputsPerBatch {
      let input = mutator.next()
      do {
        try check(input)
      } catch {
        Issue.record(
          "\(name), PARLEY_FUZZ_SEED=\(seed): \(error) at \(input.prefix(400)) “\(String(decoding: input.prefix(400), as: UTF8.self))”")
        return
      }
    }
  }

  /// What an oracle found.
  public struct Finding: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
  }
}

/// Makes the next input out of the samples.
struct Mutator {
  var dice: Dice
  let samples: [[UInt8]]
  let lengthLimit: Int

  /// Numbers at the edges, letters that turn or join, words that formats are made of.
  private static let words: [[UInt8]] =
    [
      "0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "1e999", "-0", "0.1", "NaN",
      "null", "true", "[", "]", "{", "}", "[[[[[[[[", "\"", "\\u0000", "\\ud800", "\\", ",", ":", ";", "=", "&", "%", "%00", "%zz", "+",
      ".", "..", "@",
      "\r\n", "\n", "\0", " ", "\t", "é", "🙂", "\u{202E}", "\u{0301}", "\u{FEFF}", "/", "-", "*", "bytes=", "::ffff:", "a.b.c",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ]

  mutating func next() -> [UInt8] {
    var bytes = samples.randomElement(using: &dice) ?? []
    for _ in 0..<Int.random(in: 1...6, using: &dice) { mutate(&bytes) }
    return Array(bytes.prefix(lengthLimit))
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &dice)
    let end = min(bytes.count, place + Int.random(in: 0...12, using: &dice))
    switch Int.random(in: 0..<10, using: &dice) {
    case 0: bytes.insert(.random(in: 0...255, using: &dice), at: place)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: Self.words.randomElement(using: &dice) ?? [], at: place)
    case 3: bytes.replaceSubrange(place..<end, with: Self.words.randomElement(using: &dice) ?? [])
    case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
    case 5 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &dice)
    case 6: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 7:
      let other = samples.randomElement(using: &dice) ?? []
      bytes = Array(bytes.prefix(place)) + other.suffix(Int.random(in: 0...other.count, using: &dice))
    case 8: bytes = Array(bytes.prefix(place))
    case 9: replaceNumber(in: &bytes, from: place)
    default: break
    }
  }

  /// A number somewhere becomes one of the edges.
  private mutating func replaceNumber(in bytes: inout [UInt8], from place: Int) {
    let isDigit: (UInt8) -> Bool = { (48...57).contains($0) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.words[Int.random(in: 0..<8, using: &dice)])
  }
}
