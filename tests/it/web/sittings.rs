//! Assisted voting through the pages: the clerk's form, the tablet that sees one ballot, and the slip.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use ballot::{
    id::{CredentialNo, HolderNo, PollId},
    statement::Choice,
    store::staff::Role,
};
use heyi_tests::{estate::TestPerson, tablet::TestTablet};
use serde_json::{Value, json};

use super::{Answer, Site, from_browser, from_script, law::urlencode};

struct Scene {
    site: Site,
    clerk: TestPerson,
    poll: PollId,
}

impl Scene {
    async fn new() -> Self {
        let mut site = Site::new().await;
        let mut clerk = site.estate.appoint(Role::Clerk, "10000000901").await;
        let poll = site.estate.publish().await;
        site.estate.sign_officers_in().await;
        site.estate.sign_in(&mut clerk).await;
        Self { site, clerk, poll }
    }

    fn place(&self) -> String {
        format!("/desk/{}/assist", self.poll)
    }

    async fn find(&self, home: &str) -> Answer {
        self.site.get(&format!("{}?home={home}", self.place()), Some(&self.clerk.token)).await
    }

    async fn open(&self, who: &str, witnesses: [&str; 2]) -> Answer {
        let fields = [
            ("home", "1-201"),
            ("who", who),
            ("identity", "known"),
            ("witness_1", witnesses[0]),
            ("witness_2", witnesses[1]),
        ];
        let form: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", urlencode(value))).collect();
        self.site.post_form(&self.place(), Some(&self.clerk.token), &form.join("&")).await
    }

    /// A request of the tablet, which has the cookie of its sitting and no other.
    async fn tablet(&self, path: &str, cookie: &str, body: Option<(&str, Vec<u8>)>) -> Answer {
        let request = match body {
            Some((media, bytes)) => from_script(path, None)
                .header(header::CONTENT_TYPE, media)
                .header(header::COOKIE, cookie)
                .body(Body::from(bytes)),
            None => {
                from_browser(axum::http::Method::GET, path, None).header(header::COOKIE, cookie).body(Body::empty())
            }
        };
        self.site.send(request.expect("a request")).await
    }
}

/// A value of the first element that fits.
fn value(answer: &Answer, selector: &str, name: &str) -> String {
    let found = scraper::Selector::parse(selector).expect("a selector");
    let page = answer.page();
    let element = page.select(&found).next().unwrap_or_else(|| panic!("no {selector} in {}", answer.body));
    element.attr(name).expect("the attribute").to_owned()
}

#[tokio::test]
async fn somebody_without_a_phone_votes_on_the_tablet_and_sees_nothing_else() {
    let scene = Scene::new().await;
    let desk = scene.site.get(&format!("/desk/{}", scene.poll), Some(&scene.clerk.token)).await;
    assert_eq!(desk.links("/assist"), [scene.place()], "a clerk finds it");
    let found = scene.find("1-201").await;
    let who = value(&found, "input[name=who]", "value");
    assert!(found.body.contains("王芳") && found.body.contains("停用"), "what it means is said before: {}", found.body);

    let same = scene.open(&who, ["见证人甲", "见证人甲"]).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(same.count("#witness_1-error"), 1, "{}", same.body);
    assert_eq!(same.count("input[name=witness_2][value='见证人甲']"), 1, "what was typed is kept");
    let opened = scene.open(&who, ["见证人甲", "见证人乙"]).await;
    assert_eq!(
        (opened.status, opened.count(".qr svg"), opened.count(".code")),
        (StatusCode::OK, 1, 1),
        "{}",
        opened.body
    );
    assert_eq!(opened.header(header::CACHE_CONTROL), "no-store, no-transform");
    let selector = scraper::Selector::parse(".code").expect("a selector");
    let code: String = opened.page().select(&selector).flat_map(|one| one.text()).collect();
    let sitting = opened.links("/assist/").remove(0);
    let again = scene.open(&who, ["见证人甲", "见证人乙"]).await;
    assert_eq!((again.status, again.count("#who-error")), (StatusCode::CONFLICT, 1));

    // The clerk's session ends where somebody sits down.
    let wrong = scene.site.post_form("/sitting", None, "letter=7K4P-9QXM-2RTD").await;
    assert_eq!((wrong.status, wrong.count("#letter-error")), (StatusCode::GONE, 1));
    let seated = scene.site.post_form("/sitting", Some(&scene.clerk.token), &format!("letter={code}")).await;
    assert_eq!((seated.status, seated.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/sitting/vote"));
    let cookies: Vec<_> = seated.headers.get_all(header::SET_COOKIE).iter().map(|one| one.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__Host-id=; ") && cookie.contains("Max-Age=0")));
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("__Host-sitting=")).expect("a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=900"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(scene.find("1-201").await.status, StatusCode::UNAUTHORIZED, "the clerk signs in anew");

    let page = scene.tablet("/sitting/vote", cookie, None).await;
    assert_eq!((page.status, page.count("html.elder"), page.count("#choose")), (StatusCode::OK, 1, 1), "{}", page.body);
    assert!(page.body.contains("王芳，请您自己选") && !page.body.contains("见证人甲"), "{}", page.body);
    assert_eq!(page.links("/enrol").len() + page.links("/vote/").len(), 0);
    for elsewhere in ["/desk", "/me/data", &format!("/polls/{}/vote", scene.poll), &scene.place(), &sitting] {
        let barred = scene.tablet(elsewhere, cookie, None).await;
        assert_eq!(barred.status, StatusCode::UNAUTHORIZED, "{elsewhere}");
    }

    let tablet = TestTablet::new(95);
    let key = json!({"key": tablet.public_key()}).to_string().into_bytes();
    let issued = scene.tablet("/sitting/key", cookie, Some(("application/json", key))).await;
    let issued: Value = serde_json::from_str(&issued.body).expect("JSON");
    let credential = CredentialNo::try_from(issued["credential"].as_u64().expect("a number")).unwrap();
    let holder = HolderNo::try_from(who.split_once('.').unwrap().0.parse::<u64>().unwrap()).unwrap();
    let ballot = tablet.ballot(&scene.site.estate, &scene.poll, (holder, credential), Choice::For).await;
    let media = "application/vnd.heyi.statement";
    let receipt = scene.tablet("/sitting/ballot", cookie, Some((media, ballot.clone()))).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.body);
    let same = scene.tablet("/sitting/ballot", cookie, Some((media, ballot))).await;
    assert_eq!(same.body, receipt.body);
    let over = scene.tablet("/sitting/vote", cookie, None).await;
    assert_eq!(over.status, StatusCode::GONE, "it shows nothing of who sat there");

    // The slip has code, time and witnesses, and no choice.
    let mut clerk = scene.clerk;
    scene.site.estate.sign_in(&mut clerk).await;
    let slip = scene.site.get(&sitting, Some(&clerk.token)).await;
    assert_eq!((slip.count("article.sheet .code"), slip.count("form")), (1, 1), "the prefs alone: {}", slip.body);
    assert!(slip.body.contains("见证人甲") && slip.body.contains("见证人乙"));
    assert!(!slip.body.contains("同意"), "{}", slip.body);
    let list = scene.site.get(&format!("/desk/{}/assist", scene.poll), Some(&clerk.token)).await;
    assert_eq!(list.links("/assist/"), [sitting]);
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn a_clerk_ends_a_sitting_and_the_tablet_is_told() {
    let scene = Scene::new().await;
    assert_eq!(scene.find("9-999").await.count("#home-error"), 1);
    let who = value(&scene.find("1-201").await, "input[name=who]", "value");
    let opened = scene.open(&who, ["见证人甲", "见证人乙"]).await;
    let selector = scraper::Selector::parse(".code").expect("a selector");
    let code: String = opened.page().select(&selector).flat_map(|one| one.text()).collect();
    let sitting = opened.links("/assist/").remove(0);
    let seated = scene.site.post_form("/sitting", None, &format!("letter={code}")).await;
    let cookies = seated.headers.get_all(header::SET_COOKIE).iter().filter_map(|one| one.to_str().ok());
    let cookie =
        cookies.filter_map(|one| one.split(';').next()).find(|one| one.contains("sitting=")).unwrap().to_owned();
    let ended = scene.site.post_form(&format!("{sitting}/end"), Some(&scene.clerk.token), "").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let key = json!({"key": TestTablet::new(96).public_key()}).to_string().into_bytes();
    let refused = scene.tablet("/sitting/key", &cookie, Some(("application/json", key))).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::GONE, "sitting_over"));
    let left = scene.tablet("/sitting/end", &cookie, Some(("application/x-www-form-urlencoded", Vec::new()))).await;
    assert_eq!(left.header(header::LOCATION), "/sitting?left=true");
    let officer = scene.site.estate.officers[0].token.clone();
    assert_eq!(scene.site.get(&scene.place(), Some(&officer)).await.status, StatusCode::NOT_FOUND, "clerks alone");
}
