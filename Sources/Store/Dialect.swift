/// The few places where the engines do not share a syntax.
public struct Dialect: Sendable {
  public enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }
  public let engine: Engine

  public init(engine: Engine) { self.engine = engine }

  /// Ends a sub-select that claims work which somebody else may be claiming at the same time.
  public var skipLocked: String { engine == .postgres ? "FOR UPDATE SKIP LOCKED" : "" }
}
