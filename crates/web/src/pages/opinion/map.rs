//! The map as a picture, and in words that say the same.

use std::collections::BTreeMap;

use deliberation::opinion::{Drawing, Group, GroupStatement, Id, Side, StatementFigures, Tally, Voices, draw};
use deliberation::store::OpinionView;
use maud::{Markup, html};

use crate::text::{Lang, opinion as why, statement as text};

/// The side of the picture in its own units.
const SIZE: u16 = 360;

/// Groups are called A, B, C and so on; there are at most five.
fn name(place: usize) -> &'static str {
    ["A", "B", "C", "D", "E"].get(place).copied().unwrap_or("?")
}

fn percent(part: u32, of: u32) -> u32 {
    // Rounded; nobody is nobody's share.
    (200 * part + of).checked_div(2 * of).unwrap_or(0)
}

/// What all say of a statement, in numbers.
pub(super) fn numbers(lang: Lang, figures: &StatementFigures) -> String {
    let seen = figures.agree + figures.disagree + figures.pass;
    let of = |count| text::of(lang, count, percent(count, seen));
    [
        format!("{} {}", text::agree(lang), of(figures.agree)),
        format!("{} {}", text::disagree(lang), of(figures.disagree)),
        format!("{} {}", text::pass(lang), of(figures.pass)),
    ]
    .join(" · ")
}

/// The picture, the groups, what all agree on, and the two sides. `texts` are those of the statements that are shown.
pub(super) fn section(lang: Lang, view: &OpinionView, texts: &BTreeMap<u64, &str>) -> Markup {
    let map = &view.map;
    let drawing = match draw(map, SIZE) {
        Ok(drawing) => drawing,
        Err(withheld) => {
            return html! {
                @if !texts.is_empty() {
                    h2 #map { (text::map(lang)) }
                    p { (text::not_yet(lang, &why::why(lang, withheld))) }
                }
            };
        }
    };
    let said = |id: &Id| match id {
        Id::Number(number) => texts.get(number).copied(),
        Id::Text(_) => None,
    };
    let list = |ids: &[Id]| {
        html! {
            @if ids.is_empty() { p .muted { (text::none(lang)) } }
            ul { @for said in ids.iter().filter_map(said) { li { (said) } } }
        }
    };
    html! {
        h2 #map { (text::map(lang)) }
        p .muted { (text::map_lead(lang)) }
        (picture(lang, &drawing))
        div .sides {
            @for (place, group) in map.groups.iter().enumerate() { (one_group(lang, place, group, said)) }
        }
        h3 { (text::agreed(lang)) }
        (list(&map.consensus.agree))
        @if !map.consensus.disagree.is_empty() {
            h3 { (text::disagreed(lang)) }
            (list(&map.consensus.disagree))
        }
        (sides(lang, &view.voices, said))
    }
}

fn picture(lang: Lang, drawing: &Drawing) -> Markup {
    let people = drawing.outlines.iter().map(|outline| outline.people).sum();
    html! {
        svg .map role="img" aria-label=(text::map_alt(lang, people, drawing.outlines.len()))
            viewBox={ "0 0 " (drawing.size) " " (drawing.size) } {
            @for (place, outline) in drawing.outlines.iter().enumerate() {
                @let points: Vec<String> = outline.corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
                polygon class={ "g" (place) } points=(points.join(" ")) {}
            }
            @for dot in &drawing.dots {
                circle class={ "g" (dot.group) } cx=(dot.x) cy=(dot.y) r=(3 + dot.people.min(7)) {}
            }
            @for (place, outline) in drawing.outlines.iter().enumerate() {
                text x=(outline.middle.0) y=(outline.middle.1) { (name(place)) }
            }
        }
    }
}

fn one_group<'a>(lang: Lang, place: usize, group: &Group, said: impl Fn(&Id) -> Option<&'a str>) -> Markup {
    let figures = |id: &Id| group.statements.iter().find(|statement| statement.statement == *id);
    let share = |side: Side, figures: &GroupStatement| match side {
        Side::Agree => text::says_agree(lang, percent(figures.na, figures.ns)),
        Side::Disagree => text::says_disagree(lang, percent(figures.nd, figures.ns)),
    };
    html! {
        section {
            h3 { (text::group(lang, name(place), group.size)) }
            p .muted { (text::group_lead(lang)) }
            ul {
                @for one in &group.representative {
                    @if let (Some(said), Some(figures)) = (said(&one.statement), figures(&one.statement)) {
                        li { (said) br; strong { (share(one.side, figures)) } }
                    }
                }
            }
        }
    }
}

fn sides<'a>(lang: Lang, voices: &[Voices], said: impl Fn(&Id) -> Option<&'a str>) -> Markup {
    let share = |tally: Tally| text::of(lang, tally.agree, percent(tally.agree, tally.seen()));
    html! {
        @if !voices.is_empty() {
            h3 { (text::sides(lang)) }
            p .muted { (text::sides_lead(lang)) }
            table .stacks {
                thead { tr { th { (text::statement(lang)) } th { (text::owners(lang)) } th { (text::tenants(lang)) } } }
                tbody {
                    @for line in voices {
                        @if let Some(said) = said(&line.statement) {
                            tr {
                                td { (said) }
                                td data-label=(text::owners(lang)) { (share(line.owners)) }
                                td data-label=(text::tenants(lang)) { (share(line.tenants)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
