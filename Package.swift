// swift-tools-version:6.2
import PackageDescription

// The rings of ARCHITECTURE.md: a target may use what stands above it, and the compiler keeps it so.

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// - Parameter files: folders beside the sources that Client/build.py packs into the program.
func ring(_ name: String, _ dependencies: [Target.Dependency], files: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: files, swiftSettings: strict)
}

func proof(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestKit"], swiftSettings: strict)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let package = Package(
  name: "parley",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "parley", targets: ["Main"])],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // The outside world in C.
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CNats", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(name: "CCBOR", pkgConfig: "libcbor", providers: [.apt(["libcbor-dev"])]),
    .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(name: "CXLSX", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(name: "CMaxMind", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
    .target(name: "CEmbedded", exclude: ["bundle.bin"]),
    .target(name: "CExamine"),
    .target(name: "CHeap"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // Values.
    ring("Base", [crypto]),
    ring("Wire", ["Base", crypto]),
    ring("Access", ["Base"]),

    // The outside world, once each.
    ring("Store", ["Base", "CPostgres", grdb, grdbSQLite, logging]),
    ring(
      "Live",
      [
        "Base", "Wire", crypto, hummingbird, hummingbirdCore, lifecycle, logging, httpTypes, nio("NIOCore"), nio("NIOPosix"),
        nio("NIOHTTP1"), nio("NIOWebSocket"), nioExtras, nioHTTPTypes, nioHTTPTypesHTTP1,
      ]),
    ring("Web", ["Base", "Access", "CEmbedded", crypto, hummingbird, mustache, logging, httpTypes, nio("NIOCore")], files: ["Templates"]),
    ring("Nodes", ["Base", "Store", "Live", "CNats", logging, nio("NIOCore")]),
    ring("Outside", ["CCurl"]),
    ring("Files", ["Base", "Outside", "CExamine", crypto, nio("NIOCore"), nio("NIOPosix")]),
    ring("Paper", ["Base", "CPango", "CXLSX", nio("NIOPosix")]),
    ring("Exports", ["Base", "Paper", "Web", hummingbird, httpTypes, nio("NIOCore"), nio("NIOPosix")]),
    ring("Places", ["CMaxMind", nio("NIOPosix")]),
    ring("Mail", ["Base", "Store", "Web", "Outside", "CGMime"], files: ["Templates"]),

    ring(
      "Notifications",
      [
        "Base", "Access", "Wire", "Store", "Live", "Web", "Outside", "Mail", "Texting", crypto, hummingbird, httpTypes, logging,
        nio("NIOCore"),
      ],
      files: ["Templates"]),

    // Decisions, pure.
    ring("ConversationsCore", ["Base"]),
    ring("LedgerCore", ["Base"]),
    ring("Pricing", ["Base"]),
    ring("Meter", ["Base"]),
    ring("Availability", ["Base", "Wire"]),

    // The books, which every slice that moves money writes to inside its own transaction.
    ring("Ledger", ["Base", "Store", "LedgerCore", crypto]),

    // Slices.
    ring(
      "Accounts",
      [
        "Base", "Access", "Store", "Web", "Outside", "Mail", "Files", "CArgon2", "CCBOR", "CQREncode", crypto, cryptoExtras, hummingbird,
        httpTypes, nio("NIOCore"), nio("NIOPosix"),
      ],
      files: ["Templates"]),
    // Text messages to telephones and back.
    ring(
      "Texting", ["Base", "Store", "Web", "Outside", "Accounts", crypto, hummingbird, httpTypes, nio("NIOCore")], files: ["Templates"]),
    ring(
      "Sites",
      [
        "Base", "Access", "Store", "Web", "Files", "Places", "ConversationsCore", "Accounts", "Wire", crypto, hummingbird, httpTypes,
        nio("NIOCore"),
      ],
      files: ["Templates"]),
    ring(
      "Conversations",
      [
        "Base", "Access", "Wire", "Store", "Live", "Web", "Mail", "Files", "Paper", "Exports", "ConversationsCore", "Pricing",
        "Availability", "Accounts", "Sites", "Notifications", crypto, hummingbird, httpTypes, logging, nio("NIOCore"),
      ], files: ["Templates"]),

    ring(
      "Privacy",
      [
        "Base", "Access", "Wire", "Store", "Web", "Files", "Mail", "Accounts", "Sites", "Conversations", "Notifications", "CArchive",
        crypto,
        hummingbird, httpTypes, logging, nio("NIOCore"),
      ], files: ["Templates"]),

    // What administrators have to look at: alerts, what waits, and where money went.
    ring(
      "Operations",
      ["Base", "Access", "Store", "Web", "Mail", "Notifications", "Accounts", "LedgerCore", hummingbird, httpTypes],
      files: ["Templates"]),

    // What payers hold themselves to: asked by everything that costs them something.
    ring(
      "Brakes",
      ["Base", "Access", "Store", "Web", "Notifications", "Accounts", "Ledger", hummingbird, httpTypes],
      files: ["Templates"]),

    ring(
      "Payments",
      [
        "Base", "Access", "Store", "Web", "Outside", "Mail", "Paper", "Notifications", "Accounts", "Operations", "LedgerCore", "Ledger",
        "Brakes",
        crypto, x509,
        hummingbird,
        httpTypes, logging, nio("NIOCore"),
      ], files: ["Templates"]),

    ring(
      "Deals",
      [
        "Base", "Access", "Wire", "Store", "Live", "Web", "Accounts", "Sites", "Texting", "Notifications", "Conversations", "Pricing",
        "Meter", "Availability", "Operations", "LedgerCore", "Ledger", "Brakes", "Payments",
        hummingbird, httpTypes,
      ], files: ["Templates"]),

    // Marketplaces that embed Parley and hand over whom they signed in.
    ring(
      "Hosts",
      [
        "Base", "Access", "Store", "Web", "Notifications", "Accounts", "Sites", "Conversations", "Deals", crypto, hummingbird, httpTypes,
        nio("NIOCore"),
      ], files: ["Templates"]),

    // What happened on the websites, as figures.
    ring("Insights", ["Base", "Access", "Store", "Web", "Paper", "Exports", "Sites", hummingbird, logging], files: ["Templates"]),

    // What experts earned goes to their bank accounts.
    ring(
      "Payouts",
      [
        "Base", "Access", "Store", "Web", "Mail", "Paper", "Notifications", "Accounts", "Operations", "Sites", "LedgerCore", "Ledger",
        crypto,
        hummingbird, httpTypes, nio("NIOCore"), nio("NIOPosix"),
      ], files: ["Templates"]),

    // The program that plugs the slices together.
    ring(
      "Village",
      [
        "Base", "Access", "Store", "Live", "Web", "Mail", "Texting", "Accounts", "Sites", "Conversations", "Ledger", "Deals", "Hosts",
        hummingbird,
        httpTypes, nio("NIOCore"),
      ], files: ["Templates", "Websites"]),
    ring(
      "Parley",
      [
        "CHeap", "Base", "Access", "Wire", "Store", "Live", "Nodes", "Web", "Outside", "Files", "Mail", "Paper", "Places",
        "ConversationsCore",
        "Accounts",
        "Sites", "Texting", "Notifications", "Conversations", "Privacy", "Village", "Ledger", "Brakes", "Deals", "Payments", "Payouts",
        "Hosts", "Operations", "Insights",
        arguments, hummingbird,
        hummingbirdCore,
        lifecycle,
        logging,
        httpTypes,
        nio("NIOCore"), nio("NIOPosix"),
      ]),
    .executableTarget(name: "Main", dependencies: ["Parley"], swiftSettings: strict),

    // Proof.
    ring(
      "TestKit",
      [
        "Base", "Wire", "Store", "Live", "Nodes", "Web", "Outside", "Files", "Mail", "Accounts", "Sites", "Notifications",
        "Conversations", "Privacy", "Village",
        "Parley", logging, httpTypes, hummingbird, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
        nio("NIOEmbedded"),
      ]),
    proof("BaseTests", ["Base", "Access"]),
    proof("ConversationsCoreTests", ["Base", "ConversationsCore"]),
    proof("LedgerCoreTests", ["Base", "LedgerCore"]),
    proof("PricingTests", ["Base", "Pricing"]),
    proof("MeterTests", ["Base", "Meter"]),
    proof("AvailabilityTests", ["Base", "Wire", "Availability"]),
    proof("LedgerTests", ["Base", "Store", "Accounts", "LedgerCore", "Ledger"]),
    proof(
      "SimulationTests",
      [
        "Base", "Access", "Store", "Accounts", "Sites", "ConversationsCore", "Conversations", "LedgerCore", "Ledger", "Meter", "Deals",
        "Payments", "Payouts", "Parley",
        logging,
      ]),
    proof("WireTests", ["Base", "Wire"]),
    proof(
      "ConversationsTests",
      [
        "Web", httpTypes, nio("NIOCore"), "Base", "Wire", "Access", "Store", "Files", "Mail", "ConversationsCore", "Conversations", "Sites",
        "Accounts", "Parley",
      ]),
    proof(
      "LiveTests",
      [
        "Wire", "Live", hummingbird, lifecycle, logging, httpTypes, nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"),
        nio("NIOWebSocket"), nioExtras,
      ]),
    proof("FilesTests", ["Base", "Outside", "Files", crypto, nio("NIOCore")]),
    proof("NodesTests", ["Base", "Access", "Store", "Live", "Nodes", "Accounts", "Sites", "Parley", logging, nio("NIOCore")]),
    proof("PlacesTests", ["Places"]),
    proof("SitesTests", ["Base", "Access", "Store", "Web", "Files", "Places", "ConversationsCore", "Accounts", "Sites", httpTypes]),
    proof(
      "VillageTests",
      [
        "Base", "Access", "Store", "Web", "Mail", "Accounts", "Sites", "Conversations", "Ledger", "Village", crypto, hummingbird, httpTypes,
        logging,
        nio("NIOCore"), nio("NIOEmbedded"),
      ]),
    proof("WebTests", ["Base", "Access", "Web", hummingbird, httpTypes, nio("NIOCore")]),
    proof(
      "NotificationsTests",
      [
        "Base", "Access", "Store", "Web", "Wire", "Outside", "Texting", "Notifications", "Conversations", "Sites", "Accounts", "Mail",
        "Parley",
        crypto, httpTypes, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
      ]),
    proof(
      "PrivacyTests",
      ["Base", "Access", "Store", "Web", "Files", "Mail", "Accounts", "Sites", "Conversations", "Privacy", "Parley", httpTypes]),
    proof(
      "PaymentsTests",
      [
        "Base", "Access", "Store", "Web", "Outside", "Mail", "Accounts", "LedgerCore", "Ledger", "Brakes", "Operations", "Payments",
        "Parley", crypto,
        httpTypes,
        nio("NIOCore"),
      ]),
    proof(
      "DealsTests",
      [
        "Base", "Access", "Store", "Web", "Accounts", "Sites", "Conversations", "LedgerCore", "Ledger", "Brakes", "Pricing", "Payments",
        "Deals", "Meter", "Availability", "Texting",
        "Parley", httpTypes,
      ]),
    proof(
      "PayoutsTests",
      [
        "Base", "Access", "Store", "Web", "Paper", "Accounts", "Sites", "Conversations", "LedgerCore", "Ledger", "Deals", "Operations",
        "Payments",
        "Payouts", "Parley",
        crypto, httpTypes,
      ]),
    proof(
      "HostsTests", ["Base", "Access", "Store", "Web", "Accounts", "Sites", "Conversations", "Deals", "Hosts", "Parley", crypto, httpTypes]),
    proof("InsightsTests", ["Base", "Store", "Web", "Paper", "Exports", "Sites", "Insights", "Parley"]),
    proof("StoreTests", ["Base", "Store"]),
    // Whatever reads from the net, each with the insides it is made of.
    proof(
      "FuzzTests",
      [
        "Base", "Wire", "Live", "Web", "Files", "Mail", "Accounts", "Notifications", "Conversations", "Payments", crypto, httpTypes,
        nio("NIOCore"), nio("NIOEmbedded"), nio("NIOHTTP1"), nio("NIOWebSocket"),
      ]),
    proof("OutsideTests", ["Outside", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")]),
    proof("PaperTests", ["Base", "Paper"]),
    proof(
      "TextingTests",
      ["Base", "Store", "Web", "Outside", "Sites", "Texting", "Parley", httpTypes]),
    proof("MailTests", ["Base", "Store", "Web", "Outside", "Mail", nio("NIOCore"), nio("NIOPosix")]),
    proof("AccountsTests", ["Base", "Access", "Store", "Web", "Outside", "Mail", "Accounts", crypto, cryptoExtras, httpTypes]),
  ],
  cLanguageStandard: .c2x
)
