//! The officers' console over HTTP: who gets in, what each page refuses, and what one can do there.

mod register;

use std::{path::PathBuf, sync::Arc};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use ballot::{
    statement::Choice,
    store::{
        polls::{Draft, PollState},
        session::Token,
        staff::Role,
    },
};
use heyi::{app::App, config::Flags, import::ReaderProgram, notify::Outbox};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, fresh, new_staff, register},
};
use scraper::{Html, Selector};
use tower::ServiceExt as _;

/// The site over an estate of the tests.
struct Site {
    estate: TestEstate,
    router: Router,
    _database: TestDatabase,
}

/// The built server, which reads foreign files in a child of its own; `cargo test --workspace` builds it.
fn reader_program() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let program = test.parent()?.parent()?.join("heyi");
    program.is_file().then_some(program)
}

/// What a request came to.
struct Answer {
    status: StatusCode,
    location: String,
    kind: String,
    body: String,
}

impl Answer {
    fn page(&self) -> Html {
        Html::parse_document(&self.body)
    }

    fn text(&self, selector: &str) -> String {
        let selector = Selector::parse(selector).expect("a selector");
        self.page().select(&selector).map(|element| element.text().collect::<String>()).collect::<Vec<_>>().join("\n")
    }

    fn count(&self, selector: &str) -> usize {
        self.page().select(&Selector::parse(selector).expect("a selector")).count()
    }
}

impl Site {
    async fn new() -> Self {
        let database = TestDatabase::new(Kind::Sqlite).await;
        let estate = TestEstate::new(&database).await;
        let flags = Flags::given([("public-url", "http://localhost:8080".to_owned())]);
        let config = flags.load(|_| None).expect("good settings");
        let clock = estate.clock.clone();
        let app = App::new(config, estate.estate.clone(), Arc::new(move || clock.now()), Outbox::Shown);
        let mut router = app.router();
        if let Some(program) = reader_program() {
            router = router.layer(Extension(ReaderProgram(program)));
        }
        Self { estate, router, _database: database }
    }

    async fn send(&self, token: Option<&Token>, request: axum::http::request::Builder, body: Body) -> Answer {
        let mut request = request.header("sec-fetch-site", "same-origin").header(header::ACCEPT, "text/html");
        if let Some(token) = token {
            request = request.header(header::COOKIE, format!("id={}", token.reveal()));
        }
        let response = self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
        let text = |name| {
            response.headers().get(name).map_or(String::new(), |value| value.to_str().unwrap_or_default().to_owned())
        };
        let (status, location, kind) = (response.status(), text(header::LOCATION), text(header::CONTENT_TYPE));
        let bytes = to_bytes(response.into_body(), 16 << 20).await.expect("a body");
        Answer { status, location, kind, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get_as(&self, token: Option<&Token>, path: &str) -> Answer {
        self.send(token, Request::get(path), Body::empty()).await
    }

    /// As the first officer.
    async fn get(&self, path: &str) -> Answer {
        self.get_as(Some(&self.estate.officers[0].token), path).await
    }

    async fn post_as(&self, token: Option<&Token>, path: &str, form: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(token, request, Body::from(form.to_owned())).await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        self.post_as(Some(&self.estate.officers[0].token), path, form).await
    }

    async fn upload(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(Some(&self.estate.officers[0].token), request, Body::from(body)).await
    }

    /// An officer's signature as the browser sends it.
    async fn sign(&self, officer: usize, act: &str, text: &str) -> Answer {
        let signature = self.estate.officers[officer].device.sign(text);
        let request = Request::post(format!("{act}/sign")).header(header::CONTENT_TYPE, "application/json");
        let body = serde_json::json!({ "signature": signature }).to_string();
        self.send(Some(&self.estate.officers[officer].token), request, Body::from(body)).await
    }

    /// Signs what the page of an act shows, as both officers.
    async fn carry(&self, act: &str) {
        let text = self.get(act).await.text("#act-text");
        for officer in [0, 1] {
            let signed = self.sign(officer, act, &text).await;
            assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
            assert!(signed.body.contains(act), "{}", signed.body);
        }
    }
}

/// A whole poll, as the wizard's pages write it.
async fn write_draft(site: &Site) -> String {
    let created = site.post("/c/polls/new", "matter=use_fund").await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
    let poll = created.location.trim_end_matches("/motions/m1/title").to_owned();
    for (page, form, next) in [
        (
            "/motions/m1/title",
            "title=%E6%98%AF%E5%90%A6%E5%90%8C%E6%84%8F%E6%9B%B4%E6%8D%A2%E7%94%B5%E6%A2%AF%EF%BC%9F",
            "/motions/m1/text",
        ),
        (
            "/motions/m1/text",
            "text=**%E4%B8%A4%E9%83%A8**%0D%0A%0D%0A-+a&cost=30+%E4%B8%87%E5%85%83&abstain=yes",
            "/motions/m1/files",
        ),
        ("/scope", "whole=yes", "/answers"),
        ("/answers", "answers=owners", "/times"),
        // 2026-11-18 is 17 days after the first of November.
        ("/times", "opens_day=2026-11-18&opens_time=09:00&closes_day=2026-12-06&closes_time=18:00", "/preview"),
    ] {
        let saved = site.post(&format!("{poll}{page}"), form).await;
        assert_eq!((saved.status, saved.location), (StatusCode::SEE_OTHER, format!("{poll}{next}")), "{page}");
    }
    poll
}

#[tokio::test]
async fn only_officers_reach_the_console_and_to_others_it_does_not_exist() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let clerk = site.estate.appoint(Role::Clerk, "10000000031").await;
    let letters = site.estate.letters().await;
    let (owner, _) = site.estate.enrol(&letters["李秀英"], TestDevice::new()).await.expect("enrolled");
    let by = site.estate.officer(0).await;
    let draft = site.estate.draft();
    let poll = site.estate.estate.create_draft(&by, &draft, NOW, &mut fresh()).await.expect("a draft");
    let (_, strangers) = TestEstate::compound(&site.estate.estate, "别的小区", "1000000009").await;
    let id = format!("/c/polls/{poll}");
    let mut pages: Vec<String> =
        ["", "/acts", "/polls", "/polls/new", "/roll", "/roll/upload", "/roll/history", "/people", "/people/new"]
            .iter()
            .map(|page| format!("/c{page}"))
            .collect();
    let of_poll = [
        "",
        "/title",
        "/scope",
        "/answers",
        "/times",
        "/delete",
        "/freeze",
        "/preview",
        "/preview/elder/zh",
        "/preview/paper",
        "/preview/notice",
        "/motions/lift/matter",
        "/motions/lift/title",
        "/motions/lift/text",
        "/motions/lift/files",
        "/motions/lift/remove",
    ];
    pages.extend(of_poll.iter().map(|page| format!("{id}{page}")));
    for page in &pages {
        assert_eq!(site.get_as(None, page).await.status, StatusCode::UNAUTHORIZED, "{page} signed out");
        for (who, token) in [("an owner", &owner.token), ("a clerk", &clerk.token)] {
            assert_eq!(site.get_as(Some(token), page).await.status, StatusCode::NOT_FOUND, "{page} for {who}");
        }
        assert_eq!(site.get(page).await.status, StatusCode::OK, "{page} for an officer");
    }
    // A poll of one estate does not exist in another, whoever asks.
    for page in &pages[9..] {
        let asked = site.get_as(Some(&strangers[0].token), page).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{page} for an officer of another estate");
    }
    for (path, form) in [
        ("/c/polls/new".to_owned(), "matter=use_fund"),
        (format!("{id}/title"), "title=x"),
        (format!("{id}/freeze"), ""),
        (format!("{id}/delete"), ""),
        (format!("{id}/result"), ""),
        ("/c/people/new".to_owned(), "role=officer"),
        ("/c/roll/undo/1".to_owned(), ""),
    ] {
        for token in [&owner.token, &clerk.token] {
            assert_eq!(site.post_as(Some(token), &path, form).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(site.post_as(None, &path, form).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    // A clerk looks units up and prints letters.
    for page in ["/c/roll/units", "/c/letters"] {
        assert_eq!(site.get_as(Some(&clerk.token), page).await.status, StatusCode::OK, "{page}");
        assert_eq!(site.get_as(Some(&owner.token), page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[tokio::test]
async fn a_roll_is_uploaded_previewed_signed_by_two_and_holds() {
    if reader_program().is_none() {
        println!("skipped: heyi is not built");
        return;
    }
    let site = Site::new().await;
    let csv = "楼栋,单元,房号,类型,专有面积,产权人,证件尾号\n1,1,0101,住宅,89.53,张伟明,0017\n1,1,0102,住宅,90,张伟明、李秀英,0017、002X\n";
    let uploaded = site.upload("/c/roll/upload", "名册.csv", csv.as_bytes()).await;
    assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{}", uploaded.body);
    let preview = site.get(&uploaded.location).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.text("main").contains("179.53 平方米"), "{}", preview.text("main"));
    let theirs = site.get_as(Some(&site.estate.officers[1].token), &uploaded.location).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "a preview is of who uploaded it");
    // A register without sources of areas is doubtful, and somebody has to say that it was looked at.
    let refused = site.post(&format!("{}/propose", uploaded.location), "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text("main"));
    let proposed = site.post(&format!("{}/propose", uploaded.location), "confirmed=yes").await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text("main"));
    let act = site.get(&proposed.location).await;
    assert!(act.text("main").contains("名册.csv"), "the second officer sees the file's name");
    assert!(site.get("/c/roll").await.text("main").contains("还没有名册"), "nothing holds before it is signed");
    site.carry(&proposed.location).await;
    assert!(site.get("/c/roll").await.text("main").contains("第 1 版"));
    assert!(site.get("/c/roll/units?text=0102").await.text("main").contains("李秀英"));
    assert!(site.get(&proposed.location).await.text("main").contains("已办好"));
}

#[tokio::test]
async fn what_is_no_roll_is_refused_with_what_would_be_right() {
    if reader_program().is_none() {
        println!("skipped: heyi is not built");
        return;
    }
    let site = Site::new().await;
    for (why, content, status) in [
        ("nothing", &b""[..], StatusCode::UNPROCESSABLE_ENTITY),
        ("a picture", b"\x89PNG\r\n\x1a\n", StatusCode::UNPROCESSABLE_ENTITY),
        ("over the limit", &vec![b'a'; 3 << 20], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let refused = site.upload("/c/roll/upload", "x.csv", content).await;
        assert_eq!(refused.status, status, "{why}");
        assert_eq!(refused.count("#errors"), 1, "{why}: the form comes back");
    }
    let broken = "楼栋,房号,类型,专有面积,产权人\n1,101,住宅,0,张伟明\n";
    let uploaded = site.upload("/c/roll/upload", "x.csv", broken.as_bytes()).await;
    let preview = site.get(&uploaded.location).await;
    assert!(preview.text(".notice.bad").contains("第 2 行"), "{}", preview.text("main"));
    let refused = site.post(&format!("{}/propose", uploaded.location), "confirmed=yes").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "one error, and nothing is written");
    assert_eq!(site.estate.estate.open_acts(&site.estate.compound).await.expect("read").len(), 0);
}

#[tokio::test]
async fn an_act_takes_a_signature_over_exactly_what_the_page_shows() {
    let site = Site::new().await;
    let by = site.estate.officer(0).await;
    let new = new_staff(Role::Clerk, "10000000031");
    let id = site.estate.estate.propose_appointment(&by, &new, NOW, &mut fresh()).await.expect("put up");
    let act = format!("/c/acts/{id}");
    let page = site.get(&act).await;
    let text = page.text("#act-text");
    assert_eq!(text, site.estate.act_text(&id).await, "not one character differs");
    assert!(page.text("main").contains(&new.name), "and people see whom it is about");
    assert_eq!(page.count("form#sign[hidden]"), 1, "without a script there is no button that does nothing");
    let refused = site.sign(0, &act, &text.replace("clerk", "officer")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.sign(0, &act, &text).await.status, StatusCode::OK);
    assert!(site.get(&act).await.text("main").contains("您已经签过字了"));
    assert_eq!(site.sign(0, &act, &text).await.status, StatusCode::CONFLICT, "one officer is one signature");
    for (path, reason, status) in [
        ("/refuse", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("/refuse", "%E4%B8%8D", StatusCode::SEE_OTHER),
        ("/withdraw", "%E4%B8%8D", StatusCode::CONFLICT),
    ] {
        let ended = site.post(&format!("{act}{path}"), &format!("reason={reason}")).await;
        assert_eq!(ended.status, status, "{path} {reason}");
    }
    assert_eq!(site.sign(1, &act, &text).await.status, StatusCode::CONFLICT, "refused is refused");
    let elsewhere = TestEstate::compound(&site.estate.estate, "别的小区", "1000000009").await.1;
    assert_eq!(site.get_as(Some(&elsewhere[0].token), &act).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_wizard_writes_a_poll_page_by_page_and_two_officers_publish_it() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let poll = write_draft(&site).await;
    for look in ["standard/zh", "elder/en", "large/zh"] {
        let page = site.get(&format!("{poll}/preview/{look}")).await;
        assert!(page.body.contains("<strong>两部</strong>"), "{look}: the text is rendered");
        assert_eq!(page.count("input[type=radio]"), 3, "{look}");
    }
    assert_eq!(site.get(&format!("{poll}/preview/paper")).await.count(".sheet"), 1);
    let overview = site.get(&poll).await;
    assert_eq!(overview.count(".notice.bad"), 0, "{}", overview.text(".notice.bad"));
    let frozen = site.post(&format!("{poll}/freeze"), "").await;
    assert_eq!(frozen.status, StatusCode::SEE_OTHER, "{}", frozen.text("main"));
    let act = site.get(&frozen.location).await;
    assert!(act.text("#act-text").starts_with("heyi/poll/v1\n"));
    let late = site.post(&format!("{poll}/title"), "title=x").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "nothing edits a poll that waits for signatures");
    let public = poll.trim_start_matches("/c");
    assert_eq!(site.get_as(None, &format!("{public}/notice")).await.status, StatusCode::NOT_FOUND);
    site.carry(&frozen.location).await;
    for (page, form) in [
        ("/title", "title=x"),
        ("/scope", "whole=yes"),
        ("/motions/m1/title", "title=x"),
        ("/freeze", ""),
        ("/delete", ""),
    ] {
        let late = site.post(&format!("{poll}{page}"), form).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{page}: nothing edits a live poll");
    }
    let notice = site.get_as(None, &format!("{public}/notice")).await;
    assert_eq!(notice.status, StatusCode::OK);
    let words = notice.text("main");
    for part in
        ["6 套", "2026 年 11 月 18 日（星期三）09:00", "2026 年 12 月 6 日（星期日）18:00", "/poll/", "localhost:8080"]
    {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(notice.count(".qr svg"), 1);
}

#[tokio::test]
async fn the_wizard_says_what_would_be_right() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let poll = write_draft(&site).await;
    let deep = format!("text={}&cost=0", "%3E+".repeat(4000));
    for (why, page, form, word) in [
        ("no matter", "/c/polls/new".to_owned(), "", "类别"),
        ("no title", format!("{poll}/motions/m1/title"), "title=+", "题目"),
        ("no cost", format!("{poll}/motions/m1/text"), "text=a&cost=", "费用"),
        ("a text that takes seconds to clean", format!("{poll}/motions/m1/text"), deep.as_str(), "最多 10 层"),
        ("no building", format!("{poll}/scope"), "whole=no", "至少勾一栋"),
        ("no answers", format!("{poll}/answers"), "then=next", "选一个"),
        ("no day", format!("{poll}/times"), "opens_day=&opens_time=&closes_day=&closes_time=", "2026-12-06"),
        (
            "a notice that hangs too short",
            format!("{poll}/times"),
            "opens_day=2026-11-16&opens_time=09:00&closes_day=2026-12-06&closes_time=18:00",
            "最早可于 2026-11-17 开始投票",
        ),
        (
            "a close before the opening",
            format!("{poll}/times"),
            "opens_day=2026-11-20&opens_time=09:00&closes_day=2026-11-20&closes_time=08:00",
            "截止要在开始以后",
        ),
    ] {
        let refused = site.post(&page, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}: {}", refused.text("main"));
        let errors = refused.text("#errors");
        assert!(errors.contains(word), "{why}: {errors}");
    }
    let svg = site.upload(&format!("{poll}/motions/m1/files"), "x.png", b"<svg onload=alert(1)>").await;
    assert_eq!(svg.status, StatusCode::UNPROCESSABLE_ENTITY, "a file is what its content says");
    let pdf = site.upload(&format!("{poll}/motions/m1/files"), "报价.pdf", b"%PDF-1.7 x").await;
    assert_eq!(pdf.status, StatusCode::SEE_OTHER, "{}", pdf.text("main"));
    let page = site.get(&pdf.location).await;
    assert!(page.text("main").contains("报价.pdf"));
    let warning = site.get(&format!("{poll}/motions/m1/title")).await.text(".notice.warn");
    assert!(warning.contains("筹集") && warning.contains("四分之三"), "using is kept apart from raising: {warning}");
}

#[tokio::test]
async fn an_election_has_odd_seats_and_enough_candidates() {
    let site = Site::new().await;
    let created = site.post("/c/polls/new", "matter=election").await;
    let page = created.location.replace("/title", "/candidates");
    for (form, status) in [
        ("seats=4&candidates=a%0Ab%0Ac%0Ad%0Ae", StatusCode::UNPROCESSABLE_ENTITY),
        ("seats=5&candidates=a%0Ab", StatusCode::UNPROCESSABLE_ENTITY),
        ("seats=5&candidates=a%0Aa%0Ab%0Ac%0Ad%0Ae", StatusCode::UNPROCESSABLE_ENTITY),
        ("seats=5&candidates=a%0Ab%0Ac%0Ad%0Ae%0Af", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(site.post(&page, form).await.status, status, "{form}");
    }
}

#[tokio::test]
async fn before_the_close_the_console_shows_turnout_and_no_other_figure() {
    let mut site = Site::new().await;
    site.estate.apply(register()).await;
    let letters = site.estate.letters().await;
    let poll = site.estate.publish().await;
    site.estate.sign_officers_in().await;
    let (owner, _) = site.estate.enrol(&letters["李秀英"], TestDevice::new()).await.expect("enrolled");
    let viewer = site.estate.viewer(&owner.token, site.estate.now()).await.expect("signed in");
    let holders = site.estate.estate.my_poll(&viewer, &poll).await.expect("on the roll");
    let before = [site.get("/c").await.text("main"), site.get(&format!("/c/polls/{poll}")).await.text("main")];
    site.estate.cast(&poll, &owner, &holders[0], Choice::Against).await.expect("cast");
    for (page, before) in ["/c".to_owned(), format!("/c/polls/{poll}")].iter().zip(before) {
        let after = site.get(page).await.text("main");
        assert_ne!(after, before, "{page}: the turnout moves");
        assert!(after.contains("1 / 3 套已投"), "{page}: {after}");
        for word in ["反对：", "同意：", "未通过"] {
            assert!(!after.contains(word), "{page}: {word}");
        }
    }
    let early = site.post(&format!("/c/polls/{poll}/result"), "").await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nobody counts before the close");
    site.estate.clock.set(site.estate.now() + 20 * DAY);
    site.estate.sign_officers_in().await;
    let counted = site.post(&format!("/c/polls/{poll}/result"), "").await;
    assert_eq!(counted.status, StatusCode::SEE_OTHER, "{}", counted.text("main"));
    let act = site.get(&counted.location).await.text("main");
    assert!(act.contains("参与不足"), "the figures are there before anybody signs: {act}");
    site.carry(&counted.location).await;
    assert!(site.get(&format!("/c/polls/{poll}")).await.text("main").contains("结果已宣布"));
    let row = site.estate.estate.poll(&site.estate.compound, &poll).await.expect("read").expect("there");
    assert_eq!(row.state, PollState::Live);
}

#[tokio::test]
async fn letters_are_printed_once_per_owner_and_show_their_codes_only_then() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let none = site.post("/c/letters", "whom=everybody&paper=a4").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "no building is chosen");
    let printed = site.post("/c/letters", "building=1&whom=everybody&paper=a5").await;
    assert_eq!(printed.status, StatusCode::OK);
    assert_eq!((printed.count(".sheet.a5"), printed.count(".qr svg")), (4, 4), "two of the owners share a unit");
    assert!(printed.text("main").contains("/enrol"));
    let codes = printed.text(".sheet .code");
    assert!(!site.get("/c/letters").await.body.contains(codes.lines().next().expect("a code")));
}

#[tokio::test]
async fn people_are_appointed_by_two_and_a_bad_entry_comes_back_with_its_reason() {
    let site = Site::new().await;
    for (form, word) in [
        ("name=a&phone=10000000031&term=2027-06-30", "职务"),
        ("role=clerk&name=&phone=10000000031&term=2027-06-30", "姓名"),
        ("role=clerk&name=a&phone=x&term=2027-06-30", "手机号"),
        ("role=clerk&name=a&phone=10000000031&term=2020-06-30", "任期"),
    ] {
        let refused = site.post("/c/people/new", form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.text("#errors").contains(word), "{form}: {}", refused.text("#errors"));
    }
    let proposed = site.post("/c/people/new", "role=clerk&name=a&phone=10000000031&term=2027-06-30").await;
    site.carry(&proposed.location).await;
    let staff = site.estate.estate.staff(&site.estate.compound).await.expect("read");
    let clerk = staff.iter().find(|member| member.role == Role::Clerk).expect("appointed");
    let letter = site.post(&format!("/c/people/{}/letter", clerk.id), "").await;
    assert_eq!(letter.count(".sheet .code"), 1);
    let alone = site.post(&format!("/c/people/{}/end", staff[0].id), "").await;
    assert_eq!(alone.status, StatusCode::CONFLICT, "two officers have to be left");
}

#[tokio::test]
async fn an_export_is_for_officers_and_no_cell_is_a_formula() {
    let site = Site::new().await;
    let mut evil = register();
    evil.persons[0].name = "=HYPERLINK(\"http://x\")".to_owned();
    site.estate.apply(evil).await;
    let export = site.get("/c/roll/export").await;
    assert!(export.kind.starts_with("text/csv"));
    assert!(export.body.contains("'=HYPERLINK"), "{}", export.body);
    let draft = Draft { title: String::new(), ..site.estate.draft() };
    let by = site.estate.officer(0).await;
    site.estate.estate.create_draft(&by, &draft, NOW, &mut fresh()).await.expect("a draft");
    assert!(site.get("/c").await.text("main").contains("还没有题目"));
}

#[tokio::test]
async fn a_live_poll_is_corrected_only_by_statements_that_two_officers_sign() {
    let mut site = Site::new().await;
    site.estate.apply(register()).await;
    let poll = site.estate.publish().await;
    site.estate.sign_officers_in().await;
    let mut corrected = register();
    corrected.units[0].area += 100;
    site.estate.apply(corrected).await;
    let page = format!("/c/polls/{poll}/amend");
    assert!(site.get(&format!("{page}?text=101")).await.text("main").contains("90.53 平方米"));
    let proposed = site.post(&page, "label=%7C1%7C1%7C101&reason=correction").await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text("main"));
    let act = site.get(&proposed.location).await.text("main");
    for part in ["1 号楼 1 单元 101 室", "89.53 平方米", "90.53 平方米"] {
        assert!(act.contains(part), "{part} in {act}");
    }
    site.carry(&proposed.location).await;
    let strike = format!("/c/polls/{poll}/strike");
    for (form, word) in [
        ("index=x&reason=forged&ground=a", "编号"),
        ("index=999&reason=forged&ground=a", "编号"),
        ("index=1&ground=a", "选一个"),
        ("index=1&reason=forged&ground=+", "理由"),
    ] {
        let refused = site.post(&strike, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.text("#errors").contains(word), "{form}: {}", refused.text("#errors"));
    }
}
