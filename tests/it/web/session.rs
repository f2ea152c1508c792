//! Until when a session lasts, said on every page; a motion that can be read aloud.

use axum::http::StatusCode;

use super::{Site, ballots::Voter, from_script};

#[tokio::test]
async fn every_page_says_until_when_one_is_signed_in_and_a_press_makes_it_longer() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let me = site.get("/me", Some(&voter.token)).await;
    assert!(me.body.contains("这次登录到 2026 年 11 月 18 日（星期三）00:30 为止"), "{}", me.body);
    assert_eq!(me.count("#session[role=status][data-left='1800']:empty"), 1, "and a place to warn in time");
    assert_eq!(me.count("script[src$='/pages/session.js']"), 1);
    let vote = site.get(&format!("/polls/{}/vote", voter.poll), Some(&voter.token)).await;
    assert!(vote.body.contains("这次登录到"), "without a script it is said as well");
    assert_eq!(vote.count("script[src$='/pages/session.js']"), 0, "this page signs in again by itself");
    for path in ["/me", "/help", "/login"] {
        let nobody = site.get(path, None).await;
        assert_eq!(nobody.count("#session"), 0, "{path} for nobody");
        assert!(!nobody.body.contains("这次登录到"), "{path} for nobody");
    }
    let open = site.get(&format!("/polls/{}", voter.poll), Some(&voter.token)).await;
    assert!(!open.body.contains("这次登录到"), "what is the same for everybody names nobody's session");

    site.estate.clock.set(site.estate.now() + 20 * 60);
    let prolonged = site.post_json("/session", Some(&voter.token), &serde_json::json!({})).await;
    assert_eq!((prolonged.status, prolonged.body.as_str()), (StatusCode::OK, "{\"left\":1800}"));
    site.estate.clock.set(site.estate.now() + 29 * 60);
    assert_eq!(site.get("/me", Some(&voter.token)).await.status, StatusCode::OK, "half an hour from the press on");
    site.estate.clock.set(site.estate.now() + 32 * 60);
    let late = from_script("/session", Some(&voter.token)).body(axum::body::Body::empty()).expect("a request");
    assert_eq!(site.send(late).await.code(), "signed_out");
    assert_eq!(site.post_json("/session", None, &serde_json::json!({})).await.code(), "signed_out");
}

#[tokio::test]
async fn a_motion_has_a_button_to_be_read_aloud_that_no_browser_shows_in_vain() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    for (language, label) in [("zh", "读给我听"), ("en", "Read it to me")] {
        let page = site.get(&format!("/polls/{}?lang={language}", voter.poll), None).await;
        assert_eq!(
            page.count("#motion-lift p[hidden] button[data-speak='motion-lift'][data-stop]"),
            1,
            "{}",
            page.body
        );
        assert!(page.body.contains(label));
        assert_eq!(page.count("script[src$='/pages/speak.js']"), 1);
    }
}
