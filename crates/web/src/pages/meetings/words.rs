//! The words of meetings in the reader's language.

use axum::http::StatusCode;
use deliberation::{
    lifecycle::{
        Need, Refused, Verb,
        tables::{ItemState, MeetingState, MinutesState},
    },
    meeting::{BodyKind, CheckIn, ItemKind, Signer},
    store::{Field, ItemView, MeetingError, UseError},
};
use maud::{Markup, html};

use crate::{
    pages::matters,
    problem::Problem,
    text::{Lang, Sentence, meeting as text},
    view::{Tone, tag},
};

pub(super) fn body_kind(lang: Lang, kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Assembly => text::b_assembly(lang),
        BodyKind::Committee => text::b_committee(lang),
        BodyKind::Council => text::b_council(lang),
        BodyKind::RedCouncil => text::b_red_council(lang),
        BodyKind::Conference => text::b_conference(lang),
        BodyKind::FirmCouncil => text::b_firm_council(lang),
        BodyKind::Stairwell => text::b_stairwell(lang),
    }
}

pub(super) fn state(lang: Lang, state: MeetingState) -> Markup {
    match state {
        MeetingState::Planned => tag(Tone::Plain, text::s_planned(lang)),
        MeetingState::Convened => tag(Tone::Warn, text::s_convened(lang)),
        MeetingState::Open => tag(Tone::Ok, text::s_open(lang)),
        MeetingState::Suspended => tag(Tone::Warn, text::s_suspended(lang)),
        MeetingState::Closed => tag(Tone::Plain, text::s_closed(lang)),
        MeetingState::Minuted => tag(Tone::Ok, text::s_minuted(lang)),
        MeetingState::Archived => tag(Tone::Plain, text::s_archived(lang)),
        MeetingState::Cancelled => tag(Tone::Bad, text::s_cancelled(lang)),
    }
}

/// How an item stands, and what a vote made of it.
pub(super) fn item_state(lang: Lang, item: &ItemView) -> Markup {
    let (tone, word) = state_word(lang, item.state);
    html! { (tag(tone, word)) @if let Some(carried) = item.carried() { " " (outcome(lang, carried)) } }
}

pub(in crate::pages) fn outcome(lang: Lang, carried: bool) -> Markup {
    if carried { tag(Tone::Ok, text::carried(lang)) } else { tag(Tone::Bad, text::lost(lang)) }
}

pub(super) fn state_word(lang: Lang, state: ItemState) -> (Tone, &'static str) {
    match state {
        ItemState::Proposed => (Tone::Warn, text::i_proposed(lang)),
        ItemState::Accepted => (Tone::Plain, text::i_accepted(lang)),
        ItemState::Open => (Tone::Warn, text::i_open(lang)),
        ItemState::Decided => (Tone::Plain, text::i_decided(lang)),
        ItemState::Deferred => (Tone::Plain, text::i_deferred(lang)),
        ItemState::Referred => (Tone::Plain, text::i_referred(lang)),
        ItemState::Noted => (Tone::Plain, text::i_noted(lang)),
        ItemState::Declined => (Tone::Bad, text::i_declined(lang)),
    }
}

pub(super) fn item_kind(lang: Lang, kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Inform => text::k_inform(lang),
        ItemKind::Discuss => text::k_discuss(lang),
        ItemKind::Decide => text::k_decide(lang),
        ItemKind::Elect => text::k_elect(lang),
    }
}

pub(super) fn minutes_state(lang: Lang, state: MinutesState) -> Markup {
    match state {
        MinutesState::Generated => tag(Tone::Plain, text::m_generated(lang)),
        MinutesState::Draft => tag(Tone::Plain, text::m_draft(lang)),
        MinutesState::Circulated => tag(Tone::Warn, text::m_circulated(lang)),
        MinutesState::Approved => tag(Tone::Plain, text::m_approved(lang)),
        MinutesState::Published => tag(Tone::Ok, text::m_published(lang)),
    }
}

pub(super) fn how(lang: Lang, how: CheckIn) -> &'static str {
    match how {
        CheckIn::Code => text::by_code(lang),
        CheckIn::Paper => text::by_paper(lang),
        CheckIn::Online => text::by_online(lang),
    }
}

pub(super) fn signer(lang: Lang, signer: Signer) -> &'static str {
    match signer {
        Signer::Chair => text::sg_chair(lang),
        Signer::Secretary => text::sg_secretary(lang),
        Signer::Attendant => text::sg_attendant(lang),
    }
}

/// A step of a meeting that has a form.
pub(super) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Convene => text::do_convene(lang),
        Verb::Open => text::do_open(lang),
        Verb::Adjourn => text::do_adjourn(lang),
        Verb::Resume => text::do_resume(lang),
        Verb::Close => text::do_close(lang),
        Verb::Cancel => text::do_cancel(lang),
        Verb::Archive => text::do_archive(lang),
        _ => return None,
    })
}

/// A step of an item that has a form.
pub(super) fn todo_item(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Accept => text::do_accept(lang),
        Verb::Decline => text::do_decline(lang),
        Verb::Open => text::do_item_open(lang),
        Verb::Decide => text::do_decide(lang),
        Verb::Note => text::do_note(lang),
        Verb::Defer => text::do_defer(lang),
        Verb::Refer => text::do_refer(lang),
        _ => return None,
    })
}

/// A step of minutes that has a form.
pub(super) fn todo_minutes(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Draft | Verb::Edit => text::do_draft(lang),
        Verb::Circulate => text::do_circulate(lang),
        Verb::Note => text::do_comment(lang),
        Verb::Undersign => text::do_sign(lang),
        Verb::Return => text::do_return(lang),
        Verb::Approve => text::do_approve(lang),
        Verb::Publish => text::do_publish(lang),
        Verb::Create => text::do_correct(lang),
        _ => return None,
    })
}

/// What news say.
pub(super) fn told(lang: Lang, kind: &str, verb: Verb) -> &'static str {
    match (kind, verb) {
        ("meeting", Verb::Convene) => text::n_convened(lang),
        ("meeting", Verb::Cancel) => text::n_cancelled(lang),
        ("agenda_item", Verb::Accept) => text::n_accepted(lang),
        ("agenda_item", Verb::Decline) => text::n_declined(lang),
        ("agenda_item", Verb::Decide) => text::n_decided(lang),
        ("agenda_item", Verb::Note) => text::n_noted(lang),
        ("agenda_item", Verb::Defer | Verb::Refer) => text::n_moved(lang),
        ("minutes", Verb::Circulate) => text::n_circulated(lang),
        ("minutes", Verb::Publish) => text::n_published(lang),
        _ => crate::text::matter::did_other(lang),
    }
}

/// What people did wrong.
///
/// # Errors
/// What is not theirs to mend.
pub(super) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Title) => text::e_title,
        UseError::Field(Field::Text) => text::e_text,
        UseError::Field(Field::Reason) => text::e_reason,
        UseError::Field(Field::Name) => text::e_person,
        UseError::Hands(_) => text::e_hands,
        UseError::Meeting(error) => meeting(*error),
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::NoticeTime) => text::e_notice,
            Some(Need::Quorum) => text::e_quorum,
            Some(Need::QuorumThere) => text::e_quorum_there,
            Some(Need::WindowOpen) => text::e_time,
            Some(Need::ItemsEnded) => text::e_items,
            Some(Need::Meeting) => text::e_meeting,
            Some(Need::Body) => text::e_other_body,
            Some(Need::Outcome) => text::e_hands,
            Some(Need::Reason) => text::e_reason,
            Some(Need::Text) => text::e_minutes,
            Some(Need::CommentTimeOver | Need::ThreeSignatures) => text::e_comment_time,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

fn meeting(error: MeetingError) -> Sentence {
    match error {
        MeetingError::Seats => text::e_group,
        MeetingError::Rules => text::e_rules,
        MeetingError::Full => text::e_full,
        MeetingError::Part => text::e_part,
        MeetingError::Closed => text::e_closed,
        MeetingError::Times => text::e_times,
        MeetingError::Place => text::e_place,
        MeetingError::Late => text::e_late,
        MeetingError::Other => text::e_other,
        MeetingError::Linked => text::e_link,
        MeetingError::NotNow => text::e_not_now,
        MeetingError::Code => text::e_code,
        MeetingError::NotThere => text::e_not_there,
        MeetingError::Proxy => text::e_proxy,
        MeetingError::Asked => text::e_asked,
        MeetingError::Minutes => text::e_minutes,
        MeetingError::Version => text::e_version,
    }
}
