//! An assembly through the pages of the desk, and reminders through the console's.

use axum::http::{StatusCode, header};
use ballot::{id::PollId, store::staff::Role};
use heyi_tests::estate::TestPerson;
use serde_json::json;

use super::{Answer, Site};

/// A picture of one pixel.
const PHOTO: &[u8] = include_bytes!("pixel.png");

struct Scene {
    site: Site,
    clerks: Vec<TestPerson>,
    poll: PollId,
}

impl Scene {
    async fn new() -> Self {
        let mut site = Site::new().await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902"] {
            clerks.push(site.estate.appoint(Role::Clerk, phone).await);
        }
        let poll = site.estate.publish().await;
        site.estate.sign_officers_in().await;
        for clerk in &mut clerks {
            site.estate.sign_in(clerk).await;
        }
        Self { site, clerks, poll }
    }

    async fn see(&self, clerk: usize, rest: &str) -> Answer {
        self.site.get(&format!("/desk/{}/hall{rest}", self.poll), Some(&self.clerks[clerk].token)).await
    }

    async fn tick(&self, who: &str, how: &str) -> Answer {
        let path = format!("/desk/{}/hall", self.poll);
        self.site.post_form(&path, Some(&self.clerks[0].token), &format!("who={who}&how={how}")).await
    }

    async fn sign(&self, clerk: usize, at: &str) -> Answer {
        let page = self.site.get(at, Some(&self.clerks[clerk].token)).await;
        let selector = scraper::Selector::parse("#act-text").expect("a selector");
        let text: String = page.page().select(&selector).flat_map(|one| one.text()).collect();
        let body = json!({"signature": self.clerks[clerk].device.sign(&text)});
        self.site.post_json(&format!("{at}/sign"), Some(&self.clerks[clerk].token), &body).await
    }
}

#[tokio::test]
async fn owners_are_ticked_at_the_door_and_the_page_of_the_poll_says_so() {
    let scene = Scene::new().await;
    let poll = format!("/polls/{}", scene.poll);
    let sheets = scene.see(0, "/sheet").await;
    assert_eq!(sheets.count("main ul.links a[href*='building=']"), 2, "one for each building");
    assert_eq!(scene.see(0, "/sheet?building=99").await.status, StatusCode::NOT_FOUND);
    let sheet = scene.see(0, "/sheet?building=1").await;
    assert!(0 < sheet.count("article.sheet tbody tr"));
    assert_eq!(sheet.count("article.sheet tbody tr .qr svg"), sheet.count("article.sheet tbody tr"));
    let unknown = scene.tick("9-999", "represented").await;
    assert_eq!((unknown.status, unknown.count("#who-error")), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    assert_eq!(unknown.count("input[name=who][value='9-999']"), 1, "what was typed is kept");
    assert_eq!(unknown.count("input[value=represented][checked]"), 1);
    let ticked = scene.tick("1-201", "present").await;
    assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.body);
    let page = scene.site.get(ticked.header(header::LOCATION), Some(&scene.clerks[0].token)).await;
    assert_eq!((page.count("main table tbody tr"), page.count("form[action$='/untick']")), (5, 1), "{}", page.body);
    assert!(page.body.contains("占人数 25.00%"), "one of four: {}", page.body);
    let officer = scene.site.estate.officers[0].token.clone();
    let looks = scene.site.get(&format!("/desk/{}/hall", scene.poll), Some(&officer)).await;
    assert_eq!((looks.status, looks.count("main form")), (StatusCode::OK, 0), "an officer looks on");

    let lists = format!("/desk/{}/hall/lists", scene.poll);
    let missing = scene.site.post_files(&lists, Some(&scene.clerks[0].token), &[], &[]).await;
    assert_eq!((missing.status, missing.count("#scan-error")), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    let made = scene.site.post_files(&lists, Some(&scene.clerks[0].token), &[], &[PHOTO]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let at = made.header(header::LOCATION).to_owned();
    assert_eq!(scene.sign(0, &at).await.status, StatusCode::OK);
    let waits = scene.site.get(&at, Some(&scene.clerks[0].token)).await;
    assert_eq!((waits.count("form#sign"), waits.count("main .notice")), (0, 1), "another clerk is wanted");
    assert!(!scene.site.get(&poll, None).await.body.contains("业主大会现场"), "not before two have signed");
    assert_eq!(scene.sign(1, &at).await.status, StatusCode::OK);
    let owner = scene.site.owner("王芳").await.token;
    let vote = scene.site.get(&format!("{poll}/vote"), Some(&owner)).await;
    assert_eq!(vote.links("hall=true"), ["?hall=true"], "who came may say that they vote there");
    assert!(!vote.body.contains("meeting"), "{}", vote.body);
    let here = scene.site.get(&format!("{poll}/vote?hall=true"), Some(&owner)).await;
    assert!(here.body.contains("&quot;channel&quot;:&quot;meeting&quot;"), "{}", here.body);
    let scan = scene.site.get(&format!("{at}/scan"), Some(&scene.clerks[1].token)).await;
    assert_eq!(scan.header(header::CONTENT_TYPE), "image/jpeg");
    let public = scene.site.get(&poll, None).await;
    assert!(public.body.contains("业主大会现场：本人到会 1 位，受托人到会 0 位"), "{}", public.body);
    let console = scene.site.get(&format!("/c/polls/{}", scene.poll), Some(&officer)).await;
    assert!(console.body.contains("业主大会现场：本人到会 1 位"), "{}", console.body);
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn an_officer_sees_how_many_are_reminded_before_they_are() {
    let scene = Scene::new().await;
    let officer = scene.site.estate.officers[0].token.clone();
    let console = scene.site.get(&format!("/c/polls/{}", scene.poll), Some(&officer)).await;
    let remind = format!("/c/polls/{}/remind", scene.poll);
    assert_eq!(console.links("/remind"), std::slice::from_ref(&remind));
    let asked = scene.site.get(&remind, Some(&officer)).await;
    assert!(asked.body.contains("提醒这 4 位业主"), "{}", asked.body);
    let sent = scene.site.post_form(&remind, Some(&officer), "").await;
    assert_eq!(sent.header(header::LOCATION), format!("{remind}?sent=4"));
    let after = scene.site.get(sent.header(header::LOCATION), Some(&officer)).await;
    assert_eq!(after.count("main form"), 0, "nobody is left for today: {}", after.body);
    let again = scene.site.post_form(&remind, Some(&officer), "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    scene.site.check_everybodys_data().await;
}
