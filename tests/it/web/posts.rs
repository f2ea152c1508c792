//! Posts: given to owners and people in office for a term, and ended.

use axum::http::StatusCode;
use ballot::store::{session::Token, staff::Role as Office};

use super::Site;

async fn subject(site: &Site, session: &Token) -> String {
    site.estate.viewer(session, site.estate.now()).await.expect("signed in").subject().to_string()
}

#[tokio::test]
async fn a_secretary_admits_motions_until_the_post_is_ended() {
    let site = Site::new().await;
    let (li, wang) = (site.owner("李秀英").await.token, site.owner("王芳").await.token);
    let officer = site.estate.officers[0].token.clone();
    let who = subject(&site, &li).await;
    let found = site.get("/c/posts/new?text=102", Some(&officer)).await;
    assert_eq!(found.count(&format!("main a[href='/c/posts/new?who={who}']")), 1, "{}", found.body);
    assert_eq!(site.get(&format!("/c/posts/new?who={who}"), Some(&officer)).await.count("main input[type=radio]"), 9);
    let motion = |title: &str| format!("kind=other&title={title}&text=Text");
    let mut admitted = Vec::new();
    for title in ["One", "Two"] {
        let answer = site.post_form("/motions/new", Some(&wang), &motion(title)).await;
        let path = answer.header("location").to_owned();
        assert_eq!(site.post_form(&format!("{path}/submit"), Some(&wang), "").await.status, StatusCode::SEE_OTHER);
        admitted.push(format!("{path}/admit"));
    }
    let before = site.post_form(&admitted[0], Some(&li), "").await;
    assert_eq!(before.status, StatusCode::UNPROCESSABLE_ENTITY, "a neighbour admits nothing");
    let form = format!("who={who}&role=secretary&building=&until=2027-06-30");
    assert_eq!(site.post_form("/c/posts/new", Some(&officer), &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.post_form(&admitted[0], Some(&li), "").await.status, StatusCode::SEE_OTHER);
    let list = site.get("/c/posts", Some(&officer)).await;
    assert!(list.body.contains("秘书 · 李秀英"), "{}", list.body);
    let end = list.page();
    let form = scraper::Selector::parse("form[action$='/end']").expect("a selector");
    let action = end.select(&form).next().and_then(|form| form.attr("action")).expect("a form").to_owned();
    assert_eq!(site.post_form(&action, Some(&officer), "").await.status, StatusCode::SEE_OTHER);
    let again = site.post_form(&action, Some(&officer), "").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "what has ended does not end again");
    let after = site.post_form(&admitted[1], Some(&li), "").await;
    assert_eq!(after.status, StatusCode::UNPROCESSABLE_ENTITY, "nor does a former secretary");
    assert!(site.estate.estate.verify_events(&site.estate.compound).await.is_ok());
}

#[tokio::test]
async fn a_post_that_cannot_be_given_says_why() {
    let site = Site::new().await;
    let li = subject(&site, &site.owner("李秀英").await.token).await;
    let officer = site.estate.officers[0].token.clone();
    let (committee, auditor) =
        (subject(&site, &officer).await, subject(&site, &site.auditor("10000000202").await).await);
    let clerk = site.estate.appoint(Office::Clerk, "10000000201").await.token;
    for (why, field, form) in [
        ("no post", "role", format!("who={li}&role=&until=2027-06-30")),
        ("an office of the vote", "role", format!("who={li}&role=committee&until=2027-06-30")),
        ("a building that is not there", "building", format!("who={li}&role=mediator&building=99&until=2027-06-30")),
        ("no end", "until", format!("who={li}&role=mediator&until=")),
        ("an end that has passed", "until", format!("who={li}&role=mediator&until=2020-01-01")),
        ("an end after six years", "until", format!("who={li}&role=mediator&until=2039-01-01")),
        ("a moderator of the committee", "role", format!("who={committee}&role=moderator&until=2027-06-30")),
        ("an auditor with another post", "role", format!("who={auditor}&role=secretary&until=2027-06-30")),
    ] {
        let answer = site.post_form("/c/posts/new", Some(&officer), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}");
    }
    let form = format!("who={li}&role=mediator&until=2027-06-30");
    assert_eq!(site.post_form("/c/posts/new", Some(&clerk), &form).await.status, StatusCode::NOT_FOUND);
}
