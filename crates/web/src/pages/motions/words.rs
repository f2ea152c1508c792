//! The words of motions in the reader's language.

use ballot::store::place::Matter;
use deliberation::{
    lifecycle::{
        Verb,
        tables::{AmendmentState, MotionState},
    },
    motion::{AmendError, Cost, TextError},
    store::{Field, UseError},
};
use maud::{Markup, html};

use crate::{
    pages::{console, matters},
    problem::Problem,
    text::{Lang, Sentence, motion as text},
    view::{Tone, tag},
};

pub(super) fn kind(lang: Lang, kind: Matter) -> &'static str {
    console::matter(lang, kind).0
}

pub(super) fn state(lang: Lang, state: MotionState) -> &'static str {
    match state {
        MotionState::Draft => text::s_draft(lang),
        MotionState::Submitted => text::s_submitted(lang),
        MotionState::Returned => text::s_returned(lang),
        MotionState::Admitted => text::s_admitted(lang),
        MotionState::Deliberating => text::s_deliberating(lang),
        MotionState::Amending => text::s_amending(lang),
        MotionState::Finalised => text::s_finalised(lang),
        MotionState::Scheduled => text::s_scheduled(lang),
        MotionState::Voting => text::s_voting(lang),
        MotionState::Carried => text::s_carried(lang),
        MotionState::Lost => text::s_lost(lang),
        MotionState::Inquorate => text::s_inquorate(lang),
        MotionState::Suspended => text::s_suspended(lang),
        MotionState::Decided => text::s_decided(lang),
        MotionState::Executing => text::s_executing(lang),
        MotionState::Executed => text::s_executed(lang),
        MotionState::Failed => text::s_failed(lang),
        MotionState::Withdrawn => text::s_withdrawn(lang),
        MotionState::Lapsed => text::s_lapsed(lang),
    }
}

pub(in crate::pages) fn state_tag(lang: Lang, given: MotionState) -> Markup {
    let tone = match given {
        MotionState::Carried | MotionState::Decided | MotionState::Executing | MotionState::Executed => Tone::Ok,
        MotionState::Lost | MotionState::Failed | MotionState::Inquorate => Tone::Bad,
        MotionState::Returned | MotionState::Suspended | MotionState::Voting => Tone::Warn,
        _ => Tone::Plain,
    };
    html! { (tag(tone, state(lang, given))) }
}

pub(super) fn amendment_state(lang: Lang, state: AmendmentState) -> &'static str {
    match state {
        AmendmentState::Draft | AmendmentState::Filed => text::a_filed(lang),
        AmendmentState::AdoptedByProposer => text::a_adopted_by_proposer(lang),
        AmendmentState::PutToCouncil => text::a_put_to_council(lang),
        AmendmentState::Adopted => text::a_adopted(lang),
        AmendmentState::Rejected => text::a_rejected(lang),
        AmendmentState::Withdrawn => text::a_withdrawn(lang),
        AmendmentState::Moot => text::a_moot(lang),
    }
}

/// Whether an amendment's decision was written by somebody, and not by the clock.
pub(super) fn is_said(state: AmendmentState) -> bool {
    state == AmendmentState::Rejected
}

/// A step of a motion that has a form.
pub(super) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Submit => text::do_submit(lang),
        Verb::Return => text::do_return(lang),
        Verb::Admit => text::do_admit(lang),
        Verb::Deliberate => text::do_deliberate(lang),
        Verb::OpenAmendments => text::do_open_amendments(lang),
        Verb::Finalise => text::do_finalise(lang),
        Verb::Schedule => text::do_schedule(lang),
        Verb::Repeat => text::do_repeat(lang),
        Verb::Withdraw => text::do_withdraw(lang),
        _ => return None,
    })
}

/// A step of an amendment that has a form.
pub(super) fn todo_amendment(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::AdoptAsProposer => text::do_adopt_as_proposer(lang),
        Verb::PutToCouncil => text::do_put_to_council(lang),
        Verb::Adopt => text::do_adopt(lang),
        Verb::Reject => text::do_reject(lang),
        Verb::Withdraw => text::do_withdraw_amendment(lang),
        _ => return None,
    })
}

pub(super) fn done(lang: Lang, verb: Verb) -> &'static str {
    match verb {
        Verb::Create => text::did_create(lang),
        Verb::Submit => text::did_submit(lang),
        Verb::Return => text::did_return(lang),
        Verb::Admit => text::did_admit(lang),
        Verb::AdmitBySupport => text::did_by_support(lang),
        Verb::List => text::did_list(lang),
        Verb::Deliberate => text::did_deliberate(lang),
        Verb::OpenAmendments => text::did_open_amendments(lang),
        Verb::Finalise => text::did_finalise(lang),
        Verb::Schedule | Verb::Repeat => text::did_schedule(lang),
        Verb::OpenVote => text::did_open_vote(lang),
        Verb::Carry => text::did_carry(lang),
        Verb::Lose => text::did_lose(lang),
        Verb::MissQuorum => text::did_miss_quorum(lang),
        Verb::Decide => text::did_decide(lang),
        Verb::Withdraw => text::did_withdraw(lang),
        Verb::Suspend => text::did_suspend(lang),
        Verb::Execute => text::did_execute(lang),
        Verb::Complete => text::did_complete(lang),
        Verb::Fail => text::did_fail(lang),
        Verb::Lapse => text::did_lapse(lang),
        Verb::Adopt => text::did_adopt(lang),
        _ => crate::text::matter::did_other(lang),
    }
}

pub(super) fn cost(lang: Lang, cost: Cost) -> String {
    match cost {
        Cost::Nothing => text::cost_none(lang).to_owned(),
        Cost::Fixed { cents } => text::cost_fixed(lang, &yuan(cents)),
        Cost::Range { least, most } => text::cost_range(lang, &yuan(least), &yuan(most)),
    }
}

/// Hundredths of a yuan as people write them.
pub(super) fn yuan(cents: u64) -> String {
    let whole = crate::text::number(cents / 100);
    if cents.is_multiple_of(100) { whole } else { format!("{whole}.{:02}", cents % 100) }
}

/// What people did wrong, for the page that is shown again.
///
/// # Errors
/// What is not theirs to mend.
pub(crate) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Text(TextError::Title) => text::e_title,
        UseError::Text(TextError::Cost) => text::e_cost,
        UseError::Text(TextError::Empty | TextError::Long | TextError::Character(_)) => text::e_text,
        UseError::Amend(AmendError::Nothing) => text::e_same,
        UseError::Amend(AmendError::Text(_) | AmendError::Range(_)) => text::e_amend,
        UseError::Amend(AmendError::Base | AmendError::Moot(_)) | UseError::Field(Field::Version) => text::e_version,
        UseError::Field(Field::Poll) => text::e_poll,
        UseError::Field(Field::Reason) => text::e_why,
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_people_do() {
        for (cents, expected) in [(0, "0"), (5, "0.05"), (120_000, "1200"), (8_000_050, "80\u{202f}000.50")] {
            assert_eq!(yuan(cents), expected);
        }
    }
}
