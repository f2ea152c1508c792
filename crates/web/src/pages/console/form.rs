//! What the console's forms share: what is wrong with one, where it leads once something is put up for signing, and the
//! button with which an office's device signs.

use axum::response::{IntoResponse, Redirect, Response};
use ballot::store::ids::ActId;
use maud::{Markup, html};
use serde::Deserialize;

use super::acts;
use crate::{
    app::App,
    text::{Lang, console as text},
    view::{Field, error_summary, field},
};

/// What is wrong with a form: a field, and what would have been right. Nothing, the first time it is shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fault(Option<(&'static str, &'static str)>);

impl Fault {
    /// Nothing yet.
    pub(super) const NONE: Self = Self(None);

    /// Of this field.
    pub(super) fn at(field: &'static str, say: &'static str) -> Self {
        Self(Some((field, say)))
    }

    /// What is wrong with a field.
    pub(super) fn of(self, name: &str) -> Option<&'static str> {
        self.0.filter(|(field, _)| *field == name).map(|(_, say)| say)
    }

    /// The same above the form, with a link to the field.
    pub(super) fn summary(self, lang: Lang) -> Markup {
        error_summary(lang, self.0.as_slice())
    }

    /// A line to type in, with what is wrong with it.
    pub(super) fn line(
        self,
        name: &str,
        label: &str,
        hint: Option<&str>,
        value: &str,
        kind: (&str, &str, &str),
    ) -> Markup {
        field(&Field { name, label, hint, value, error: self.of(name), kind })
    }

    /// Several lines to type in, of at most so many characters.
    pub(super) fn lines(self, name: &str, label: &str, hint: &str, value: &str, most: usize) -> Markup {
        let error = self.of(name);
        html! {
            div .field {
                label for=(name) { (label) }
                p .hint id={ (name) "-hint" } { (hint) }
                @if let Some(error) = error { p .error id={ (name) "-error" } { (error) } }
                // A browser drops the first line feed of what it is given.
                textarea #(name) name=(name) rows="4" maxlength=(most) aria-describedby={ (name) "-hint" }
                    aria-invalid=[error.map(|_| "true")] { "\n" (value) }
            }
        }
    }
}

/// What people typed in several lines, as the record has it: with line feeds alone, and no blanks around.
pub(super) fn typed_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Tells the other officers, and leads on to sign.
pub(super) fn to_act(app: &App, act: &ActId) -> Response {
    app.notify();
    Redirect::to(&acts::path(act)).into_response()
}

/// A signature as `pages/console_sign.js` sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signature {
    /// In base64, over the text in `#act-text`.
    pub(super) signature: String,
}

/// The button with which `pages/console_sign.js` signs what stands in `#act-text`.
pub(super) struct ToSign<'a> {
    /// The address of what is signed: the signature goes to `/sign` below it.
    pub(super) at: &'a str,
    /// The name of the key.
    pub(super) key: &'a str,
    /// What is said until the key is at hand.
    pub(super) need: Markup,
    pub(super) label: &'a str,
}

impl ToSign<'_> {
    pub(super) fn show(&self, lang: Lang) -> Markup {
        html! {
            div #no-key .notice.warn data-no-key=(text::sign_no_key(lang)) { (self.need) }
            div #sign-error .notice.bad role="alert" tabindex="-1" hidden {}
            form #sign hidden data-to={ (self.at) "/sign" } data-name=(self.key) data-busy=(text::signing(lang))
                data-failed=(text::sign_failed(lang)) data-no-network=(text::sign_no_network(lang)) {
                button .btn { (self.label) }
                p role="status" {}
            }
        }
    }
}
