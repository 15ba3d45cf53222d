import Sites

/// What a site asks before a chat, beside the form that a visitor sends.
typealias SiteForm = LeadForm

/// A visitor as the sites know them.
typealias SiteVisitor = Visitor

/// An origin on which a widget may stand.
typealias SiteOrigin = Origin
