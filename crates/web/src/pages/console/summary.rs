//! An act as people read it: what will be done, from its summary or from the statement itself.

use ballot::{
    id::{Id, PollId},
    roll::UnitLine,
    rule::RuleBook,
    statement::{Manifest, Motion, ResultSheet},
    store::{
        acts::{Act, ActKind},
        staff::Role,
    },
};
use maud::{Markup, html};
use serde_json::Value;

use super::{figures, upload::RollSummary, words};
use crate::{
    app::App,
    problem::Problem,
    text::{
        Lang, area, console as text, console_poll as poll, console_register as register, home_label, last_day, number,
        when,
    },
    view::{Tone, empty, summary, tag},
};

/// What the act does.
pub(super) async fn of(app: &App, lang: Lang, act: &Act) -> Result<Markup, Problem> {
    Ok(match act.kind {
        ActKind::ApplyRegister => match RollSummary::read(&act.summary) {
            Some(roll) => roll.show(lang),
            None => empty(&act.object),
        },
        ActKind::UndoRegister => {
            let to = act.summary["to"].as_u64().unwrap_or_default();
            summary(&[(text::f_version(lang), html! { (text::f_back_to(lang, to)) })])
        }
        ActKind::CorrectRegister => correction(lang, &act.summary),
        ActKind::Appoint | ActKind::EndRole | ActKind::RenewKey => person(lang, &act.summary),
        ActKind::PublishPoll => statement::<Manifest>(&act.text).map_or_else(|| html! {}, |it| manifest(lang, &it)),
        ActKind::Amend => amendment(lang, &act.summary),
        ActKind::Strike => strike(lang, &act.summary),
        ActKind::Bar => bar(lang, &act.summary),
        ActKind::Lot | ActKind::Official => super::super::beside::of_text(lang, &act.text),
        ActKind::Erase => super::erase::of_act(app, lang, act).await?,
        ActKind::Result => {
            let poll: PollId = act.object.parse().map_err(|_| Problem::NOT_FOUND)?;
            let motions = app.estate().logs().log(&poll).await?.read(|state, _| state.manifest().motions.clone());
            statement::<ResultSheet>(&act.text).map_or_else(|| html! {}, |it| result(lang, &it, &motions))
        }
    })
}

/// The second line of a statement's text. It was made by this program, and is what is signed.
fn statement<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text.lines().nth(1)?).ok()
}

/// A representative, or how somebody is reached: what it was and what it is to be.
fn correction(lang: Lang, summary_: &Value) -> Markup {
    let list = |name: &str| {
        let items = summary_[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        items.map(str::to_owned).collect::<Vec<_>>()
    };
    let or_nothing = |text: String| if text.is_empty() { register::nothing(lang).to_owned() } else { text };
    if summary_["of"] == "contacts" {
        return summary(&[
            (register::f_name(lang), html! { (summary_["name"].as_str().unwrap_or_default()) }),
            (register::f_before(lang), html! { (or_nothing(list("from").join(" "))) }),
            (register::f_after(lang), html! { (or_nothing(list("to").join(" "))) }),
        ]);
    }
    let who = |name: &str| summary_[name].as_str().unwrap_or(register::r_nobody(lang)).to_owned();
    let homes: Vec<_> = list("units").iter().map(|label| home_label(lang, label)).collect();
    summary(&[
        (register::f_what(lang), html! { (register::r_title(lang)) }),
        (register::f_units(lang), html! { (homes.join(lang.pick("、", "; "))) }),
        (register::f_owners(lang), html! { (list("owners").join("、")) }),
        (register::f_before(lang), html! { (who("from")) }),
        (register::f_after(lang), html! { (who("to")) }),
    ])
}

fn person(lang: Lang, summary_: &Value) -> Markup {
    let field = |name: &str| summary_[name].as_str().unwrap_or_default().to_owned();
    let role = match field("role").as_str() {
        "officer" => words::role(lang, Role::Officer),
        "clerk" => words::role(lang, Role::Clerk),
        _ => words::role(lang, Role::Auditor),
    };
    let contact = [field("phone"), field("email")];
    let contact = contact.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join("、");
    let scope = summary_["scope"].as_array().map(|buildings| {
        buildings.iter().filter_map(Value::as_str).map(|name| words::building(lang, name)).collect::<Vec<_>>()
    });
    let mut rows = vec![(text::f_name(lang), html! { (field("name")) }), (text::f_role(lang), html! { (role) })];
    for (label, value) in [(text::f_organisation(lang), field("organisation")), (text::f_contact(lang), contact)] {
        if !value.is_empty() {
            rows.push((label, html! { (value) }));
        }
    }
    if let Some(scope) = scope {
        let all = text::f_scope_all(lang).to_owned();
        let scope = if scope.is_empty() { all } else { scope.join("、") };
        rows.push((text::f_scope(lang), html! { (scope) }));
    }
    if let Some(ends) = summary_["term_ends"].as_u64() {
        rows.push((text::f_term(lang), html! { (last_day(lang, ends)) }));
    }
    summary(&rows)
}

/// A poll as its manifest binds it.
pub(super) fn manifest(lang: Lang, manifest: &Manifest) -> Markup {
    let (answers, hint) = words::answers(lang, manifest.policy.answers);
    html! {
        @if manifest.test { p { (tag(Tone::Warn, poll::rehearsal(lang))) } }
        (summary(&[
            (poll::f_title(lang), html! { (manifest.title) }),
            (poll::f_opens(lang), html! { (when(lang, manifest.opens)) }),
            (poll::f_closes(lang), html! { (when(lang, manifest.closes)) }),
            (poll::f_units(lang), html! { (number(manifest.roll.units)) }),
            (poll::f_holders(lang), html! { (number(manifest.roll.holders)) }),
            (poll::f_area(lang), html! { (area(lang, manifest.roll.area)) }),
            (poll::f_answers(lang), html! { (answers) br; span .muted { (hint) } }),
        ]))
        @for (place, motion) in manifest.motions.iter().enumerate() {
            section .panel {
                h3 { (poll::motion_number(lang, place + 1)) " " (motion.title) }
                @if let Ok(rule) = RuleBook::of_site().resolve(&motion.rule) {
                    p { (rule.title) }
                    ul { @for threshold in words::thresholds(lang, &rule) { li { (threshold) } } }
                }
                @if let Some(candidates) = &motion.candidates {
                    p { (poll::seats_of(lang, motion.seats.unwrap_or_default())) }
                    ul { @for candidate in candidates { li { (candidate.name) } } }
                }
                @if let Some(attachments) = &motion.attachments {
                    p { (poll::attachments_count(lang, attachments.len())) }
                }
            }
        }
        details {
            summary { (poll::f_keys(lang)) }
            ul { @for key in manifest.keys.officers.iter().chain(&manifest.keys.clerks) { li { (key.0) } } }
            p { (poll::f_log_key(lang)) " " (manifest.keys.log.0) }
        }
    }
}

fn amendment(lang: Lang, summary_: &Value) -> Markup {
    let line = |name: &str| {
        let line: Option<UnitLine> = serde_json::from_value(summary_[name].clone()).ok();
        line.map_or_else(String::new, |line| text::line_amended(lang, &area(lang, line.area), line.persons.get()))
    };
    summary(&[
        (text::f_unit(lang), html! { (home_label(lang, summary_["label"].as_str().unwrap_or_default())) }),
        (text::f_before(lang), html! { (line("from")) }),
        (text::f_after(lang), html! { (line("to")) }),
    ])
}

fn strike(lang: Lang, summary_: &Value) -> Markup {
    summary(&[
        (text::f_index(lang), html! { (summary_["index"].as_u64().unwrap_or_default()) }),
        (text::f_ground(lang), html! { (summary_["ground"].as_str().unwrap_or_default()) }),
    ])
}

fn bar(lang: Lang, summary_: &Value) -> Markup {
    let number = |name: &str| summary_[name].as_u64().unwrap_or_default();
    summary(&[
        (text::f_name(lang), html! { (summary_["name"].as_str().unwrap_or_default()) }),
        (text::f_holder(lang), html! { (number("holder")) }),
        (text::f_person(lang), html! { (number("person")) }),
        (text::f_ground(lang), html! { (summary_["ground"].as_str().unwrap_or_default()) }),
    ])
}

/// The figures of a result, before and after it is signed.
fn result(lang: Lang, sheet: &ResultSheet, motions: &[Motion]) -> Markup {
    html! {
        @for (place, result) in sheet.results.iter().enumerate() {
            @let motion = motions.iter().find(|motion| motion.id == result.motion);
            section .panel {
                h3 { (poll::motion_number(lang, place + 1)) " " (motion.map_or(result.motion.as_str(), |motion| &motion.title)) }
                p { (tag(if result.passed { Tone::Ok } else { Tone::Bad }, &words::outcome(lang, &result.outcome))) }
                @for round in &result.rounds {
                    ul {
                        @for step in round.quorum_steps.iter().chain(round.pass_steps.iter().flatten()) {
                            li {
                                (words::step(lang, &step.who, &step.measure)) " "
                                (amount(lang, &step.measure, &step.have))
                                @if let Some(total) = &step.total { " / " (amount(lang, &step.measure, total)) }
                                @if let Some(share) = step.ratio.as_deref().and_then(figures::share_of) {
                                    " = " (figures::percent(share))
                                }
                                " " (poll::needed(lang, &with_signs(&step.need))) " "
                                (tag(
                                    if step.ok { Tone::Ok } else { Tone::Bad },
                                    if step.ok { poll::met(lang) } else { poll::not_met(lang) },
                                ))
                            }
                        }
                    }
                    @if let Some(elected) = &round.elected {
                        p { (poll::elected_are(lang, &names(lang, elected, motion))) }
                    }
                    @if let Some(tied) = &round.tied {
                        p { (poll::tied_are(lang, &names(lang, tied, motion))) }
                    }
                }
                (tally(lang, &result.tally))
            }
        }
    }
}

/// Who is meant, as the ballot calls them.
fn names(lang: Lang, meant: &[Id], motion: Option<&Motion>) -> String {
    let candidates = motion.and_then(|motion| motion.candidates.as_deref()).unwrap_or_default();
    let name = |id: &Id| candidates.iter().find(|one| one.id == *id).map_or(id.to_string(), |one| one.name.clone());
    meant.iter().map(name).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// The record writes comparisons in ASCII.
fn with_signs(need: &str) -> String {
    need.replacen(">=", "≥", 1).replacen("<=", "≤", 1)
}

fn amount(lang: Lang, measure: &str, text: &str) -> String {
    match figures::area_of(text).filter(|_| measure == "area") {
        Some(hundredths) => area(lang, hundredths),
        None => text.to_owned(),
    }
}

fn tally(lang: Lang, tally: &ballot::statement::TallySheet) -> Markup {
    let classes = [
        (poll::who_for(lang), tally.for_),
        (poll::who_against(lang), tally.against),
        (poll::who_abstain(lang), tally.abstain),
        (poll::c_marks(lang), tally.marks),
        (poll::c_overvoted(lang), tally.overvoted),
        (poll::c_invalid(lang), Some(tally.invalid)),
        (poll::c_silent_delivered(lang), Some(tally.silent_delivered)),
        (poll::c_silent_undelivered(lang), Some(tally.silent_undelivered)),
    ];
    let rows: Vec<_> = classes
        .into_iter()
        .filter_map(|(label, figures)| Some((label, figures?)))
        .map(|(label, figures)| {
            vec![html! { (label) }, html! { (number(figures.units)) }, html! { (area(lang, figures.area)) }]
        })
        .collect();
    crate::view::table(poll::tally(lang), &[poll::c_class(lang), poll::c_units(lang), poll::c_area(lang)], &rows)
}
