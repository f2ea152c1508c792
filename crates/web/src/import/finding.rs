//! What an import finds wrong or doubtful, with its code, its severity and its words.

use serde::{Deserialize, Serialize};

use crate::text::{Lang, Sentence, roll as text};

/// Whether a finding keeps the file from being applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does: all of a file is right, or nothing is written.
    Error,
    /// Somebody has to look at it and confirm.
    Warning,
}

/// A place in the file that another row refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    /// The other sheet, if it is another.
    pub sheet: Option<String>,
    pub row: u32,
}

/// What was found, with what its message needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    UnitDuplicate(At),
    UnitRepeated(At),
    NumberMissing,
    BuildingMissing,
    RoomIsDate(String),
    LeadingZeroLost(String),
    AreaMissing,
    AreaZero,
    AreaNegative,
    AreaPrecision,
    AreaNotNumber,
    AreaApproximate,
    AreaImplausible(u64),
    AreaSourceMissing,
    KindUnknown,
    StatusUnknown,
    OwnerMissing,
    NameFormula,
    NameTooLong,
    NameControl,
    NameUnassigned,
    LabelTooLong,
    NameInvisible,
    NameUnusual(char),
    NamePrivateUse,
    NameVariant(At),
    IdentityUnclear,
    TailCountMismatch,
    CoOwnerRepeated,
    SeparatorUnclear,
    PhoneLost,
    PhoneInvalid,
    EmailInvalid,
    RowShort,
    RowLong,
    SubtotalMismatch { stated: u64, actual: u64 },
    HiddenSheet,
    HeaderMissing,
    NoUnits,
}

/// A finding where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The sheet; CSV files have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// The row, or the record of a CSV file; the header is 1. `None`: the whole sheet.
    pub row: Option<u32>,
    /// What stands over the column.
    pub column: Option<String>,
    /// For machines; never changes its meaning.
    pub code: String,
    /// Whether it is an error.
    pub severity: Severity,
    /// What is wrong and what to do, in Chinese.
    pub message_zh: String,
    /// The same in English.
    pub message_en: String,
    /// The row that it is compared with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refers_to_row: Option<u32>,
    /// The part of the cell that it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// What the cell probably ought to say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggest: Option<String>,
}

impl Issue {
    /// The message in a language.
    pub fn message(&self, lang: Lang) -> &str {
        lang.pick(&self.message_zh, &self.message_en)
    }
}

impl At {
    fn say(&self, lang: Lang) -> String {
        match &self.sheet {
            Some(sheet) => text::at_sheet(lang, sheet, self.row),
            None => text::at(lang, self.row),
        }
    }
}

impl Finding {
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnitDuplicate(_) => "unit_duplicate",
            Self::UnitRepeated(_) => "unit_repeated",
            Self::NumberMissing => "number_missing",
            Self::BuildingMissing => "building_missing",
            Self::RoomIsDate(_) => "room_is_date",
            Self::LeadingZeroLost(_) => "leading_zero_lost",
            Self::AreaMissing => "area_missing",
            Self::AreaZero => "area_zero",
            Self::AreaNegative => "area_negative",
            Self::AreaPrecision => "area_precision",
            Self::AreaNotNumber => "area_not_number",
            Self::AreaApproximate => "area_approximate",
            Self::AreaImplausible(_) => "area_implausible",
            Self::AreaSourceMissing => "area_source_missing",
            Self::KindUnknown => "kind_unknown",
            Self::StatusUnknown => "status_unknown",
            Self::OwnerMissing => "owner_missing",
            Self::NameFormula => "name_formula",
            Self::NameTooLong => "name_too_long",
            Self::NameControl => "name_control",
            Self::NameUnassigned => "name_unassigned",
            Self::LabelTooLong => "label_too_long",
            Self::NameInvisible => "name_invisible",
            Self::NameUnusual(_) => "name_unusual",
            Self::NamePrivateUse => "name_private_use",
            Self::NameVariant(_) => "name_variant",
            Self::IdentityUnclear => "identity_unclear",
            Self::TailCountMismatch => "tail_count_mismatch",
            Self::CoOwnerRepeated => "co_owner_repeated",
            Self::SeparatorUnclear => "separator_unclear",
            Self::PhoneLost => "phone_lost",
            Self::PhoneInvalid => "phone_invalid",
            Self::EmailInvalid => "email_invalid",
            Self::RowShort => "row_short",
            Self::RowLong => "row_long",
            Self::SubtotalMismatch { .. } => "subtotal_mismatch",
            Self::HiddenSheet => "hidden_sheet",
            Self::HeaderMissing => "header_missing",
            Self::NoUnits => "no_units",
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            Self::UnitDuplicate(_)
            | Self::NumberMissing
            | Self::BuildingMissing
            | Self::RoomIsDate(_)
            | Self::AreaMissing
            | Self::AreaZero
            | Self::AreaNegative
            | Self::AreaPrecision
            | Self::AreaNotNumber
            | Self::AreaApproximate
            | Self::KindUnknown
            | Self::StatusUnknown
            | Self::OwnerMissing
            | Self::NameFormula
            | Self::NameTooLong
            | Self::NameControl
            | Self::NameUnassigned
            | Self::LabelTooLong
            | Self::RowShort
            | Self::RowLong
            | Self::HeaderMissing
            | Self::NoUnits => Severity::Error,
            Self::UnitRepeated(_)
            | Self::LeadingZeroLost(_)
            | Self::AreaImplausible(_)
            | Self::AreaSourceMissing
            | Self::NameInvisible
            | Self::NameUnusual(_)
            | Self::NamePrivateUse
            | Self::NameVariant(_)
            | Self::IdentityUnclear
            | Self::TailCountMismatch
            | Self::CoOwnerRepeated
            | Self::SeparatorUnclear
            | Self::PhoneLost
            | Self::PhoneInvalid
            | Self::EmailInvalid
            | Self::SubtotalMismatch { .. }
            | Self::HiddenSheet => Severity::Warning,
        }
    }

    fn message(&self, lang: Lang) -> String {
        let plain: Sentence = match self {
            Self::UnitDuplicate(at) => return text::unit_duplicate(lang, &at.say(lang)),
            Self::UnitRepeated(at) => return text::unit_repeated(lang, &at.say(lang)),
            Self::NameVariant(at) => return text::name_variant(lang, &at.say(lang)),
            Self::RoomIsDate(suggest) => return text::room_is_date(lang, suggest),
            Self::LeadingZeroLost(suggest) => return text::leading_zero_lost(lang, suggest),
            Self::AreaImplausible(area) => return text::area_implausible(lang, &hundredths(*area)),
            Self::NameUnusual(symbol) => return text::name_unusual(lang, &symbol.to_string()),
            Self::SubtotalMismatch { stated, actual } => {
                return text::subtotal_mismatch(lang, &hundredths(*stated), &hundredths(*actual));
            }
            Self::NumberMissing => text::number_missing,
            Self::BuildingMissing => text::building_missing,
            Self::AreaMissing => text::area_missing,
            Self::AreaZero => text::area_zero,
            Self::AreaNegative => text::area_negative,
            Self::AreaPrecision => text::area_precision,
            Self::AreaNotNumber => text::area_not_number,
            Self::AreaApproximate => text::area_approximate,
            Self::AreaSourceMissing => text::area_source_missing,
            Self::KindUnknown => text::kind_unknown,
            Self::StatusUnknown => text::status_unknown,
            Self::OwnerMissing => text::owner_missing,
            Self::NameFormula => text::name_formula,
            Self::NameTooLong => text::name_too_long,
            Self::NameControl => text::name_control,
            Self::NameUnassigned => text::name_unassigned,
            Self::LabelTooLong => text::label_too_long,
            Self::NameInvisible => text::name_invisible,
            Self::NamePrivateUse => text::name_private_use,
            Self::IdentityUnclear => text::identity_unclear,
            Self::TailCountMismatch => text::tail_count_mismatch,
            Self::CoOwnerRepeated => text::co_owner_repeated,
            Self::SeparatorUnclear => text::separator_unclear,
            Self::PhoneLost => text::phone_lost,
            Self::PhoneInvalid => text::phone_invalid,
            Self::EmailInvalid => text::email_invalid,
            Self::RowShort => text::row_short,
            Self::RowLong => text::row_long,
            Self::HiddenSheet => text::hidden_sheet,
            Self::HeaderMissing => text::header_missing,
            Self::NoUnits => text::no_units,
        };
        plain(lang).to_owned()
    }

    /// The issue that the finding is at a place.
    pub fn issue(&self, sheet: Option<String>, row: Option<u32>, column: Option<String>) -> Issue {
        let refers_to_row = match self {
            Self::UnitDuplicate(at) | Self::UnitRepeated(at) | Self::NameVariant(at) => Some(at.row),
            _ => None,
        };
        let text = if let Self::NameUnusual(symbol) = self { Some(symbol.to_string()) } else { None };
        let suggest = match self {
            Self::RoomIsDate(suggest) | Self::LeadingZeroLost(suggest) => Some(suggest.clone()),
            _ => None,
        };
        Issue {
            sheet,
            row,
            column,
            code: self.code().to_owned(),
            severity: self.severity(),
            message_zh: self.message(Lang::Zh),
            message_en: self.message(Lang::En),
            refers_to_row,
            text,
            suggest,
        }
    }
}

/// `5277.01` from hundredths.
pub(super) fn hundredths(value: u64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}
