//! Notices on their pages: written, hung with photos, posted for their period, replaced.

use axum::http::{StatusCode, header};
use ballot::store::session::Token;
use deliberation::settings::DAY;

use super::{Answer, Site};

const PHOTO: &[u8] = include_bytes!("pixel.png");

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

struct Scene {
    site: Site,
    officer: Token,
    /// Speaks for building 1.
    lead: Token,
    neighbour: Token,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (lead, neighbour) = (site.owner("王芳").await.token, site.owner("李秀英").await.token);
        let officer = site.estate.officers[0].token.clone();
        let who = site.estate.viewer(&lead, site.estate.now()).await.expect("signed in").subject();
        let form = format!("who={who}&role=building_lead&building=1&until=2028-06-30");
        location(&site.post_form("/c/posts/new", Some(&officer), &form).await);
        Self { site, officer, lead, neighbour }
    }

    /// So many days from today in Beijing.
    fn day(&self, days: u64) -> String {
        let at = i64::try_from(self.site.estate.now() + 8 * 3600 + days * DAY).expect("a time");
        jiff::Timestamp::from_second(at).expect("a time").to_string()[..10].to_owned()
    }

    async fn draft(&self, kind: &str, days: u64, boards: &str) -> String {
        let form = format!("kind={kind}&title=Lift&text=On+Monday.&until={}&motion={boards}", self.day(days));
        location(&self.site.post_form("/notices/new", Some(&self.officer), &form).await)
    }

    async fn step(&self, path: &str, verb: &str, form: &str) -> Answer {
        self.site.post_form(&format!("{path}/{verb}"), Some(&self.officer), form).await
    }

    async fn hang(&self, who: &Token, path: &str, place: u64, files: &[&[u8]]) -> Answer {
        self.site.post_files(&format!("{path}/boards/{place}"), Some(who), &[], files).await
    }
}

#[tokio::test]
async fn a_notice_is_posted_once_it_hangs_on_every_board_with_a_photo() {
    let scene = Scene::new().await;
    let site = &scene.site;
    let path = scene.draft("general", 9, "&board=1&board=2").await;
    for (who, expected) in [(None, 404), (Some(&scene.lead), 404), (Some(&scene.officer), 200)] {
        assert_eq!(site.get(&path, who).await.status, expected, "a draft is for those who write notices");
    }
    assert_eq!(scene.hang(&scene.officer, &path, 0, &[PHOTO]).await.status, StatusCode::NOT_FOUND, "nor is it hung");
    location(&scene.step(&path, "approve", "").await);
    for (who, expected) in [(None, 404), (Some(&scene.neighbour), 404), (Some(&scene.lead), 200)] {
        assert_eq!(site.get(&path, who).await.status, expected, "whoever hangs it sees it");
    }
    let page = site.get(&path, Some(&scene.lead)).await;
    assert_eq!(page.count("form[action$='/boards/0']"), 1, "{}", page.body);
    assert_eq!(page.count("form[action$='/boards/1']"), 0, "of the own building alone");
    assert_eq!(scene.hang(&scene.lead, &path, 1, &[PHOTO]).await.status, StatusCode::NOT_FOUND);
    for files in [&[][..], &[&b"<html>"[..]]] {
        assert_eq!(scene.hang(&scene.lead, &path, 0, files).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    location(&scene.hang(&scene.lead, &path, 0, &[PHOTO]).await);
    assert_eq!(scene.step(&path, "post", "").await.status, StatusCode::UNPROCESSABLE_ENTITY, "one board is missing");
    location(&scene.hang(&scene.officer, &path, 1, &[PHOTO]).await);
    location(&scene.step(&path, "post", "").await);
    let page = site.get(&path, None).await;
    assert_eq!(page.links("/files/").len(), 2, "{}", page.body);
    assert_eq!(site.get(&page.links("/files/")[0], None).await.status, StatusCode::OK);
    assert!(site.get("/", None).await.body.contains(&path), "the first page shows it");
    let paper = site.get(&format!("{path}/paper"), None).await;
    assert_eq!(paper.count("article.sheet svg"), 1, "with the way to the one online");
    site.estate.clock.set(site.estate.now() + 11 * DAY);
    assert!(site.get(&path, None).await.body.contains("期满"), "by the clock");
    assert!(!site.get("/", None).await.body.contains(&path));
    assert!(site.estate.estate.verify_events(&site.estate.compound).await.is_ok());
}

#[tokio::test]
async fn too_short_a_period_is_refused_and_one_is_never_made_shorter() {
    let scene = Scene::new().await;
    // Fifteen whole days, of which the first is not counted.
    for (days, expected) in [(14, 422), (15, 303)] {
        let path = scene.draft("meeting", days, "&board=1").await;
        assert_eq!(scene.step(&path, "approve", "").await.status.as_u16(), expected, "{days} days");
    }
    let mut paths = Vec::new();
    for _ in 0..2 {
        let path = scene.draft("general", 9, "&board=1").await;
        location(&scene.step(&path, "approve", "").await);
        location(&scene.hang(&scene.lead, &path, 0, &[PHOTO]).await);
        location(&scene.step(&path, "post", "").await);
        paths.push(path);
    }
    for (days, expected) in [(8, 422), (9, 422), (20, 303)] {
        let form = format!("until={}", scene.day(days));
        assert_eq!(scene.step(&paths[0], "extend", &form).await.status.as_u16(), expected, "{days}");
    }
    for (why, form, expected) in [
        ("by none", "replacement=&reason=Wrong", 422),
        ("by one that is not there", "replacement=99&reason=Wrong", 422),
        ("by itself", "replacement=3&reason=Wrong", 422),
        ("without a reason", "replacement=4&reason=", 422),
        ("by another", "replacement=4&reason=Wrong", 303),
    ] {
        assert_eq!(scene.step(&paths[0], "withdraw", form).await.status.as_u16(), expected, "{why}");
    }
    assert!(scene.site.get(&paths[0], None).await.body.contains("已撤换"), "it stays to be seen");
}

#[tokio::test]
async fn a_notice_that_is_written_wrong_comes_back_with_what_was_typed() {
    let scene = Scene::new().await;
    let until = scene.day(9);
    for (why, field, form) in [
        ("no kind", "kind", format!("title=a&text=Kept&until={until}&board=1")),
        ("no title", "title", format!("kind=general&title=&text=Kept&until={until}&board=1")),
        ("no text", "text", format!("kind=general&title=Kept&text=&until={until}&board=1")),
        ("no day", "until", "kind=general&title=a&text=Kept&until=&board=1".to_owned()),
        ("a day that has passed", "until", "kind=general&title=a&text=Kept&until=2020-01-01&board=1".to_owned()),
        (
            "a motion that is not there",
            "motion",
            format!("kind=general&title=a&text=Kept&until={until}&board=1&motion=9"),
        ),
        ("no board", "board", format!("kind=general&title=a&text=Kept&until={until}")),
        ("a building that is not there", "board", format!("kind=general&title=a&text=Kept&until={until}&board=9")),
    ] {
        let answer = scene.site.post_form("/notices/new", Some(&scene.officer), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert!(answer.body.contains("Kept"), "{why}");
    }
    let form = format!("kind=general&title=a&text=b&until={until}&board=1");
    let answer = scene.site.post_form("/notices/new", Some(&scene.neighbour), &form).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "neighbours write none");
}
