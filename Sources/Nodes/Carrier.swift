/// What takes bytes to all other nodes: a server that all of them reach.
///
/// It may lose them, double them and change their order; `NodeBus` finds that out. It hands over what this node sent itself or does not,
/// as it likes.
public protocol Carrier: AnyObject, Sendable {
  /// The longest parcel.
  var parcelBytes: Int { get }
  /// What the frames of one message may take together to travel whole; of longer ones only the number does.
  var frameBytes: Int { get }

  /// Gives parcels to the server. Called from one thread, which it may hold up.
  ///
  /// - Throws: when they cannot be given now. Some may have been.
  func send(_ parcels: [[UInt8]]) throws

  /// Begins to listen, and connects again whenever the connection is lost. Once.
  ///
  /// - Parameters:
  ///   - receive: called with each parcel on a thread of the carrier, one after the other.
  ///   - connected: called with whether anything comes in from now on.
  func listen(receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, connected: @escaping @Sendable (Bool) -> Void)

  /// Ends its threads and connections.
  func close()
}

/// A parcel was not taken.
struct NotSent: Error, CustomStringConvertible {
  let description: String
}
