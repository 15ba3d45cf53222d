import Synchronization

/// Somebody who is asked or told, named while the program is plugged together.
///
/// A closure that lies in a `Mutex` by itself is wrapped once more each time it is read, until calling it overflows the stack; in a structure it is
/// not.
public final class Hook<Function: Sendable>: Sendable {
  private struct Held { var function: Function }

  private let held: Mutex<Held>

  public init(_ function: Function) { held = Mutex(Held(function: function)) }

  public var function: Function { held.withLock { $0.function } }

  public func set(_ function: Function) { held.withLock { $0.function = function } }
}
