//! Meetings on their pages: a body is set up, its meeting is called, held and minuted, and nobody else does any of it.

use axum::http::{StatusCode, header};
use ballot::store::session::Token;
use deliberation::settings::DAY;
use heyi_tests::estate::TestPerson;

use super::{Answer, Site};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

/// A conference of three seats; its chair is an officer, its secretary and a member are owners.
struct Scene {
    site: Site,
    chair: Token,
    secretary: Token,
    member: Token,
    /// Owns a home and has no seat.
    neighbour: Token,
    /// The three owners with their devices.
    owners: [TestPerson; 3],
}

const BODY: &str =
    "kind=conference&name=Conference&building=&groups=A+2%0D%0AB+1&notice_days=3&quorum_percent=50&decides=";

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let owners = [site.owner("李秀英").await, site.owner("王芳").await, site.owner("张伟明").await];
        let [secretary, member, neighbour] = owners.each_ref().map(|owner| owner.token.clone());
        let chair = site.estate.officers[0].token.clone();
        let scene = Self { site, chair, secretary, member, neighbour, owners };
        scene.give(&scene.secretary, "secretary").await;
        assert_eq!(location(&scene.post(&scene.chair, "/bodies/new", BODY).await), "/bodies/1");
        let name = scene.site.estate.officer(0).await.name;
        for form in [
            format!("act=seat&name={name}&group=A&part=chair"),
            "act=seat&name=李秀英&group=B&part=secretary".to_owned(),
            "act=seat&name=王芳&group=A&part=".to_owned(),
        ] {
            location(&scene.post(&scene.chair, "/bodies/1/seats", &form).await);
        }
        scene
    }

    async fn give(&self, whom: &Token, role: &str) {
        let who = self.site.estate.viewer(whom, self.site.estate.now()).await.expect("signed in").subject();
        let form = format!("who={who}&role={role}&building=&until=2028-06-30");
        location(&self.post(&self.chair, "/c/posts/new", &form).await);
    }

    async fn post(&self, who: &Token, path: &str, form: &str) -> Answer {
        self.site.post_form(path, Some(who), form).await
    }

    /// A time in Beijing so many seconds from now, as a form writes it.
    fn at(&self, seconds: u64) -> String {
        let at = i64::try_from(self.site.estate.now() + 8 * 3600 + seconds).expect("a time");
        jiff::Timestamp::from_second(at).expect("a time").to_string()[..16].to_owned()
    }

    async fn plan(&self, days: u64) -> Answer {
        let (from, until) = (self.at(days * DAY), self.at(days * DAY + 7200));
        let form = format!("body=1&title=November&place=Hall&from={from}&until={until}");
        self.post(&self.secretary, "/meetings/new", &form).await
    }

    async fn step(&self, who: &Token, verb: &str) -> Answer {
        self.post(who, "/meetings/1/step", &format!("verb={verb}&reason=")).await
    }

    /// The code of the hall, from the page that hangs there.
    async fn code(&self) -> String {
        let hall = self.site.get("/meetings/1/hall", Some(&self.secretary)).await;
        assert_eq!(hall.count("article.sheet svg"), 1, "{}", hall.body);
        let page = hall.page();
        let code = scraper::Selector::parse("p.code").expect("a selector");
        page.select(&code).next().expect("a code").text().collect()
    }

    /// Days pass, and everybody signs in anew.
    async fn later(&mut self, seconds: u64) {
        self.site.estate.clock.set(self.site.estate.now() + seconds);
        self.site.estate.sign_officers_in().await;
        for owner in &mut self.owners {
            self.site.estate.sign_in(owner).await;
        }
        self.chair = self.site.estate.officers[0].token.clone();
        [self.secretary, self.member, self.neighbour] = self.owners.each_ref().map(|owner| owner.token.clone());
    }

    async fn propose(&self, kind: &str) -> Answer {
        let form = format!("body=1&kind={kind}&title=Chargers&text=Choose+one.&about=");
        self.post(&self.neighbour, "/meetings/propose", &form).await
    }
}

#[tokio::test]
async fn a_meeting_is_called_held_and_minuted_without_a_script() {
    let mut scene = Box::pin(Scene::new()).await;
    let site = &scene.site;
    assert_eq!(location(&scene.plan(4).await), "/meetings/1");
    assert_eq!(location(&scene.propose("decide").await), "/bodies/1#inbox");
    assert_eq!(scene.propose("decide").await.status, StatusCode::SEE_OTHER);
    let inbox = site.get("/bodies/1", Some(&scene.secretary)).await;
    assert!(inbox.count("form[action='/meetings/items/1']") == 2, "{}", inbox.body);
    assert_eq!(site.get("/bodies/1", Some(&scene.neighbour)).await.count("form[action^='/meetings/items/']"), 0);
    location(&scene.post(&scene.secretary, "/meetings/items/1", "verb=accept&meeting=1").await);
    let unsaid = scene.post(&scene.secretary, "/meetings/items/2", "verb=decline&reason=").await;
    assert_eq!((unsaid.status, unsaid.count("[role=alert]")), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    location(&scene.post(&scene.secretary, "/meetings/items/2", "verb=decline&reason=Asked+twice").await);
    let news = site.get("/news", Some(&scene.neighbour)).await;
    assert!(news.body.contains("Asked twice") && news.body.contains("/meetings/1#item-1"), "{}", news.body);
    location(&scene.step(&scene.secretary, "convene").await);
    assert!(site.get("/news", Some(&scene.member)).await.body.contains("会议通知"));
    let sheet = site.get("/meetings/1/sheet", Some(&scene.secretary)).await;
    assert!(sheet.body.contains("王芳") && sheet.count("article.sheet table") == 1);

    scene.later(4 * DAY).await;
    let site = &scene.site;
    let code = scene.code().await;
    let lost = site.get(&format!("/meetings/1/here?code={code}"), None).await;
    assert_eq!(location(&lost), format!("/login?next=/meetings/1/here%3Fcode%3D{code}"), "first who, then where");
    let wrong = scene.post(&scene.member, "/meetings/1/here", "code=2222222222").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&scene.post(&scene.member, "/meetings/1/here", &format!("code={code}")).await);
    let shut = scene.step(&scene.secretary, "open").await;
    assert_eq!(shut.status, StatusCode::UNPROCESSABLE_ENTITY, "one of three is no quorum");
    location(&scene.post(&scene.secretary, "/meetings/1/people", "act=come&name=李秀英").await);
    assert_eq!(location(&scene.step(&scene.secretary, "open").await), "/meetings/1/run");
    location(&scene.post(&scene.secretary, "/meetings/items/1", "verb=open").await);
    let run = site.get("/meetings/1/run", Some(&scene.secretary)).await;
    assert_eq!(run.count("input[name=votes_for]"), 1, "{}", run.body);
    for hands in
        ["votes_for=3&against=0&abstained=0", "votes_for=2&against=&abstained=0", "votes_for=-1&against=0&abstained=0"]
    {
        let form = format!("verb=decide&reason=&{hands}");
        let refused = scene.post(&scene.secretary, "/meetings/items/1", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hands}");
    }
    let me = site.estate.viewer(&scene.member, site.estate.now()).await.expect("signed in").subject();
    location(&scene.post(&scene.member, "/meetings/1/people", &format!("act=ask&who={me}&from=page")).await);
    let run = site.get("/meetings/1/run", Some(&scene.secretary)).await;
    assert!(run.body.contains("<li>王芳"), "{}", run.body);
    location(&scene.post(&scene.secretary, "/meetings/1/people", "act=next").await);
    let form = "verb=decide&reason=Plan+two&votes_for=2&against=0&abstained=0";
    location(&scene.post(&scene.secretary, "/meetings/items/1", form).await);
    location(&scene.step(&scene.secretary, "close").await);
    let page = site.get("/meetings/1", None).await;
    assert!(page.body.contains("通过") && page.body.contains("Plan two"), "{}", page.body);
    assert_eq!(page.links("/decisions/1").len(), 1, "{}", page.body);
    let decision = site.get("/decisions/1", None).await;
    assert_eq!(decision.links("/meetings/1#item-1").len(), 3, "read, proposed, decided: {}", decision.body);
    let who = site.estate.viewer(&scene.neighbour, site.estate.now()).await.expect("signed in").subject();
    scene.give(&scene.neighbour, "property").await;
    let task = format!("title=Order+them&who={who}&due=2028-01-31");
    assert_eq!(location(&scene.post(&scene.chair, "/decisions/1/tasks", &task).await), "/decisions/1#tasks");
    let news = site.get("/news", Some(&scene.neighbour)).await;
    assert_eq!(news.links("/decisions/1#task-1").len(), 1, "{}", news.body);

    let minutes = async |who: &Token, form: &str| scene.post(who, "/meetings/1/minutes", form).await;
    assert!(site.get("/meetings/1/minutes", None).await.body.contains("还没有公布"));
    let blank = minutes(&scene.secretary, "verb=draft&text=").await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&minutes(&scene.secretary, "verb=draft&text=Said+and+done.").await);
    assert!(!site.get("/meetings/1/minutes", Some(&scene.neighbour)).await.body.contains("Said and done."));
    assert_eq!(site.get("/search?q=said+done", None).await.count("main li"), 0, "not before they are published");
    location(&minutes(&scene.secretary, "verb=circulate").await);
    location(&minutes(&scene.member, "verb=note&text=Agreed.").await);
    let absent = minutes(&scene.neighbour, "verb=note&text=Me+too.").await;
    assert_eq!(absent.status, StatusCode::UNPROCESSABLE_ENTITY, "who was not there has nothing to say of it");
    scene.later(3 * DAY).await;
    let site = &scene.site;
    let minutes = async |who: &Token, form: &str| scene.post(who, "/meetings/1/minutes", form).await;
    for who in [&scene.chair, &scene.secretary, &scene.member] {
        location(&minutes(who, "verb=undersign").await);
    }
    location(&minutes(&scene.secretary, "verb=approve").await);
    location(&minutes(&scene.secretary, "verb=publish").await);
    let found = site.get("/search?q=said+done", None).await;
    assert_eq!(found.count("main li a[href='/meetings/1']"), 1, "by its minutes: {}", found.body);
    let read = site.get("/meetings/1/minutes", None).await;
    assert!(read.body.contains("Said and done.") && read.count("p.code") == 1, "{}", read.body);
    location(&minutes(&scene.secretary, "verb=create&reason=A+name+was+wrong").await);
    assert!(site.get("/meetings/1/minutes?version=1", None).await.body.contains("Said and done."));
    assert_eq!(site.get("/meetings/1/minutes?version=2", None).await.status, StatusCode::NOT_FOUND, "not yet");
    for lang in ["zh", "en"] {
        for path in ["/meetings", "/meetings/1", "/meetings/1/minutes", "/bodies/1"] {
            assert_eq!(site.get(&format!("{path}?lang={lang}"), None).await.status, StatusCode::OK, "{path} {lang}");
        }
    }
    assert!(site.estate.estate.verify_events(&site.estate.compound).await.is_ok());
    site.check_everybodys_data().await;
}

#[tokio::test]
async fn what_is_not_theirs_is_for_nobody_to_see_or_do() {
    let scene = Box::pin(Scene::new()).await;
    location(&scene.plan(4).await);
    location(&scene.propose("decide").await);
    let site = &scene.site;
    for path in
        ["/meetings/1/run", "/meetings/1/hall", "/meetings/1/sheet", "/meetings/1/edit", "/meetings/new", "/bodies/new"]
    {
        for (who, expected) in
            [(None, 401), (Some(&scene.neighbour), 404), (Some(&scene.member), 404), (Some(&scene.secretary), 200)]
        {
            assert_eq!(site.get(path, who).await.status.as_u16(), expected, "{path}");
        }
    }
    for (path, form) in [
        ("/meetings/1/step", "verb=convene"),
        ("/meetings/1/step", "verb=cancel&reason=No"),
        ("/meetings/1/people", "act=next"),
        ("/meetings/1/people", "act=come&name=王芳"),
        ("/meetings/items/1", "verb=accept&meeting=1"),
        ("/meetings/1/minutes", "verb=publish"),
        ("/bodies/1/seats", "act=close"),
        ("/bodies/1/seats", "act=seat&name=王芳&group=A"),
        ("/bodies/new", BODY),
    ] {
        let answer = scene.post(&scene.neighbour, path, form).await;
        assert!(answer.status.is_client_error(), "{path} {form}: {}", answer.status);
    }
    assert!(site.get("/meetings/1", None).await.body.contains("筹备中"), "nothing has changed");
    let page = site.get("/bodies/1", None).await;
    assert!(!page.body.contains("王芳"), "a neighbour without an office is named to neighbours alone");
    assert!(site.get("/bodies/1", Some(&scene.neighbour)).await.body.contains("王芳"));
}

#[tokio::test]
async fn what_is_typed_wrong_comes_back_with_what_would_be_right() {
    let scene = Box::pin(Scene::new()).await;
    for (why, field, form) in [
        ("no kind", "kind", BODY.replace("kind=conference", "kind=")),
        ("no name", "name", BODY.replace("name=Conference", "name=")),
        ("no seats", "groups", BODY.replace("A+2", "Kept")),
        ("no number", "notice_days", BODY.replace("notice_days=3", "notice_days=soon")),
        ("more than all", "notice_days", BODY.replace("quorum_percent=50", "quorum_percent=100")),
    ] {
        let answer = scene.post(&scene.chair, "/bodies/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
    }
    let (from, until) = (scene.at(4 * DAY), scene.at(4 * DAY + 3600));
    for (why, field, form) in [
        ("no body", "body", format!("body=9&title=Kept&place=Hall&from={from}&until={until}")),
        ("no title", "title", format!("body=1&title=&place=Kept&from={from}&until={until}")),
        ("no place", "place", format!("body=1&title=Kept&place=&from={from}&until={until}")),
        ("no time", "from", "body=1&title=Kept&place=Hall&from=&until=".to_owned()),
        ("ends before", "from", format!("body=1&title=Kept&place=Hall&from={until}&until={from}")),
    ] {
        let answer = scene.post(&scene.chair, "/meetings/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert!(answer.body.contains("Kept"), "{why}");
    }
    location(&scene.plan(2).await);
    let late = scene.step(&scene.secretary, "convene").await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.body.contains("最早能开的时间"), "{}", late.body);
    let about = "body=1&kind=discuss&title=Kept&text=Text&about=matter:00000000-0000-4000-8000-000000000000";
    let answer = scene.post(&scene.neighbour, "/meetings/propose", about).await;
    assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("Kept"), "{}", answer.body);
    let nobody = scene.post(&scene.chair, "/bodies/1/seats", "act=seat&name=Nobody&group=A").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nobody.count("details[open] input[name=name][value=Nobody]"), 1, "{}", nobody.body);
    let nobody = scene.post(&scene.secretary, "/meetings/1/people", "act=come&name=Nobody").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nobody.count("input[name=name][value=Nobody]"), 1, "{}", nobody.body);
    location(&scene.propose("decide").await);
    let nowhere = scene.post(&scene.secretary, "/meetings/items/1", "verb=decline&reason=%07Kept").await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nowhere.count("details[open] textarea"), 1, "in the inbox: {}", nowhere.body);
    assert!(nowhere.body.contains("Kept</textarea>"), "{}", nowhere.body);
    let reason = "Kept".repeat(251);
    let cancelled = scene.post(&scene.secretary, "/meetings/1/step", &format!("verb=cancel&reason={reason}")).await;
    assert_eq!(cancelled.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(cancelled.body.contains(&format!("{reason}</textarea>")), "{}", cancelled.body);
}

#[tokio::test]
async fn a_matter_leads_to_the_meeting_that_it_came_before() {
    let scene = Box::pin(Scene::new()).await;
    let site = &scene.site;
    let form = "source=wish&title=Chargers&text=Too+few.&building=";
    let path = location(&scene.post(&scene.neighbour, "/matters/new", form).await);
    let path = path.split(['?', '#']).next().expect("a path").to_owned();
    scene.give(&scene.member, "community").await;
    location(&scene.post(&scene.member, &format!("{path}/acknowledge"), "").await);
    location(&scene.plan(4).await);
    let page = site.get(&path, Some(&scene.neighbour)).await;
    let links = page.links("/meetings/propose?about=");
    assert_eq!(links.len(), 1, "{}", page.body);
    let form = site.get(&links[0], Some(&scene.neighbour)).await;
    assert!(form.body.contains("value=\"Chargers\""), "with its title: {}", form.body);
    let about = format!("matter:{}", path.trim_start_matches("/matters/"));
    let sent = format!("body=1&kind=decide&title=Chargers&text=Choose+one.&about={about}");
    location(&scene.post(&scene.neighbour, "/meetings/propose", &sent).await);
    location(&scene.post(&scene.secretary, "/meetings/items/1", "verb=accept&meeting=1").await);
    assert_eq!(site.get(&path, None).await.links("/meetings/1#item-1").len(), 1, "there");
    assert_eq!(site.get("/meetings/1", None).await.links(&path).len(), 1, "and back");
}
