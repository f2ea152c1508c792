//! Requests that another site makes a browser send are refused.
//!
//! Without tokens: browsers say where a request comes from in `Sec-Fetch-Site`, and in `Origin` on
//! every request that changes something. A request with neither, but with a cookie, is refused too.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
};

use crate::app::App;

/// Whether a request is let in.
pub(crate) fn allows(app: &App, request: &Request) -> bool {
    let is_allowed = is_safe(request.method()) || is_ours(request.headers(), &app.config().origin);
    if !is_allowed {
        tracing::warn!("refused a request of another site");
    }
    is_allowed
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match (site, headers.get(header::ORIGIN)) {
        (Some(b"same-origin" | b"none"), _) => true,
        (Some(_), _) => false,
        (None, Some(given)) => given.as_bytes() == origin.as_bytes(),
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn only_our_own_pages_and_clients_without_cookies_change_anything() {
        const OURS: &str = "https://vote.example.org";
        for (why, headers, expected) in [
            ("our page", &[("sec-fetch-site", "same-origin"), ("origin", OURS)][..], true),
            ("typed by the user", &[("sec-fetch-site", "none")], true),
            ("another site", &[("sec-fetch-site", "cross-site")], false),
            ("a sister site", &[("sec-fetch-site", "same-site")], false),
            ("another site that names our origin", &[("sec-fetch-site", "cross-site"), ("origin", OURS)], false),
            ("old browser, other origin", &[("origin", "https://evil.example")], false),
            ("old browser, hidden origin", &[("origin", "null")], false),
            ("old browser, our origin", &[("origin", OURS)], true),
            ("a cookie and no word on where from", &[("cookie", "a=b")], false),
            ("a tool without cookies", &[], true),
        ] {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_ours(&headers, OURS), expected, "{why}");
        }
    }
}
