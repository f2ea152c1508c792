//! The words of matters in the reader's language.

use deliberation::{
    discussion::{CommentError, HideReason, Side},
    lifecycle::{Need, Refused, Verb, tables::MatterState},
    matter::{AnswerKind, Level, Source, Standing},
    rights::Role,
    store::{Field, MeetingError, Named, RuleError, StatementError, UseError, Voice},
};
use maud::{Markup, html};

use crate::{
    text::{Lang, Sentence, building_label, matter as text, post as posts, rule as rules, statement as statements},
    view::{Tone, tag},
};

pub(in crate::pages) fn source(lang: Lang, source: Source) -> &'static str {
    match source {
        Source::Wish => text::source_wish(lang),
        Source::Round => text::source_round(lang),
        Source::GroupChat => text::source_group_chat(lang),
        Source::Survey => text::source_survey(lang),
        Source::Meeting => text::source_meeting(lang),
        Source::Hotline => text::source_hotline(lang),
        Source::Visit => text::source_visit(lang),
    }
}

pub(in crate::pages) fn level(lang: Lang, level: Level) -> String {
    let name = match level {
        Level::Grid => text::level_grid(lang),
        Level::Estate => text::level_estate(lang),
        Level::Community => text::level_community(lang),
        Level::Street => text::level_street(lang),
    };
    text::level(lang, name)
}

pub(in crate::pages) fn state(lang: Lang, state: MatterState) -> &'static str {
    match state {
        MatterState::Draft => text::state_draft(lang),
        MatterState::Submitted => text::state_submitted(lang),
        MatterState::Returned => text::state_returned(lang),
        MatterState::Acknowledged => text::state_acknowledged(lang),
        MatterState::Assigned => text::state_assigned(lang),
        MatterState::InProgress => text::state_in_progress(lang),
        MatterState::Answered => text::state_answered(lang),
        MatterState::Closed => text::state_closed(lang),
        MatterState::Reopened => text::state_reopened(lang),
        MatterState::Escalated => text::state_escalated(lang),
        MatterState::Merged => text::state_merged(lang),
    }
}

/// Where a matter stands, in two or three tags.
pub(in crate::pages) fn tags(lang: Lang, standing: &Standing, now: u64) -> Markup {
    let tone = match standing.state {
        MatterState::Answered | MatterState::Closed => Tone::Ok,
        MatterState::Submitted | MatterState::Returned | MatterState::Reopened | MatterState::Escalated => Tone::Warn,
        _ => Tone::Plain,
    };
    html! {
        (tag(tone, state(lang, standing.state)))
        @if standing.is_overdue(now) { " " (tag(Tone::Bad, text::overdue(lang))) }
        @if standing.is_emergency && standing.is_open() { " " (tag(Tone::Bad, text::urgent(lang))) }
    }
}

pub(in crate::pages) fn answer_kind(lang: Lang, kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Done => text::kind_done(lang),
        AnswerKind::Agreed => text::kind_agreed(lang),
        AnswerKind::Refused => text::kind_refused(lang),
        AnswerKind::NotOurs => text::kind_not_ours(lang),
    }
}

/// A step that can be made, if it has a form.
pub(in crate::pages) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Submit => text::do_submit(lang),
        Verb::Acknowledge => text::do_acknowledge(lang),
        Verb::Return => text::do_return(lang),
        Verb::Assign => text::do_assign(lang),
        Verb::Dispatch => text::do_dispatch(lang),
        Verb::Start => text::do_start(lang),
        Verb::Answer => text::do_answer(lang),
        Verb::Close => text::do_close(lang),
        Verb::Reopen => text::do_reopen(lang),
        Verb::Escalate => text::do_escalate(lang),
        Verb::Appeal => text::do_appeal(lang),
        Verb::Merge => text::do_merge(lang),
        Verb::Link => crate::text::motion::link(lang),
        _ => return None,
    })
}

/// A step that was made.
pub(in crate::pages) fn done(lang: Lang, verb: Verb) -> &'static str {
    match verb {
        Verb::Submit => text::did_submit(lang),
        Verb::Acknowledge => text::did_acknowledge(lang),
        Verb::Return => text::did_return(lang),
        Verb::Resume => text::did_resume(lang),
        Verb::Assign => text::did_assign(lang),
        Verb::Dispatch => text::did_dispatch(lang),
        Verb::Start => text::did_start(lang),
        Verb::Answer => text::did_answer(lang),
        Verb::Close => text::did_close(lang),
        Verb::Settle => text::did_settle(lang),
        Verb::Reopen => text::did_reopen(lang),
        Verb::Escalate => text::did_escalate(lang),
        Verb::Overrun => text::did_overrun(lang),
        Verb::Appeal => text::did_appeal(lang),
        Verb::Merge => text::did_merge(lang),
        Verb::Link => text::did_link(lang),
        Verb::Accept => statements::accept(lang),
        Verb::Reject => statements::reject(lang),
        Verb::MarkDuplicate => statements::duplicate(lang),
        Verb::Hide => text::hide(lang),
        Verb::Unhide => text::unhide(lang),
        Verb::Withdraw => text::withdraw(lang),
        _ => text::did_other(lang),
    }
}

pub(in crate::pages) fn side(lang: Lang, side: Side) -> &'static str {
    match side {
        Side::For => text::side_for(lang),
        Side::Against => text::side_against(lang),
        Side::Question => text::side_question(lang),
        Side::Remark => text::side_remark(lang),
    }
}

pub(in crate::pages) fn voice(lang: Lang, voice: Voice) -> &'static str {
    match voice {
        Voice::Owner => text::voice_owner(lang),
        Voice::Resident => text::voice_resident(lang),
        Voice::Office => text::voice_office(lang),
        Voice::Post(role) => post(lang, role),
    }
}

/// A post by its name.
pub(in crate::pages) fn post(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::BuildingLead => posts::building_lead(lang),
        Role::GridWorker => posts::grid_worker(lang),
        Role::Secretary => posts::secretary(lang),
        Role::Property => posts::property(lang),
        Role::Community => posts::community(lang),
        Role::Street => posts::street(lang),
        Role::Mediator => posts::mediator(lang),
        Role::Enterprise => posts::enterprise(lang),
        Role::Moderator => posts::moderator(lang),
        Role::Committee => posts::committee(lang),
        Role::Auditor => posts::auditor(lang),
        Role::Public | Role::Resident | Role::Owner | Role::Admin => posts::other(lang),
    }
}

pub(in crate::pages) fn why_hidden(lang: Lang, reason: HideReason) -> &'static str {
    match reason {
        HideReason::Personal => text::why_personal(lang),
        HideReason::Insult => text::why_insult(lang),
        HideReason::Unlawful => text::why_unlawful(lang),
        HideReason::OffTopic => text::why_off_topic(lang),
        HideReason::Advertisement => text::why_advertisement(lang),
        HideReason::Duplicate => text::why_duplicate(lang),
    }
}

/// A building as a roll names it.
pub(in crate::pages) fn building(lang: Lang, name: &str) -> String {
    let (phase, building) = name.split_once('/').unwrap_or(("", name));
    building_label(lang, phase, building)
}

/// An office with whoever holds it, or a name of the register.
pub(in crate::pages) fn name(lang: Lang, named: &Named) -> String {
    let Named { name, organisation, .. } = named;
    match named.post {
        _ if !organisation.is_empty() => lang.pick(format!("{organisation}{name}"), format!("{name}, {organisation}")),
        Some(role) => lang.pick(format!("{}{name}", post(lang, role)), format!("{name}, {}", post(lang, role))),
        None => name.clone(),
    }
}

/// What was wrong with what somebody did, and what would have been right.
pub(in crate::pages) fn wrong(error: &UseError) -> Sentence {
    match error {
        UseError::Field(field) => match field {
            Field::Title => text::e_title,
            Field::Text => text::e_text,
            Field::Reason => text::e_reason,
            Field::Building => text::e_building,
            Field::Rating => text::e_rating,
            Field::Name => text::e_person,
            _ => text::e_other,
        },
        UseError::Comment(error) => match error {
            CommentError::Length | CommentError::Character => text::e_remark,
            CommentError::Depth => text::e_depth,
            CommentError::Parent => text::e_parent,
        },
        UseError::Statement(error) => match error {
            StatementError::Length => statements::e_length,
            StatementError::Over => statements::e_over,
            StatementError::Full => statements::e_full,
            StatementError::Gone => statements::e_gone,
            StatementError::Person => statements::e_person,
        },
        UseError::Setting(_) => rules::e_number,
        UseError::Rule(error) => match error {
            RuleError::Same => rules::e_same,
            RuleError::Waits => rules::e_waits,
            RuleError::Gone => rules::e_gone,
            RuleError::Own => rules::e_own,
            RuleError::Seated => rules::e_seated,
        },
        UseError::Meeting(MeetingError::Seats) => crate::text::meeting::e_seats,
        UseError::Meeting(MeetingError::Rules) => crate::text::meeting::e_rules,
        UseError::Refused(Refused::NotListed { .. }) => text::e_not_listed,
        UseError::Refused(Refused::Unmet { needs }) => needs.first().map_or(text::e_unmet, |need| unmet(*need)),
        UseError::Refused(Refused::NotYours { .. }) | UseError::Denied(_) | UseError::Conflict(_) => text::e_not_yours,
        UseError::NoSuch(_)
        | UseError::Text(_)
        | UseError::Amend(_)
        | UseError::Meeting(_)
        | UseError::Hands(_)
        | UseError::Mediation(_)
        | UseError::Survey(_)
        | UseError::Question(..)
        | UseError::Database(_) => text::e_other,
    }
}

fn unmet(need: Need) -> Sentence {
    match need {
        Need::Text => text::e_text,
        Need::Reason => text::e_reason,
        Need::ConsentIfOnBehalf => text::e_person,
        Need::AnswerKind => text::e_answer_kind,
        Need::Responsible => text::e_responsible,
        Need::Due => text::e_due,
        Need::Survivor => text::e_survivor,
        Need::Original => statements::e_original,
        Need::NoReactions => statements::e_reacted,
        Need::Child => crate::text::motion::e_link,
        Need::InReplyTime => text::e_reply_time,
        Need::NoOpenChild => text::e_child,
        Need::HigherLevel => text::e_level,
        Need::NotReopenedYet => text::e_again,
        _ => text::e_unmet,
    }
}
