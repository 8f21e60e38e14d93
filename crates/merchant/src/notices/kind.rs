//! What a notice is of.

/// A kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Orders are paid.
    Sold,
    /// Few pieces, or few licence keys, are left.
    LowStock,
    /// A person has to look at something.
    NeedsPerson,
    /// The shop's own server does not take its webhooks.
    ShopNotHearing,
    /// A provider does not answer, or refuses the account something.
    ProviderTrouble,
    /// A certificate, or a key of the admin API, is near its end.
    EndsSoon,
    /// There is no copy of the records, or only an old one.
    BackupOld,
    /// Shoppers are not told of their orders.
    Mail,
    /// What a day came to.
    Summary,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [NoticeKind; 9] = [
        NoticeKind::Sold,
        NoticeKind::LowStock,
        NoticeKind::NeedsPerson,
        NoticeKind::ShopNotHearing,
        NoticeKind::ProviderTrouble,
        NoticeKind::EndsSoon,
        NoticeKind::BackupOld,
        NoticeKind::Mail,
        NoticeKind::Summary,
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            NoticeKind::Sold => "sold",
            NoticeKind::LowStock => "low_stock",
            NoticeKind::NeedsPerson => "needs_person",
            NoticeKind::ShopNotHearing => "shop_not_hearing",
            NoticeKind::ProviderTrouble => "provider_trouble",
            NoticeKind::EndsSoon => "ends_soon",
            NoticeKind::BackupOld => "backup_old",
            NoticeKind::Mail => "mail",
            NoticeKind::Summary => "summary",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
