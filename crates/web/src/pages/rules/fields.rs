//! Rules as rows to read, and as the fields of a form.

use std::collections::BTreeMap;

use deliberation::{
    meeting::Body,
    settings::{Number, Settings},
    store::Rules,
};
use maud::{Markup, html};

use super::{Tried, Typed, label};
use crate::{
    pages::meetings::{read_groups, written_groups},
    text::{Lang, Sentence, meeting, rule as text},
    view::{Field, field, radio_card},
};

/// The names of a body's fields.
pub(super) const GROUPS: &str = "groups";
pub(super) const NOTICE: &str = "notice_days";
const QUORUM: &str = "quorum_percent";
const DECIDES: &str = "decides";

/// What a rule is called, and what it is.
pub(super) type Row = (String, String);

/// What some numbers are about, and which.
type Together = (Sentence, &'static [Number]);

/// The estate's numbers as they belong together: matters, motions, and the rest.
const TOGETHER: [Together; 3] = [
    (
        text::g_matters,
        &[
            Number::AcknowledgeGrid,
            Number::AcknowledgeEstate,
            Number::AcknowledgeCommunity,
            Number::AcknowledgeStreet,
            Number::AnswerGrid,
            Number::AnswerEstate,
            Number::AnswerCommunity,
            Number::AnswerStreet,
            Number::CloseDays,
            Number::PauseDays,
        ],
    ),
    (
        text::g_motions,
        &[
            Number::SupportPercent,
            Number::AdmitDays,
            Number::DeliberateDays,
            Number::AmendDays,
            Number::Repeats,
            Number::ObjectionDays,
            Number::DueChanges,
        ],
    ),
    (text::g_meetings, &[Number::MinutesDays, Number::MeetingQuorumPercent, Number::DoubleEntryPercent]),
];

fn value(lang: Lang, number: Number, value: u64) -> String {
    match number {
        Number::Repeats | Number::DueChanges => text::times(lang, value),
        Number::SupportPercent | Number::MeetingQuorumPercent | Number::DoubleEntryPercent => {
            text::percent(lang, value)
        }
        _ => text::days(lang, value),
    }
}

/// Every rule, in groups with their heads.
pub(super) fn groups(lang: Lang, rules: &Rules) -> Vec<(Option<&'static str>, Vec<Row>)> {
    match rules {
        Rules::Estate(settings) => {
            let row = |number: &Number| (label(lang, *number).to_owned(), value(lang, *number, settings.get(*number)));
            TOGETHER.iter().map(|(head, numbers)| (Some(head(lang)), numbers.iter().map(row).collect())).collect()
        }
        Rules::Body(_, body) => vec![(None, of_body(lang, body))],
    }
}

/// Every rule.
pub(super) fn rows(lang: Lang, rules: &Rules) -> Vec<Row> {
    groups(lang, rules).into_iter().flat_map(|(_, rows)| rows).collect()
}

fn of_body(lang: Lang, body: &Body) -> Vec<Row> {
    let seats = body.seats.iter().map(|(group, seats)| (text::group(lang, group), text::seats(lang, *seats)));
    let decides = if body.decides { meeting::binds(lang) } else { meeting::advises(lang) };
    let others = [
        (text::notice_days(lang), text::days(lang, body.notice_days)),
        (text::quorum(lang), text::percent(lang, body.quorum_percent)),
        (text::decides(lang), decides.to_owned()),
    ];
    seats.chain(others.map(|(what, value)| (what.to_owned(), value))).collect()
}

/// The fields with what was typed, or else with the rules as they are.
pub(super) fn form(lang: Lang, rules: &Rules, tried: &Tried) -> Markup {
    match rules {
        Rules::Estate(settings) => html! {
            @for (head, numbers) in TOGETHER {
                h3 { (head(lang)) }
                @for number in numbers { (number_field(lang, *number, settings.get(*number), tried)) }
            }
        },
        Rules::Body(_, body) => body_form(lang, body, tried),
    }
}

fn typed<'a>(tried: &'a Tried, name: &str) -> Option<&'a str> {
    tried.typed.get(name).map(String::as_str)
}

fn wrong(lang: Lang, tried: &Tried, name: &str) -> Option<&'static str> {
    let (at, problem) = tried.refused?;
    (at == name).then(|| (problem.say)(lang))
}

fn number_field(lang: Lang, number: Number, now: u64, tried: &Tried) -> Markup {
    let (least, most) = number.bounds();
    let (name, now) = (number.code(), now.to_string());
    field(&Field {
        name,
        label: label(lang, number),
        hint: Some(&text::bounds(lang, least, most)),
        value: typed(tried, name).unwrap_or(&now),
        error: wrong(lang, tried, name),
        kind: ("text", "numeric", "off"),
    })
}

fn body_form(lang: Lang, body: &Body, tried: &Tried) -> Markup {
    let now = written_groups(&body.seats);
    let groups = typed(tried, GROUPS).unwrap_or(&now);
    let decides = typed(tried, DECIDES).map_or(body.decides, |typed| !typed.is_empty());
    let line = |name, label, now: u64| {
        let now = now.to_string();
        field(&Field {
            name,
            label,
            hint: None,
            value: typed(tried, name).unwrap_or(&now),
            error: wrong(lang, tried, name),
            kind: ("text", "numeric", "off"),
        })
    };
    html! {
        div .field {
            label for=(GROUPS) { (meeting::groups_field(lang)) }
            p .hint #groups-hint { (meeting::groups_hint(lang)) }
            @if let Some(say) = wrong(lang, tried, GROUPS) { p .error #groups-error { (say) } }
            textarea id=(GROUPS) name=(GROUPS) rows="4" maxlength="2000" aria-describedby="groups-hint" { "\n" (groups) }
        }
        (line(NOTICE, meeting::notice_field(lang), body.notice_days))
        (line(QUORUM, meeting::quorum_field(lang), body.quorum_percent))
        fieldset {
            legend { (meeting::decides_field(lang)) }
            (radio_card(DECIDES, "", meeting::advises(lang), None, !decides))
            (radio_card(DECIDES, "yes", meeting::binds(lang), None, decides))
        }
    }
}

/// The rules that were typed; a field that did not come stays as it is.
///
/// # Errors
/// The field that cannot be read, and what would have been right.
pub(super) fn read(rules: &Rules, typed: &Typed) -> Result<Rules, (&'static str, Sentence)> {
    let number = |name: &'static str, now: u64| match typed.get(name) {
        Some(text) => text.trim().parse::<u64>().map_err(|_| (name, text::e_number as Sentence)),
        None => Ok(now),
    };
    match rules {
        Rules::Estate(settings) => {
            let mut new: Settings = settings.clone();
            for one in Number::ALL {
                let value = number(one.code(), settings.get(*one))?;
                new = new.with(*one, value);
            }
            Ok(Rules::Estate(new))
        }
        Rules::Body(id, body) => {
            let seats: Option<BTreeMap<String, u64>> = match typed.get(GROUPS) {
                Some(text) => read_groups(text),
                None => Some(body.seats.clone()),
            };
            let new = Body {
                kind: body.kind,
                seats: seats.ok_or((GROUPS, meeting::e_seats as Sentence))?,
                notice_days: number(NOTICE, body.notice_days)?,
                quorum_percent: number(QUORUM, body.quorum_percent)?,
                decides: typed.get(DECIDES).map_or(body.decides, |typed| !typed.is_empty()),
            };
            Ok(Rules::Body(id.clone(), new))
        }
    }
}
