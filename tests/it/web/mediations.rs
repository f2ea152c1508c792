//! Mediation on its pages, without scripts: asked for, taken on, talked over, signed on screen and paper, looked after; and
//! closed to everybody else.

use axum::http::{StatusCode, header};
use ballot::store::staff::Role as Office;
use deliberation::settings::DAY;
use heyi_tests::estate::TestPerson;

use super::{Answer, Site, Token};

const PHOTO: &[u8] = include_bytes!("pixel.png");
/// Stands in everything that is said in a room.
const SECRET: &str = "mahjong at night";

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

/// Two owners who dispute, one who mediates, and those at the service point.
struct Scene {
    site: Site,
    applicant: TestPerson,
    other: TestPerson,
    mediator: TestPerson,
    clerk: TestPerson,
    community: TestPerson,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (applicant, other, mediator) =
            (site.owner("王芳").await, site.owner("李秀英").await, site.owner("张伟明").await);
        let clerk = site.estate.appoint(Office::Clerk, "10000000201").await;
        let community = site.estate.appoint(Office::Clerk, "10000000202").await;
        let scene = Self { site, applicant, other, mediator, clerk, community };
        for (person, role) in [(&scene.mediator, "mediator"), (&scene.community, "community")] {
            let who =
                scene.site.estate.viewer(&person.token, scene.site.estate.now()).await.expect("signed in").subject();
            let form = format!("who={who}&role={role}&building=&until=2028-06-30");
            location(&scene.site.post_form("/c/posts/new", Some(scene.officer()), &form).await);
        }
        scene
    }

    fn officer(&self) -> &Token {
        &self.site.estate.officers[0].token
    }

    async fn send(&self, who: &TestPerson, path: &str, form: &str) -> Answer {
        self.site.post_form(path, Some(&who.token), form).await
    }

    async fn step(&self, who: &TestPerson, path: &str, verb: &str, fields: &[(&str, &str)], files: &[&[u8]]) -> Answer {
        self.site.post_files(&format!("{path}/{verb}"), Some(&who.token), fields, files).await
    }

    async fn done(&self, who: &TestPerson, path: &str, verb: &str, fields: &[(&str, &str)]) {
        location(&self.step(who, path, verb, fields, &[]).await);
    }

    async fn see(&self, who: &TestPerson, path: &str) -> Answer {
        self.site.get(path, Some(&who.token)).await
    }

    /// A time some days from now in Beijing, as a form writes it.
    fn time(&self, days: u64) -> String {
        let at = i64::try_from(self.site.estate.now() + 8 * 3600 + days * DAY).expect("a time");
        jiff::Timestamp::from_second(at).expect("a time").to_string()[..16].to_owned()
    }

    async fn asked(&self) -> String {
        let form = format!("category=noise&text={SECRET}&building=1&name1=李秀英&building1=1&home1=102");
        location(&self.send(&self.applicant, "/mediations/new", &form).await)
    }

    /// Taken on, with everybody's consent.
    async fn consented(&self) -> String {
        let path = self.asked().await;
        location(&self.send(&self.mediator, &format!("{path}/take"), "free=yes").await);
        self.done(&self.other, &path, "join", &[]).await;
        self.done(&self.mediator, &path, "consent", &[]).await;
        path
    }

    async fn met(&self) -> String {
        let path = self.consented().await;
        self.done(&self.mediator, &path, "schedule", &[("at", &self.time(3)), ("place", "Room 1")]).await;
        self.done(&self.mediator, &path, "meet", &[]).await;
        path
    }

    /// The hidden hash of the agreement in a form of the page.
    async fn hash(&self, who: &TestPerson, path: &str) -> String {
        let page = self.see(who, path).await;
        let (_, rest) = page.body.split_once("name=\"hash\" value=\"").unwrap_or_else(|| panic!("{}", page.body));
        rest[..64].to_owned()
    }
}

#[tokio::test]
async fn a_request_says_what_with_whom_and_waits_for_a_mediator() {
    let scene = Box::pin(Scene::new()).await;
    let ok = format!("text={SECRET}&building=1&name1=李秀英&building1=1&home1=102");
    for (why, field, form) in [
        ("no kind", "category", format!("category=&{ok}")),
        ("no text", "text", "category=noise&text=&name1=Kept".to_owned()),
        ("nobody", "name1", "category=noise&text=Kept&name1=".to_owned()),
        ("small without a building", "building", "category=noise&text=Kept&small=yes&name1=Kept".to_owned()),
        ("for somebody else", "behalf_name", format!("category=noise&{ok}&behalf_name=Kept&consent=yes")),
    ] {
        let answer = scene.send(&scene.applicant, "/mediations/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert!(answer.body.contains("Kept") || why == "no kind", "{why}: what was typed is there");
    }
    let path = scene.asked().await;
    assert!(scene.see(&scene.applicant, &path).await.body.contains(SECRET));
    assert_eq!(scene.see(&scene.other, &path).await.status, StatusCode::NOT_FOUND, "not before somebody mediates");
    assert!(scene.see(&scene.applicant, "/").await.body.contains(&path), "the first page leads to it");

    let waiting = scene.see(&scene.mediator, "/mediations").await;
    assert_eq!(waiting.count(&format!("form[action='{path}/take']")), 1, "{}", waiting.body);
    assert!(!waiting.body.contains(SECRET) && !waiting.body.contains("李秀英"), "no names, no contents");
    let refused = scene.send(&scene.mediator, &format!("{path}/take"), "").await;
    assert_eq!(refused.count("[role=alert] a[href='#w1']"), 1, "without a declaration: {}", refused.body);
    for who in [&scene.applicant, &scene.clerk, &scene.other] {
        assert_eq!(scene.send(who, &format!("{path}/take"), "free=yes").await.status, StatusCode::NOT_FOUND);
        assert_eq!(scene.send(who, &format!("{path}/offer"), "who=x").await.status, StatusCode::NOT_FOUND);
    }
    let page = scene.see(&scene.community, "/mediations").await;
    let (_, rest) = page.body.split_once("name=\"who\" value=\"").expect("a mediator to choose");
    let mediator = rest.split_once('"').expect("a value").0.to_owned();
    let refused = scene.send(&scene.community, &format!("{path}/offer"), "who=").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&scene.send(&scene.community, &format!("{path}/offer"), &format!("who={mediator}")).await);
    assert!(scene.see(&scene.mediator, "/news").await.body.contains("请您主持"));
    location(&scene.send(&scene.mediator, &format!("{path}/take"), "free=yes").await);
    assert!(scene.see(&scene.other, "/news").await.body.contains(&path), "whoever is asked is told");
    assert_eq!(scene.see(&scene.community, &path).await.status, StatusCode::NOT_FOUND);

    // The grid asks for somebody and is not in the room.
    let form = format!("category=leak&{ok}&behalf_name=王芳&behalf_building=1&behalf_home=201");
    let refused = scene.send(&scene.clerk, "/mediations/new", &form).await;
    assert_eq!(refused.count("[role=alert] a[href='#consent']"), 1, "{}", refused.body);
    let asked = location(&scene.send(&scene.clerk, "/mediations/new", &format!("{form}&consent=yes")).await);
    assert!(scene.see(&scene.clerk, &asked).await.body.contains("申请交上去了"));
    assert_eq!(scene.see(&scene.clerk, "/mediations/2").await.status, StatusCode::NOT_FOUND);
    assert!(scene.see(&scene.applicant, "/mediations/2").await.body.contains(SECRET));
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told once")]
async fn a_room_goes_from_the_first_session_to_the_last_visit() {
    let mut scene = Box::pin(Scene::new()).await;
    let path = scene.consented().await;
    let page = scene.see(&scene.mediator, &path).await;
    assert!(page.body.contains("一般在这天以前调完"), "{}", page.body);
    for (why, verb, fields) in [
        ("no time", "schedule", vec![("at", ""), ("place", "Kept")]),
        ("nobody of this name", "invite", vec![("name", "Kept"), ("consent", "yes")]),
        ("nothing said", "say", vec![("text", " ")]),
        ("no reason", "step_aside", vec![("reason", "")]),
        ("no such matter", "link", vec![("kind", "matter"), ("object", "77")]),
    ] {
        let refused = scene.step(&scene.mediator, &path, verb, &fields, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}: {}", refused.body);
        assert_eq!(refused.count(&format!("[role=alert] a[href='#{verb}']")), 1, "{why}");
        assert_eq!(refused.body.contains("Kept"), fields.iter().any(|(_, value)| *value == "Kept"), "{why}");
    }
    scene.done(&scene.mediator, &path, "schedule", &[("at", &scene.time(3)), ("place", "Room 1")]).await;
    assert!(scene.see(&scene.other, &path).await.body.contains("Room 1"));
    scene.done(&scene.mediator, &path, "meet", &[]).await;
    scene.done(&scene.mediator, &path, "minute", &[("present", "both"), ("text", "calm")]).await;
    let message = scene.step(&scene.other, &path, "say", &[("text", "I bought a mat")], &[PHOTO]).await;
    location(&message);
    let files = scene.see(&scene.applicant, &path).await.links("/files/");
    assert_eq!(files.len(), 1);
    for (who, expected) in [(&scene.applicant, 200), (&scene.mediator, 200), (&scene.clerk, 404)] {
        assert_eq!(scene.see(who, &files[0]).await.status, expected);
    }
    assert_eq!(scene.site.get(&files[0], None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.site.get(&files[0], Some(scene.officer())).await.status, StatusCode::NOT_FOUND);

    scene.done(&scene.mediator, &path, "agree", &[("text", "No tiles after ten")]).await;
    let first = scene.hash(&scene.applicant, &path).await;
    scene.done(&scene.applicant, &path, "undersign", &[("hash", &first)]).await;
    scene.done(&scene.mediator, &path, "resume", &[]).await;
    scene.done(&scene.mediator, &path, "agree", &[("text", "No tiles after nine")]).await;
    let stale = scene.step(&scene.applicant, &path, "undersign", &[("hash", &first)], &[]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "there is a newer version");
    let second = scene.hash(&scene.applicant, &path).await;
    scene.done(&scene.applicant, &path, "undersign", &[("hash", &second)]).await;
    let bare = scene.step(&scene.mediator, &path, "enter_paper", &[("party", "2")], &[]).await;
    assert_eq!(bare.count("[role=alert] a[href='#enter_paper']"), 1, "a paper has a scan: {}", bare.body);
    location(&scene.step(&scene.mediator, &path, "enter_paper", &[("party", "2")], &[PHOTO]).await);
    scene.done(&scene.mediator, &path, "sign", &[("hash", &second)]).await;
    let page = scene.see(&scene.other, &path).await;
    assert!(page.body.contains("还没有上传签好的纸质协议书") && page.body.contains("第三十三条"), "{}", page.body);
    let sheet = scene.see(&scene.other, &format!("{path}/agreement")).await;
    assert!(
        sheet.body.contains("No tiles after nine") && sheet.body.contains(&second) && !sheet.body.contains("after ten")
    );
    location(&scene.step(&scene.mediator, &path, "enter_paper", &[("party", "0")], &[PHOTO]).await);
    assert!(!scene.see(&scene.other, &path).await.body.contains("还没有上传签好的纸质协议书"));

    scene.site.estate.clock.set(scene.site.estate.now() + 20 * DAY);
    for person in [&mut scene.applicant, &mut scene.other, &mut scene.mediator] {
        scene.site.estate.sign_in(person).await;
    }
    let early = scene.step(&scene.mediator, &path, "perform", &[], &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody has looked");
    let today = scene.time(0)[..10].to_owned();
    let wrong =
        scene.step(&scene.mediator, &path, "visit", &[("day", &today), ("kept", ""), ("text", "Kept")], &[]).await;
    assert_eq!(wrong.count("[role=alert] a[href='#visit']"), 1, "{}", wrong.body);
    let ahead = scene.time(2)[..10].to_owned();
    let wrong =
        scene.step(&scene.mediator, &path, "visit", &[("day", &ahead), ("kept", "yes"), ("text", "x")], &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "a day that has not come");
    scene.done(&scene.mediator, &path, "visit", &[("day", &today), ("kept", "yes"), ("text", "quiet")]).await;
    scene.done(&scene.mediator, &path, "perform", &[]).await;
    scene.done(&scene.mediator, &path, "close", &[]).await;
    let page = scene.see(&scene.applicant, &format!("{path}?lang=en")).await;
    assert!(page.body.contains("closed") && page.count("main form button") == 0, "it is over: {}", page.body);
    assert!(scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok());
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn either_side_can_refuse_stop_and_want_another_mediator() {
    let scene = Box::pin(Scene::new()).await;
    let path = scene.met().await;
    scene.done(&scene.other, &path, "ask_another", &[("reason", "too loud")]).await;
    assert_eq!(scene.see(&scene.mediator, &path).await.status, StatusCode::NOT_FOUND, "out at once");
    let waiting = scene.see(&scene.mediator, "/mediations").await;
    assert_eq!(waiting.count("form[action$='/take']"), 0, "and not again");
    scene.done(&scene.applicant, &path, "withdraw", &[("reason", "")]).await;
    assert!(scene.see(&scene.other, &path).await.body.contains("已停止"));
    let path = scene.asked().await;
    location(&scene.send(&scene.mediator, &format!("{path}/take"), "free=yes").await);
    scene.done(&scene.other, &path, "decline", &[("reason", "no")]).await;
    assert!(scene.see(&scene.applicant, &path).await.body.contains("已停止"));
}

/// Every page that lists, finds or exports anything, for somebody outside, has nothing of a room; and a room that there is
/// answers them like one that there is not.
#[tokio::test]
async fn nothing_of_a_room_is_on_any_page_outside_it() {
    let scene = Box::pin(Scene::new()).await;
    let path = scene.met().await;
    scene.done(&scene.mediator, &path, "agree", &[("text", SECRET)]).await;
    scene.done(&scene.applicant, &path, "say", &[("text", SECRET)]).await;
    let auditor = Some(scene.site.auditor("10000000203").await);
    let outside = [
        None,
        Some(scene.officer().clone()),
        auditor,
        Some(scene.clerk.token.clone()),
        Some(scene.community.token.clone()),
    ];
    let pages = [
        "/",
        "/me",
        "/news",
        "/mediations",
        "/matters",
        "/wishes",
        "/motions",
        "/meetings",
        "/surveys",
        "/notices",
        "/audit",
        "/c",
        "/c/acts",
        "/c/people",
        "/c/posts",
        "/desk",
        "/outbox",
        "/search?q=mahjong",
        "/search?q=night",
        "/mediations?before=9",
        "/metrics",
    ];
    for who in &outside {
        for page in pages {
            let answer = scene.site.get(page, who.as_ref()).await;
            assert!(!answer.body.contains(SECRET), "{page}");
            assert!(!answer.body.contains("mediations/1"), "{page} leads to the room: {}", answer.body);
        }
        for end in ["", "/agreement"] {
            let there = scene.site.get(&format!("{path}{end}"), who.as_ref()).await;
            let nowhere = scene.site.get(&format!("/mediations/999{end}"), who.as_ref()).await;
            assert_eq!(there.status, nowhere.status, "{end}");
        }
        for verb in ["say", "join", "sign", "withdraw", "take", "offer"] {
            let there = scene.site.post_files(&format!("{path}/{verb}"), who.as_ref(), &[("text", "x")], &[]).await;
            let nowhere =
                scene.site.post_files(&format!("/mediations/999/{verb}"), who.as_ref(), &[("text", "x")], &[]).await;
            assert_eq!(there.status, nowhere.status, "{verb}");
            assert!(there.status.is_client_error(), "{verb}: {}", there.status);
        }
    }
    let events = scene.site.estate.estate.events(&scene.site.estate.compound, None, 1000).await.expect("events");
    let all = serde_json::to_string(&events).expect("JSON");
    assert!(all.contains("mediation_agree") && !all.contains(SECRET) && !all.contains("李秀英"));
    let public = scene.site.get("/mediations", None).await;
    assert!(public.body.contains("件少，不显示"), "one case tells nothing: {}", public.body);
}
