import CCurl
import Foundation
import Synchronization

/// One easy handle of libcurl with what its callbacks fill in.
///
/// A class, because libcurl keeps a pointer to it. Unchecked because it is made by one thread, handed to the one that drives it through the
/// lock of `CurlThread`, and read again only after `end`; what others touch meanwhile is inside `state`.
final class Transfer: @unchecked Sendable {
  let easy: UnsafeMutableRawPointer
  let reach: Reach
  let answerLimitBytes: Int
  var body: [UInt8] = []
  var headers: [(name: String, value: String)] = []
  /// What was last said to a mail server: `RCPT`.
  var command = ""
  /// What a mail server last said no to, unless it said yes to something after.
  var refusal: SMTPRefusal?
  var isPrivate = false
  var isPrivateAddress: @Sendable (_ address: [UInt8]) -> Bool = PrivateNetwork.contains
  var isTooLarge = false

  private let upload: [UInt8]
  private var uploaded = 0
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private let errorText: UnsafeMutablePointer<CChar>

  private struct State {
    var completion: (@Sendable (Result<CurlThread.Ending, any Error>) -> Void)?
    var isCancelled = false
    var hasEnded = false
  }
  private let state = Mutex(State())

  init(url: String, reach: Reach, upload: [UInt8], answerLimitBytes: Int) throws {
    guard !url.isEmpty, Self.isPlain(url) else { throw OutsideFailure.notSendable("an address has no white space") }
    guard let easy = curl_easy_init() else { throw OutsideFailure.notSendable("no memory") }
    self.easy = easy
    self.reach = reach
    self.upload = upload
    self.answerLimitBytes = answerLimitBytes
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    let me = Unmanaged.passUnretained(self).toOpaque()
    set(CURLOPT_URL, url)
    set(CURLOPT_NOSIGNAL, 1)
    // A proxy of the environment would be asked instead, and the guard would see only the proxy.
    set(CURLOPT_PROXY, "")
    parley_curl_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    parley_curl_write(easy, Self.onBody, Self.onHeader)
    for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_READDATA, CURLOPT_DEBUGDATA] {
      parley_curl_pointer(easy, option, me)
    }
    parley_curl_open_socket(easy, Self.onOpenSocket)
    // A connection into the private network is not kept, or a question that may not go there could find it and use it.
    if reach == .anywhere { set(CURLOPT_FORBID_REUSE, 1) }
  }

  deinit {
    curl_easy_cleanup(easy)
    for list in lists { curl_slist_free_all(list) }
    errorText.deallocate()
  }

  func set(_ option: CURLoption, _ text: String) { parley_curl_text(easy, option, text) }
  func set(_ option: CURLoption, _ number: Int) { parley_curl_number(easy, option, number) }

  func set(_ option: CURLoption, _ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) ?? list }
    guard let list else { return }
    lists.append(list)
    parley_curl_pointer(easy, option, list)
  }

  func sendUpload() { parley_curl_read(easy, Self.onRead) }
  func followCommands() { parley_curl_debug(easy, Self.onDebug) }

  static func isPlain(_ text: String) -> Bool { !text.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F } }

  // MARK: Its life

  func start(_ completion: @escaping @Sendable (Result<CurlThread.Ending, any Error>) -> Void) {
    state.withLock { $0.completion = completion }
  }

  func cancel() { state.withLock { $0.isCancelled = true } }
  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func end(_ result: Result<CurlThread.Ending, any Error>) {
    let completion = state.withLock { state in
      defer { state.completion = nil }
      state.hasEnded = true
      return state.completion
    }
    completion?(result)
  }

  // MARK: What libcurl calls

  private static func transfer(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
    pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let onBody: curl_write_callback = { bytes, _, count, pointer in
    guard let transfer = Transfer.transfer(pointer), let bytes else { return 0 }
    guard transfer.body.count + count <= transfer.answerLimitBytes else {
      transfer.isTooLarge = true
      return 0
    }
    transfer.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }

  /// How many lines of headers are kept; libcurl itself ends a transfer whose headers grow beyond 300 kB.
  private static let headerLimit = 200
  private static let replyLimit = 300

  private static let onHeader: curl_write_callback = { bytes, _, count, pointer in
    guard let transfer = Transfer.transfer(pointer), let bytes else { return 0 }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // The headers of a redirect are not those of the answer.
      transfer.headers = []
    } else if let colon = line.firstIndex(of: ":"), transfer.command.isEmpty {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
      if transfer.headers.count < Transfer.headerLimit { transfer.headers.append((String(line[..<colon]), value)) }
    }
    return count
  }

  private static let onRead: curl_read_callback = { bytes, size, count, pointer in
    guard let transfer = Transfer.transfer(pointer), let bytes else { return Int(CURL_READFUNC_ABORT) }
    let rest = transfer.upload[transfer.uploaded...].prefix(size * count)
    rest.withUnsafeBytes { UnsafeMutableRawPointer(bytes).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(bytes), byteCount: $0.count) }
    transfer.uploaded += rest.count
    return rest.count
  }

  /// Follows the words with a mail server, but never keeps what signs us in.
  private static let onDebug: curl_debug_callback = { _, kind, bytes, count, pointer in
    guard let transfer = Transfer.transfer(pointer), let bytes else { return 0 }
    let said = UnsafeRawBufferPointer(start: bytes, count: count)
    switch kind {
    case CURLINFO_HEADER_OUT: transfer.command = String(decoding: said.prefix(4), as: UTF8.self).uppercased()
    case CURLINFO_HEADER_IN: transfer.hear(said)
    default: break
    }
    return 0
  }

  private func hear(_ said: UnsafeRawBufferPointer) {
    // libcurl says goodbye also to a server that said no.
    guard command != "QUIT", let code = Int(String(decoding: said.prefix(3), as: UTF8.self)) else { return }
    let text = String(decoding: said.dropFirst(4).prefix(Self.replyLimit), as: UTF8.self)
    refusal =
      code < 400 ? nil : SMTPRefusal(step: .init(command), code: code, text: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static let onOpenSocket: curl_opensocket_callback = { pointer, _, address in
    guard let transfer = Transfer.transfer(pointer), let address else { return CURL_SOCKET_BAD }
    if transfer.reach == .publicNetwork, transfer.isPrivateAddress(Transfer.bytes(of: address)) {
      transfer.isPrivate = true
      return CURL_SOCKET_BAD
    }
    return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
  }

  private static func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8] {
    withUnsafeBytes(of: &address.pointee.addr) { raw in
      switch address.pointee.family {
      case AF_INET: Array(raw[4..<8])
      // sockaddr_in6 is longer than the sockaddr that libcurl declares; libcurl keeps room for it.
      case AF_INET6: Array(UnsafeRawBufferPointer(start: raw.baseAddress, count: MemoryLayout<sockaddr_in6>.size)[8..<24])
      default: []
      }
    }
  }

  // MARK: How it ended

  func failure(_ ending: CurlThread.Ending) -> OutsideFailure {
    let text = String(cString: errorText)
    let words = text.isEmpty ? String(cString: curl_easy_strerror(ending.code)) : text
    if isTooLarge { return .tooLarge(limitBytes: answerLimitBytes) }
    if isPrivate { return .privateAddress }
    return switch ending.code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT: .notSendable(words)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY: .unreachable(words)
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_FILESIZE_EXCEEDED: .tooLarge(limitBytes: answerLimitBytes)
    case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE:
      .insecure(words)
    default: .cut(words)
    }
  }
}
