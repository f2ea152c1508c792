//! What was put right in a poll, and the results signed before it beside the one that stands.

use ballot::{
    rule::{Outcome, explain},
    statement::{AmendmentReason, Figures, MotionResult, ResultSheet, StrikeReason},
};
use maud::{Markup, html};

use super::poll::language;
use crate::{
    record::{
        Record,
        corrections::{Correction, What},
    },
    text::{Lang, area, console_poll, number, result as text},
    view::table,
};

/// Every correction and every earlier result; nothing where nothing was put right.
pub(super) fn section(lang: Lang, record: &Record) -> Markup {
    let corrected = &record.corrected;
    html! {
        @if !corrected.corrections.is_empty() {
            h2 #corrected { (text::corrected(lang)) }
            p { (text::corrected_lead(lang)) }
            ul { @for correction in &corrected.corrections { li { (line(lang, correction)) } } }
        }
        @for (index, sheet) in corrected.earlier() { (earlier(lang, record, *index, sheet)) }
    }
}

fn line(lang: Lang, correction: &Correction) -> Markup {
    let words = match &correction.what {
        What::Unit { unit, areas, is_more, reason } => {
            let mut parts: Vec<String> = Vec::new();
            parts.extend(areas.map(|[then, now]| text::area_became(lang, area(lang, then), area(lang, now))));
            parts.extend(is_more.then(|| text::more_became(lang).to_owned()));
            if parts.is_empty() {
                parts.push(text::source_became(lang).to_owned());
            }
            let why = match reason {
                AmendmentReason::Correction => console_poll::amend_correction(lang),
                AmendmentReason::ObjectionUpheld => console_poll::upheld(lang),
            };
            text::unit_amended(lang, unit.get(), &parts.join(lang.pick("，", ", ")), why)
        }
        What::Struck { index, reason } => {
            let why = match reason {
                StrikeReason::Forged => console_poll::strike_forged(lang),
                StrikeReason::WrongSigner => console_poll::strike_wrong_signer(lang),
                StrikeReason::Late => console_poll::strike_late(lang),
                StrikeReason::ObjectionUpheld => console_poll::upheld(lang),
            };
            text::entry_struck(lang, *index, why)
        }
    };
    html! { (words) " " span .muted { (text::at_entry(lang, correction.index)) } }
}

/// A result that no longer stands, with the figures of the one that does.
fn earlier(lang: Lang, record: &Record, index: u64, sheet: &ResultSheet) -> Markup {
    html! {
        details {
            summary { (text::earlier_result(lang, index)) }
            p { (text::earlier_lead(lang)) }
            @for then in &sheet.results {
                @if let Some(now) = record.motions.iter().find(|now| now.motion.id == then.motion) {
                    (table(&now.motion.title, &[text::class(lang), text::was(lang), text::is_now(lang)], &rows(lang, then, &now.result)))
                }
            }
        }
    }
}

/// Figures of a result, if its kind of motion has them.
type Of = fn(&MotionResult) -> Option<Figures>;

fn rows(lang: Lang, then: &MotionResult, now: &MotionResult) -> Vec<Vec<Markup>> {
    let outcome = |result: &MotionResult| {
        let known = Outcome::ALL.into_iter().find(|outcome| outcome.name() == result.outcome);
        html! { (known.map_or_else(|| result.outcome.clone(), |outcome| explain::outcome(outcome, language(lang)).to_owned())) }
    };
    let amount = |figures: Option<Figures>| {
        let figures = figures.unwrap_or_default();
        html! { (text::units_and_area(lang, number(figures.units), area(lang, figures.area))) }
    };
    let classes: [(&str, Of); 6] = [
        (text::votes_for(lang), |result| result.tally.for_),
        (text::votes_against(lang), |result| result.tally.against),
        (text::abstentions(lang), |result| result.tally.abstain),
        (text::marks(lang), |result| result.tally.marks),
        (text::invalid(lang), |result| Some(result.tally.invalid)),
        (text::silent_undelivered(lang), |result| {
            let [silent, waiting] = [result.tally.silent_delivered, result.tally.silent_undelivered];
            Some(Figures { area: silent.area + waiting.area, units: silent.units + waiting.units })
        }),
    ];
    let mut rows = vec![vec![html! { (text::outcome(lang)) }, outcome(then), outcome(now)]];
    for (label, of) in classes {
        if of(then).is_some() || of(now).is_some() {
            rows.push(vec![html! { (label) }, amount(of(then)), amount(of(now))]);
        }
    }
    rows
}
