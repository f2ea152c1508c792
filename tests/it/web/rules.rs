//! The rules of an estate and of its bodies on their pages: for everybody to read, for two to change.

use axum::http::{StatusCode, header};
use ballot::store::session::Token;

use super::{Answer, Site};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

#[tokio::test]
async fn one_officer_proposes_a_number_and_another_puts_it_into_force() {
    let site = Site::new().await;
    let owner = site.owner("王芳").await.token;
    let [one, other] = [0, 1].map(|place| site.estate.officers[place].token.clone());
    let post = async |who: &Token, path: &str, form: &str| site.post_form(path, Some(who), form).await;
    let before = site.get("/rules", None).await;
    assert!(before.body.contains("还没有改过") && before.count("form[action='/rules']") == 0, "{}", before.body);
    assert_eq!(site.get("/rules", Some(&one)).await.count("form[action='/rules'] input"), 20, "every number");
    for (why, field, form) in [
        ("no number", "admit_days", "admit_days=soon"),
        ("less than nothing", "admit_days", "admit_days=-1"),
        ("more than is right", "pause_days", "pause_days=6"),
        ("nothing changed", "change", "admit_days=10"),
    ] {
        let answer = post(&one, "/rules", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
    }
    let kept = post(&one, "/rules", "pause_days=6").await;
    assert_eq!(kept.count("details[open] input[name=pause_days][value='6']"), 1, "what was typed is kept");
    assert_ne!(post(&owner, "/rules", "admit_days=5").await.status, StatusCode::SEE_OTHER, "not by a neighbour");

    assert_eq!(location(&post(&one, "/rules", "admit_days=5&repeats=2").await), "/rules");
    let mine = site.get("/rules", Some(&one)).await;
    assert_eq!((mine.count("#waiting"), mine.count("#adopt")), (1, 0), "its proposer waits for another");
    assert_eq!(post(&one, "/rules/1/adopt", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&other, "/rules", "admit_days=6").await.status, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");
    for (who, waits) in [(&one, 0), (&other, 1)] {
        let home = site.get("/c", Some(who)).await;
        assert_eq!(home.count(".notice a[href='/rules']"), waits, "the console says that it waits for another");
    }
    let theirs = site.get("/rules", Some(&other)).await;
    assert!(theirs.body.contains("10 天 → 5 天") && theirs.count("#adopt") == 1, "{}", theirs.body);
    assert_ne!(post(&owner, "/rules/1/adopt", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&other, "/rules/1/close", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(location(&post(&other, "/rules/1/adopt", "").await), "/rules");
    assert_eq!(post(&other, "/rules/1/drop", "").await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is done with");
    let after = site.get("/rules", None).await;
    let [one, other] = [site.estate.officer(0).await.name, site.estate.officer(1).await.name];
    assert!(after.body.contains("5 天</dd>") && after.body.contains("10 天 → 5 天"), "{}", after.body);
    assert!(after.body.contains(&one) && after.body.contains(&other), "it says who did it: {}", after.body);
    assert!(site.estate.estate.verify_events(&site.estate.compound).await.is_ok());
    site.check_everybodys_data().await;
}

#[tokio::test]
async fn a_body_changes_its_seats_when_two_who_convene_it_agree() {
    let site = Site::new().await;
    let owner = site.owner("王芳").await.token;
    let [one, other] = [0, 1].map(|place| site.estate.officers[place].token.clone());
    let post = async |who: &Token, path: &str, form: &str| site.post_form(path, Some(who), form).await;
    let new = "kind=council&name=Council&building=&groups=A+2&notice_days=3&quorum_percent=50&decides=";
    location(&post(&one, "/bodies/new", new).await);
    location(&post(&one, "/bodies/1/seats", "act=seat&name=王芳&group=A&part=").await);
    assert_eq!(site.get("/bodies/1", None).await.count("a[href='/bodies/1/rules']"), 1);
    let form = |groups: &str| format!("groups={groups}&notice_days=5&quorum_percent=60&decides=yes");
    for (why, groups) in [("no pair", "A"), ("twice", "A+1%0AA+2"), ("a seat that is held", "B+2")] {
        let answer = post(&one, "/bodies/1/rules", &form(groups)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count("[role=alert] a[href='#groups']"), 1, "{why}: {}", answer.body);
        assert_eq!(answer.count("details[open] textarea"), 1, "{why}");
    }
    assert_ne!(post(&owner, "/bodies/1/rules", &form("A+3")).await.status, StatusCode::SEE_OTHER);
    location(&post(&one, "/bodies/1/rules", &form("A+3%0AB+1")).await);
    assert_eq!(post(&other, "/rules/1/adopt", "").await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is the body's");
    assert!(site.get("/bodies/1", None).await.body.contains("2 席"), "one alone changes nothing");
    location(&post(&other, "/bodies/1/rules/1/adopt", "").await);
    let page = site.get("/bodies/1/rules", None).await;
    assert!(page.body.contains("席位：B：1 席") && page.body.contains("5 天"), "{}", page.body);
    assert_eq!(site.get("/rules", None).await.count("a[href='/bodies/1/rules']"), 1, "the estate's lead to it");
    site.check_everybodys_data().await;
}
