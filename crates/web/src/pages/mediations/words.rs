//! The words for kinds, states and steps of a mediation.

use axum::http::StatusCode;
use deliberation::{
    lifecycle::{Need, Refused, Verb, tables::MediationState},
    mediation::{Category, Forum, Kept, MediationFault},
    store::{Field, UseError},
    survey::figures::Cell,
};
use maud::Markup;

use crate::{
    pages::matters,
    problem::Problem,
    text::{Lang, Sentence, mediation as text},
    view::{Tone, tag},
};

pub(super) fn category(lang: Lang, category: Category) -> &'static str {
    match category {
        Category::Noise => text::c_noise(lang),
        Category::Leak => text::c_leak(lang),
        Category::Parking => text::c_parking(lang),
        Category::Animals => text::c_animals(lang),
        Category::Fees => text::c_fees(lang),
        Category::CommonParts => text::c_common_parts(lang),
        Category::Family => text::c_family(lang),
        Category::Other => text::c_other(lang),
    }
}

pub(super) fn state(lang: Lang, state: MediationState) -> Markup {
    let (tone, word) = match state {
        MediationState::Requested => (Tone::Warn, text::s_requested(lang)),
        MediationState::Consented => (Tone::Plain, text::s_consented(lang)),
        MediationState::Scheduled => (Tone::Plain, text::s_scheduled(lang)),
        MediationState::InSession => (Tone::Plain, text::s_in_session(lang)),
        MediationState::Agreed => (Tone::Warn, text::s_agreed(lang)),
        MediationState::Signed => (Tone::Ok, text::s_signed(lang)),
        MediationState::Performed => (Tone::Ok, text::s_performed(lang)),
        MediationState::Closed => (Tone::Ok, text::s_closed(lang)),
        MediationState::NoAgreement => (Tone::Plain, text::s_no_agreement(lang)),
        MediationState::Referred => (Tone::Plain, text::s_referred(lang)),
        MediationState::Withdrawn => (Tone::Plain, text::s_withdrawn(lang)),
        MediationState::Breached => (Tone::Bad, text::s_breached(lang)),
    };
    tag(tone, word)
}

pub(super) fn forum(lang: Lang, forum: Forum) -> &'static str {
    match forum {
        Forum::PeoplesMediation => text::g_peoples_mediation(lang),
        Forum::Court => text::g_court(lang),
        Forum::Motion => text::g_motion(lang),
    }
}

pub(super) fn kept(lang: Lang, kept: Kept) -> &'static str {
    match kept {
        Kept::Yes => text::k_yes(lang),
        Kept::Partly => text::k_partly(lang),
        Kept::No => text::k_no(lang),
    }
}

/// A number as it is shown.
pub(super) fn cell(lang: Lang, cell: Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Few => text::few(lang).to_owned(),
    }
}

/// A step that is made in a room, in the order in which a page offers them.
pub(super) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Join => text::do_join(lang),
        Verb::Undersign => text::do_undersign(lang),
        Verb::Consent => text::do_consent(lang),
        Verb::Schedule => text::do_schedule(lang),
        Verb::Meet => text::do_meet(lang),
        Verb::Minute => text::do_minute(lang),
        Verb::Agree => text::do_agree(lang),
        Verb::Sign => text::do_sign(lang),
        Verb::Visit => text::do_visit(lang),
        Verb::Perform => text::do_perform(lang),
        Verb::Close => text::do_close(lang),
        Verb::Say => text::do_say(lang),
        Verb::EnterPaper => text::do_enter_paper(lang),
        Verb::Edit => text::do_edit(lang),
        Verb::Invite => text::do_invite(lang),
        Verb::Refer => text::do_refer(lang),
        Verb::Link => text::do_link(lang),
        Verb::Resume => text::do_resume(lang),
        Verb::Breach => text::do_breach(lang),
        Verb::NoAgreement => text::do_no_agreement(lang),
        Verb::AskAnother => text::do_ask_another(lang),
        Verb::StepAside => text::do_step_aside(lang),
        Verb::Decline => text::do_decline(lang),
        Verb::Withdraw => text::do_withdraw(lang),
        _ => return None,
    })
}

/// The steps in the order in which a page offers them: what leads on first, what ends it last.
pub(super) const ORDER: [Verb; 24] = [
    Verb::Join,
    Verb::Undersign,
    Verb::Consent,
    Verb::Schedule,
    Verb::Meet,
    Verb::Minute,
    Verb::Agree,
    Verb::Sign,
    Verb::Visit,
    Verb::Perform,
    Verb::Close,
    Verb::Say,
    Verb::EnterPaper,
    Verb::Edit,
    Verb::Invite,
    Verb::Refer,
    Verb::Link,
    Verb::Resume,
    Verb::Breach,
    Verb::NoAgreement,
    Verb::AskAnother,
    Verb::StepAside,
    Verb::Decline,
    Verb::Withdraw,
];

/// What a step has made of a case, for its chronicle.
pub(super) fn step(lang: Lang, verb: Verb) -> &'static str {
    match verb {
        Verb::Create => text::d_create(lang),
        Verb::Assign => text::d_assign(lang),
        Verb::Accept => text::d_accept(lang),
        Verb::StepAside => text::d_step_aside(lang),
        Verb::AskAnother => text::d_ask_another(lang),
        Verb::Edit => text::d_edit(lang),
        Verb::Join => text::d_join(lang),
        Verb::EnterPaper => text::d_paper(lang),
        Verb::Invite => text::d_invite(lang),
        Verb::Consent => text::d_consent(lang),
        Verb::Decline => text::d_decline(lang),
        Verb::Schedule => text::d_schedule(lang),
        Verb::Meet => text::d_meet(lang),
        Verb::Minute => text::d_minute(lang),
        Verb::Agree => text::d_agree(lang),
        Verb::Resume => text::d_resume(lang),
        Verb::Undersign => text::d_undersign(lang),
        Verb::Sign => text::d_all_signed(lang),
        Verb::Visit => text::d_visit(lang),
        Verb::Perform => text::d_perform(lang),
        Verb::Close => text::d_close(lang),
        Verb::Breach => text::d_breach(lang),
        Verb::NoAgreement => text::d_no_agreement(lang),
        Verb::Refer => text::d_refer(lang),
        Verb::Link => text::d_link(lang),
        Verb::Withdraw => text::d_withdraw(lang),
        _ => text::d_moved(lang),
    }
}

/// What has happened, for the news.
pub(super) fn done(lang: Lang, verb: Verb) -> &'static str {
    match verb {
        Verb::Say => text::d_said(lang),
        Verb::Schedule => text::d_meeting(lang),
        Verb::Agree => text::d_sign(lang),
        Verb::Sign => text::d_signed(lang),
        Verb::Withdraw | Verb::Decline | Verb::Close | Verb::Refer | Verb::NoAgreement => text::d_ended(lang),
        _ => text::d_moved(lang),
    }
}

/// What people did wrong.
///
/// # Errors
/// What is not theirs to mend.
pub(super) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Text) => text::e_text,
        UseError::Field(Field::Reason) => text::e_reason,
        UseError::Field(Field::Building) => text::e_building,
        UseError::Field(Field::Evidence) => text::e_scan,
        UseError::Mediation(fault) => fault_says(*fault),
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::Text) => text::e_text,
            Some(Need::Reason) => text::e_reason,
            Some(Need::ConsentIfOnBehalf) => text::e_lawyer,
            Some(Need::Evidence) => text::e_scan,
            Some(Need::Session) => text::e_session,
            Some(Need::Where) => text::e_where,
            Some(Need::Child) => text::e_link,
            Some(Need::AllConsent) => text::e_all_consent,
            Some(Need::AllSigned) => text::e_all_signed,
            Some(Need::Mediator) => text::e_no_mediator,
            Some(Need::FitMediator) => text::e_unfit,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

fn fault_says(fault: MediationFault) -> Sentence {
    match fault {
        MediationFault::Others => text::e_others,
        MediationFault::Many => text::e_many,
        MediationFault::Behalf => text::e_behalf,
        MediationFault::Party => text::e_party,
        MediationFault::Declared => text::e_declared,
        MediationFault::Candidate => text::e_candidate,
        MediationFault::Nobody => text::e_nobody,
        MediationFault::Session => text::e_session,
        MediationFault::Version => text::e_version,
        MediationFault::Visit => text::e_visit,
        MediationFault::Linked => text::e_link,
    }
}
