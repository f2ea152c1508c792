//! The words of surveys in the reader's language.

use axum::http::StatusCode;
use deliberation::{
    lifecycle::{Need, Refused, Verb, tables::SurveyState},
    store::{Field, UseError},
    survey::{Channel, NeedAnswer, Question, SurveyFault, Tenure, figures::Cell, plain::Unclear},
};
use maud::Markup;

use crate::{
    pages::matters,
    problem::Problem,
    text::{Lang, Sentence, survey as text},
    view::{Tone, tag},
};

pub(super) fn state(lang: Lang, state: SurveyState) -> Markup {
    match state {
        SurveyState::Draft => tag(Tone::Plain, text::s_draft(lang)),
        SurveyState::Review => tag(Tone::Warn, text::s_review(lang)),
        SurveyState::Open => tag(Tone::Ok, text::s_open(lang)),
        SurveyState::Closed => tag(Tone::Plain, text::s_closed(lang)),
        SurveyState::Coded => tag(Tone::Plain, text::s_coded(lang)),
        SurveyState::Reported => tag(Tone::Warn, text::s_reported(lang)),
        SurveyState::Answered => tag(Tone::Ok, text::s_answered(lang)),
        SurveyState::Withdrawn => tag(Tone::Plain, text::s_withdrawn(lang)),
    }
}

/// A step that has a button on the survey's own page.
pub(super) fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Review => text::do_review(lang),
        Verb::Return => text::do_return(lang),
        Verb::Withdraw => text::do_withdraw(lang),
        Verb::Open => text::do_open(lang),
        Verb::Code => text::do_coded(lang),
        Verb::Report => text::do_report(lang),
        Verb::Answer => text::do_answered(lang),
        _ => return None,
    })
}

/// What a step has made of a survey.
pub(crate) fn done(lang: Lang, verb: Verb) -> &'static str {
    match verb {
        Verb::Report => text::news_report(lang),
        Verb::Answer => text::news_answered(lang),
        Verb::Return => text::news_returned(lang),
        _ => text::title(lang),
    }
}

pub(super) fn channel(lang: Lang, channel: Channel) -> &'static str {
    match channel {
        Channel::Online => text::c_online(lang),
        Channel::Paper => text::c_paper(lang),
        Channel::Interview => text::c_interview(lang),
        Channel::Yard => text::c_yard(lang),
        Channel::Firm => text::c_firm(lang),
    }
}

pub(super) fn tenure(lang: Lang, tenure: Tenure) -> &'static str {
    match tenure {
        Tenure::Owner => text::t_owner(lang),
        Tenure::Tenant => text::t_tenant(lang),
        Tenure::Other => text::t_other(lang),
        Tenure::Firm => text::t_firm(lang),
    }
}

pub(super) fn need_answer(lang: Lang, answer: NeedAnswer) -> &'static str {
    match answer {
        NeedAnswer::Adopted => text::n_adopted(lang),
        NeedAnswer::Partly => text::n_partly(lang),
        NeedAnswer::No => text::n_no(lang),
    }
}

pub(super) fn unclear(lang: Lang, what: Unclear) -> &'static str {
    match what {
        Unclear::Long => text::u_long(lang),
        Unclear::Two => text::u_two(lang),
        Unclear::Negative => text::u_negative(lang),
        Unclear::Leading => text::u_leading(lang),
        Unclear::Jargon => text::u_jargon(lang),
    }
}

/// How a question is answered.
pub(super) fn how(lang: Lang, question: &Question) -> String {
    match question {
        Question::Single { .. } => text::q_single(lang).to_owned(),
        Question::Several { most, .. } => text::q_several(lang, *most),
        Question::Scale { steps } => text::q_scale(lang, *steps),
        Question::Number { least, most } => text::q_number(lang, *least, *most),
        Question::Open => text::q_open(lang).to_owned(),
    }
}

/// A number as it is shown.
pub(super) fn cell(lang: Lang, cell: Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Few => text::few(lang).to_owned(),
    }
}

/// What people did wrong.
///
/// # Errors
/// What is not theirs to mend.
pub(crate) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Title) => text::e_title,
        UseError::Field(Field::Text) => text::e_text,
        UseError::Field(Field::Reason) => text::e_reason,
        UseError::Field(Field::Building) => text::e_home,
        UseError::Survey(fault) => fault_says(*fault),
        UseError::Question(_, _) => text::e_answer,
        UseError::Conflict(_) => text::e_same_person,
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::Text) => text::e_text,
            Some(Need::Reason) => text::e_reason,
            Some(Need::Questions) => text::e_questions,
            Some(Need::NotAuthor) => text::e_author,
            Some(Need::WindowOpen) => text::e_over,
            Some(Need::ConsentIfOnBehalf) => text::e_consent,
            Some(Need::Coded) => text::e_coded,
            Some(Need::DoubleEntry) => text::e_double,
            Some(Need::EveryNeedAnswered) => text::e_unanswered,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

fn fault_says(fault: SurveyFault) -> Sentence {
    match fault {
        SurveyFault::Questions => text::e_questions,
        SurveyFault::Window => text::e_window,
        SurveyFault::Nothing => text::e_nothing,
        SurveyFault::Person => text::e_person,
        SurveyFault::Channel => text::e_channel,
        SurveyFault::Full => text::e_full,
        SurveyFault::Drawn => text::e_drawn,
        SurveyFault::Paper => text::e_paper,
        SurveyFault::Settled => text::e_settled,
        SurveyFault::Coders => text::e_coders,
        SurveyFault::Coding => text::e_coding,
        SurveyFault::Apart => text::e_apart,
        SurveyFault::Need => text::e_need,
        SurveyFault::Cites => text::e_cites,
        SurveyFault::Plan => text::e_plan,
    }
}
