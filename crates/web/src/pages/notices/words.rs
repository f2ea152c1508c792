//! The words of notices in the reader's language.

use axum::http::StatusCode;
use deliberation::{
    lifecycle::{Need, Refused, Verb, tables::NoticeState},
    notice::NoticeKind,
    store::{Field, UseError},
};
use maud::Markup;

use crate::{
    pages::matters,
    problem::Problem,
    text::{Lang, Sentence, notice as text},
    view::{Tone, tag},
};

pub(super) const KINDS: [NoticeKind; 6] = [
    NoticeKind::General,
    NoticeKind::Meeting,
    NoticeKind::Roll,
    NoticeKind::Candidates,
    NoticeKind::Result,
    NoticeKind::Accounts,
];

pub(in crate::pages) fn kind(lang: Lang, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::General => text::k_general(lang),
        NoticeKind::Meeting => text::k_meeting(lang),
        NoticeKind::Roll => text::k_roll(lang),
        NoticeKind::Candidates => text::k_candidates(lang),
        NoticeKind::Result => text::k_result(lang),
        NoticeKind::Accounts => text::k_accounts(lang),
    }
}

pub(super) fn state(lang: Lang, state: NoticeState) -> Markup {
    match state {
        NoticeState::Draft => tag(Tone::Plain, text::s_draft(lang)),
        NoticeState::Approved => tag(Tone::Warn, text::s_approved(lang)),
        NoticeState::Posted => tag(Tone::Ok, text::s_posted(lang)),
        NoticeState::Expired => tag(Tone::Plain, text::s_expired(lang)),
        NoticeState::Archived => tag(Tone::Plain, text::s_archived(lang)),
        NoticeState::Withdrawn => tag(Tone::Bad, text::s_withdrawn(lang)),
    }
}

/// A step that has a form.
pub(super) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Approve => text::do_approve(lang),
        Verb::Post => text::do_post(lang),
        Verb::Extend => text::do_extend(lang),
        Verb::Withdraw => text::do_withdraw(lang),
        Verb::Archive => text::do_archive(lang),
        _ => return None,
    })
}

/// What people did wrong.
///
/// # Errors
/// What is not theirs to mend.
pub(super) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Title) => text::e_title,
        UseError::Field(Field::Text) => text::e_text,
        UseError::Field(Field::Building) => text::e_boards,
        UseError::Field(Field::Evidence) => text::e_photo,
        UseError::Field(Field::Reason) => text::e_why,
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::PeriodLong) => text::e_period,
            Some(Need::AllBoards) => text::e_all_boards,
            Some(Need::Longer) => text::e_longer,
            Some(Need::Replacement) => text::e_replacement,
            Some(Need::Reason) => text::e_why,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}
