//! Parts of pages. Each takes what it shows, and nothing more.

use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode, render::svg};

use crate::text::{Lang, site as text};

/// Where one is in a task of several pages.
pub(crate) fn step(lang: Lang, at: usize, of: usize) -> Markup {
    html! { p .step { (text::step(lang, at, of)) } }
}

/// What is wrong with a form, above it; each line leads to its field.
pub(crate) fn error_summary<S: AsRef<str>>(lang: Lang, errors: &[(&str, S)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div .notice.bad role="alert" #errors tabindex="-1" {
                h2 { (text::errors(lang)) }
                ul {
                    @for (field, error) in errors {
                        li { a href={ "#" (field) } { (error.as_ref()) } }
                    }
                }
            }
        }
    }
}

/// A line to type something in.
pub(crate) struct Field<'a> {
    /// Of the form's field, and its place in the page.
    pub name: &'a str,
    pub label: &'a str,
    /// What is wanted, below the label.
    pub hint: Option<&'a str>,
    pub value: &'a str,
    /// What is wrong with the value.
    pub error: Option<&'a str>,
    /// HTML's `type`, `inputmode` and `autocomplete`.
    pub kind: (&'a str, &'a str, &'a str),
}

/// The label, the hint, the error and the line.
pub(crate) fn field(field: &Field<'_>) -> Markup {
    let Field { name, label, hint, value, error, kind: (kind, mode, complete) } = *field;
    let described = match (hint, error) {
        (Some(_), Some(_)) => Some(format!("{name}-hint {name}-error")),
        (Some(_), None) => Some(format!("{name}-hint")),
        (None, Some(_)) => Some(format!("{name}-error")),
        (None, None) => None,
    };
    html! {
        div .field {
            label for=(name) { (label) }
            @if let Some(hint) = hint { p .hint id={ (name) "-hint" } { (hint) } }
            @if let Some(error) = error { p .error id={ (name) "-error" } { (error) } }
            input #(name) name=(name) type=(kind) inputmode=(mode) autocomplete=(complete) value=(value)
                aria-describedby=[described] aria-invalid=[error.map(|_| "true")];
        }
    }
}

/// One of several answers, the whole card being its label.
pub(crate) fn radio_card(name: &str, value: &str, label: &str, hint: Option<&str>, is_chosen: bool) -> Markup {
    html! {
        label .card {
            input type="radio" name=(name) value=(value) checked[is_chosen];
            span { strong { (label) } @if let Some(hint) = hint { span .muted { (hint) } } }
        }
    }
}

/// Pairs of what and which, to be read over.
pub(crate) fn summary(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl .summary {
            @for (term, value) in rows { div { dt { (term) } dd { (value) } } }
        }
    }
}

/// What a notice is about: a word or colour alone never says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Ok,
    Warn,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A box that stands out.
pub(crate) fn notice(tone: Tone, body: &Markup) -> Markup {
    html! { div .notice.(tone.class()) { (body) } }
}

/// A state in a word.
pub(crate) fn tag(tone: Tone, label: &str) -> Markup {
    html! { strong .tag.(tone.class()) { (label) } }
}

/// A bar with a tick where it must reach; the sentence above says the same exactly.
///
/// `done` and `wanted`: hundredths of a percent.
pub(crate) fn meter(sentence: &str, caption: &str, done: u32, wanted: Option<u32>) -> Markup {
    let place = |hundredths: u32| format!("{}.{:02}", hundredths.min(10_000) / 100, hundredths.min(10_000) % 100);
    html! {
        div .meter {
            p { (sentence) }
            svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                rect .track x="0" y="0" width="100" height="10" {}
                rect .fill x="0" y="0" width=(place(done)) height="10" {}
                @if let Some(wanted) = wanted {
                    line .halo x1=(place(wanted)) x2=(place(wanted)) y1="0" y2="10" {}
                    line .tick x1=(place(wanted)) x2=(place(wanted)) y1="0" y2="10" {}
                }
            }
            p .muted { (caption) }
        }
    }
}

/// A table whose rows become blocks where the text is large or the screen narrow.
pub(crate) fn table(caption: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table .stacks {
            caption { (caption) }
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (head, cell) in heads.iter().zip(row) { td data-label=(head) { (cell) } }
                    }
                }
            }
        }
    }
}

/// A code to compare or copy, in groups.
pub(crate) fn code(value: &str) -> Markup {
    html! { p .code translate="no" { (value) } }
}

/// What happens when: ready times, what, and whether it is past.
pub(crate) fn timeline(rows: &[(String, &str, bool)]) -> Markup {
    html! {
        ol .timeline {
            @for (when, what, is_past) in rows {
                li .past[*is_past] { strong { (what) } span { (when) } }
            }
        }
    }
}

/// A document to read, with its size in words.
pub(crate) fn attachment(href: &str, name: &str, about: &str) -> Markup {
    html! { p .attachment { a href=(href) { (name) } " " span .muted { (about) } } }
}

/// Nothing here yet.
pub(crate) fn empty(sentence: &str) -> Markup {
    html! { p .empty { (sentence) } }
}

/// A QR code of an address, in black on white whatever the scheme; `label` says what it is.
///
/// Nothing for an address that is too long for a code.
pub(crate) fn qr(address: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return html! {};
    };
    // The renderer writes `<?xml …?>` and then the element, of numbers alone.
    let drawing = code.render::<svg::Color<'_>>().quiet_zone(true).min_dimensions(160, 160).build();
    let element = drawing.find("<svg").map_or("", |start| &drawing[start..]).to_owned();
    html! { div .qr role="img" aria-label=(label) { (PreEscaped(element)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_never_draws_beyond_its_ends() {
        let markup = meter("", "", 20_000, Some(6667)).into_string();
        assert!(markup.contains(r#"width="100.00""#) && markup.contains(r#"x1="66.67""#), "{markup}");
    }

    #[test]
    fn what_people_typed_is_text() {
        let typed = "\"><script>";
        let markup = field(&Field {
            name: "code",
            label: typed,
            hint: Some(typed),
            value: typed,
            error: Some(typed),
            kind: ("text", "text", "off"),
        });
        assert!(!markup.into_string().contains("<script"));
    }

    #[test]
    fn a_qr_code_is_a_drawing_without_a_preamble() {
        let markup = qr("https://vote.example.org/m/1", "x").into_string();
        assert!(markup.contains("><svg") && !markup.contains("<?xml"), "{markup}");
    }
}
