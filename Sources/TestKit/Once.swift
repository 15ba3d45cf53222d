/// Something that is made at its first use and shared by all who ask.
actor Once<Value: Sendable> {
  private let make: @Sendable () async throws -> Value
  private var made: Task<Value, any Error>?

  init(_ make: @escaping @Sendable () async throws -> Value) { self.make = make }

  func value() async throws -> Value {
    // Unstructured, because it serves every test of the process and must not be cancelled with the first one that asked.
    let task = made ?? Task { [make] in try await make() }
    made = task
    return try await task.value
  }
}
