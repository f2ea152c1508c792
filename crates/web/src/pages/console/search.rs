//! Looking units up by number or owner's name, wherever something is done with one.

use ballot::store::{
    register::{UnitFilter, UnitPage},
    staff::StaffMember,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::App,
    problem::Problem,
    text::{Lang, console_register as text},
    view::empty,
};

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    pub text: String,
}

impl Search {
    /// The first page of what is found; nothing for nothing.
    pub(super) async fn find(&self, app: &App, by: &StaffMember) -> Result<UnitPage, Problem> {
        if self.text.trim().is_empty() {
            return Ok(UnitPage { units: Vec::new(), total: 0 });
        }
        let filter = UnitFilter { building: None, text: self.text.clone() };
        Ok(app.estate().units(by, &filter, 0).await?)
    }

    /// The line to type in, and what is to be said of what was found.
    pub(super) fn form(&self, lang: Lang, found: &UnitPage) -> Markup {
        let total = found.total;
        html! {
            (self.line(lang))
            @if total == 0 { (self.nothing(lang)) }
            @if (found.units.len() as u64) < total { p role="status" { (text::only_first(lang, total)) } }
        }
    }

    /// The line to type in.
    pub(super) fn line(&self, lang: Lang) -> Markup {
        html! {
            form method="get" role="search" {
                div .field {
                    label for="text" { (text::search(lang)) }
                    input #text name="text" type="search" value=(self.text);
                }
                button .btn.second { (text::go(lang)) }
            }
        }
    }

    /// That nothing was found, unless nothing was asked for.
    pub(super) fn nothing(&self, lang: Lang) -> Markup {
        html! { @if !self.text.trim().is_empty() { (empty(text::nothing_found(lang))) } }
    }
}
