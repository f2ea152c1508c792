//! Texts that people write in Markdown, as HTML that can do nothing but be read.
//!
//! Rendering is quick, but cleaning costs at least the square of the depth: so length and depth are
//! capped before anything is rendered, and it runs where nothing else waits for it.

use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use comrak::{Options, markdown_to_html};
use maud::{Markup, PreEscaped};

use crate::problem::Problem;

/// The longest text, in bytes.
pub(crate) const TEXT_MOST: usize = 8192;
/// How many quotes and lists may stand inside each other.
const DEPTH_MOST: usize = 10;
/// How many brackets or stars may be open in one paragraph: nobody writes more, and they nest too.
const MARKS_MOST: usize = 400;
/// The longest HTML.
const HTML_MOST: usize = 128 * 1024;

/// Why a text is not rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarkdownError {
    /// More than 8192 bytes, or its HTML too long.
    #[error("a text has at most 8192 bytes")]
    TooLong,
    /// Quotes, lists or marks inside each other.
    #[error("quotes and lists stand at most 10 deep inside each other")]
    TooDeep,
}

/// The text of a motion below its title, without the heading that says the title once more: a question that a motion's
/// final text became begins with it.
pub(crate) async fn show_below(title: &str, text: &str) -> Result<Markup, Problem> {
    let heading = text.strip_prefix("# ").and_then(|text| text.strip_prefix(title));
    show(heading.and_then(|text| text.strip_prefix('\n')).unwrap_or(text)).await
}

/// The text as HTML, off the threads that serve; a text over a limit is shown as it was typed.
pub(crate) async fn show(text: &str) -> Result<Markup, Problem> {
    let text = text.to_owned();
    let rendered = tokio::task::spawn_blocking(move || match render(&text) {
        Ok(html) => html,
        Err(_) => plain(&text),
    });
    rendered.await.map(PreEscaped).map_err(|err| Problem::internal(&err))
}

/// The text as HTML.
///
/// # Errors
/// It is longer or deeper than any text that people write.
pub fn render(text: &str) -> Result<String, MarkdownError> {
    check(text)?;
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    let html = markdown_to_html(text, &options);
    if HTML_MOST < html.len() {
        return Err(MarkdownError::TooLong);
    }
    Ok(cleaner().clean(&html).to_string())
}

/// Whether a text is within the limits.
pub(crate) fn check(text: &str) -> Result<(), MarkdownError> {
    if text.lines().any(|line| DEPTH_MOST < depth(line)) {
        return Err(MarkdownError::TooDeep);
    }
    if TEXT_MOST < text.len() {
        return Err(MarkdownError::TooLong);
    }
    let marks = |paragraph: &str| paragraph.bytes().filter(|byte| b"*_[~".contains(byte)).count();
    if text.split("\n\n").any(|paragraph| MARKS_MOST < marks(paragraph)) {
        return Err(MarkdownError::TooDeep);
    }
    Ok(())
}

/// How deep a line can open quotes and lists: the marks it begins with, and the steps it is indented by.
fn depth(line: &str) -> usize {
    let (mut depth, mut blanks) = (0, 0);
    let mut rest = line;
    loop {
        let mut characters = rest.chars();
        match characters.next() {
            Some(' ') => blanks += 1,
            Some('\t') => blanks += 4,
            Some('>' | '-' | '+' | '*') => {
                depth += 1 + blanks / 2;
                blanks = 0;
            }
            Some(digit) if digit.is_ascii_digit() => {
                let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                if !after.starts_with(['.', ')']) {
                    return depth + blanks / 2;
                }
                depth += 1 + blanks / 2;
                blanks = 0;
                characters = after[1..].chars();
            }
            Some(_) | None => return depth + blanks / 2,
        }
        rest = characters.as_str();
    }
}

/// Headings begin below the page's own.
fn cleaner() -> Builder<'static> {
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "h1",
        "h2",
    ];
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    cleaner
}

/// As it was typed, in paragraphs; nothing in it is a tag.
fn plain(text: &str) -> String {
    let mut shown = String::from("<pre>");
    for character in text.chars().take(TEXT_MOST) {
        match character {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            other => shown.push(other),
        }
    }
    shown.push_str("</pre>");
    shown
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;

    #[test]
    fn what_people_write_is_shown() {
        let html =
            render("## 方案\n\n更换 **两部** 电梯：\n\n- 报价一\n- 报价二\n\n| 项 | 元 |\n|---|---|\n| 电梯 | 1 |\n")
                .expect("a text");
        for part in ["<h2>方案</h2>", "<strong>两部</strong>", "<li>报价一</li>", "<td>电梯</td>"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nothing_that_is_written_can_act() {
        let anything = Selector::parse("*").expect("a selector");
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://evil.example/track.png)",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](//evil.example)",
            "[x](/c/acts/1/sign)",
            "<a href=\"https://a\" onclick=\"alert(1)\" style=\"position:fixed\">x</a>",
            "<iframe src=https://evil.example></iframe>",
            "<svg><script>alert(1)</script></svg>",
            "<form action=/c/acts/1/refuse method=post><button>x</button></form>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "`<script>`\n\n<!-- --><base href=https://evil.example>",
            "[x](https://a \"t\\\" onmouseover=alert(1)\")",
            "<meta http-equiv=refresh content=0;url=https://evil.example>",
            "[x]: javascript:alert(1)\n\n[x]",
        ] {
            let html = render(attack).expect("short enough");
            let page = Html::parse_fragment(&html);
            for element in page.select(&anything) {
                let name = element.value().name();
                assert!(
                    ["html", "p", "a", "code", "pre", "br", "li", "ul", "em", "strong"].contains(&name),
                    "{name} from {attack}"
                );
                for (attribute, value) in element.value().attrs() {
                    let is_link = attribute == "href" && value.starts_with("https://");
                    assert!(is_link || attribute == "rel", "{attribute}={value} from {attack}");
                }
            }
        }
    }

    #[test]
    fn a_text_that_would_take_seconds_is_refused_before_it_is_rendered() {
        for (why, text, expected) in [
            ("40 KB of quotes", "> ".repeat(20_000), MarkdownError::TooDeep),
            ("a long text", "长".repeat(2731), MarkdownError::TooLong),
            ("quotes in quotes", "> ".repeat(4000), MarkdownError::TooDeep),
            ("quotes without blanks", ">".repeat(8000), MarkdownError::TooDeep),
            ("lists in lists", "- ".repeat(4000), MarkdownError::TooDeep),
            ("numbers in numbers", "1. ".repeat(2000), MarkdownError::TooDeep),
            ("deeper line by line", (0..60).map(|n| "  ".repeat(n) + "- x\n").collect(), MarkdownError::TooDeep),
            ("stars in stars", "*a **b ".repeat(1000), MarkdownError::TooDeep),
            ("brackets", "[".repeat(8000), MarkdownError::TooDeep),
        ] {
            assert_eq!(render(&text), Err(expected), "{why}");
        }
    }

    #[test]
    fn ten_deep_is_deep_enough_for_people() {
        assert!(render(&format!("{}ten", "> ".repeat(10))).is_ok());
        assert!(render("1. a\n   - b\n     - c\n2. d\n").is_ok());
        assert!(render("---\n\n2026.12.06\n\n- 2027. x").is_ok());
    }

    #[test]
    fn a_text_over_a_limit_is_shown_as_typed() {
        let html = plain("<b>&");
        assert_eq!(html, "<pre>&lt;b&gt;&amp;</pre>");
    }
}
