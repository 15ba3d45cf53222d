/// Why nothing came back from outside.
public enum OutsideFailure: Error, Sendable, Equatable {
  /// A line break in a header, an address that is none: it was never sent.
  case notSendable(String)
  /// The address lies in the private network, where the question may not go.
  case privateAddress
  case unreachable(String)
  case timedOut
  /// The certificate does not hold, or there is no TLS where there must be.
  case insecure(String)
  case tooLarge(limitBytes: Int)
  case tooManyRedirects
  /// The connection broke in the middle: what was asked may have been done.
  case cut(String)
  case closed
}

extension OutsideFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSendable(let why): "not sent: \(why)"
    case .privateAddress: "not sent: the address lies in the private network"
    case .unreachable(let why): "not reached: \(why)"
    case .timedOut: "no answer in time"
    case .insecure(let why): "no safe connection: \(why)"
    case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
    case .tooManyRedirects: "too many redirects"
    case .cut(let why): "the connection broke: \(why)"
    case .closed: "the program is ending"
    }
  }
}
