import Synchronization

/// Dice of the tests: they make the store roll back and run again one closure in `oneIn`, so that one which may not run twice is found.
public final class Rerun: Sendable {
  private let oneIn: UInt64
  private let state: Mutex<UInt64>

  public init(oneIn: Int, seed: UInt64) {
    precondition(oneIn > 0, "One closure in at least one")
    self.oneIn = UInt64(oneIn)
    state = Mutex(seed)
  }

  /// Ends a transaction that went well.
  struct Struck: Error {}

  func strikes() -> Bool {
    // SplitMix64: the same seed gives the same order of strikes.
    let number = state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    return number % oneIn == 0
  }
}
