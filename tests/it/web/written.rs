//! Proxies on paper and delegates of companies, as clerks, owners and companies see them.

use axum::http::{StatusCode, header};
use ballot::store::session::Token;
use heyi_tests::estate::{DAY, NOW, TestPerson};
use serde_json::json;

use super::{
    Answer, Site,
    desk::{PHOTO, Scene},
};

const AUNT: [(&str, &str); 2] = [("outside_name", "郑小姨"), ("outside_note", "手机尾号 4321")];

impl Scene {
    async fn fill(&self, clerk: usize, fields: &[(&str, &str)], files: &[&[u8]]) -> Answer {
        self.site.post_files(&self.at("/proxies/new"), Some(&self.clerks[clerk].token), fields, files).await
    }

    /// 王芳's sheet, entered by the first clerk; where it waits.
    async fn entered(&self) -> String {
        let mut fields = vec![("home", "1-201"), ("name", "王芳"), ("wish", "outside")];
        fields.extend(AUNT);
        let answer = self.fill(0, &fields, &[PHOTO]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header(header::LOCATION).to_owned()
    }

    async fn sign_at(&self, clerk: usize, at: &str) -> Answer {
        let page = self.site.get(at, Some(&self.clerks[clerk].token)).await;
        let selector = scraper::Selector::parse("#act-text").expect("a selector");
        let text: String = page.page().select(&selector).flat_map(|one| one.text()).collect();
        let body = json!({"signature": self.clerks[clerk].device.sign(&text)});
        self.site.post_json(&format!("{at}/sign"), Some(&self.clerks[clerk].token), &body).await
    }

    async fn recorded(&self) -> String {
        let at = self.entered().await;
        let read = "home=1-201&name=%E7%8E%8B%E8%8A%B3&state=granted&agent=%E9%83%91%E5%B0%8F%E5%A7%A8";
        let confirmed = self.site.post_form(&at, Some(&self.clerks[1].token), read).await;
        assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
        for clerk in [0, 1] {
            let signed = self.sign_at(clerk, &at).await;
            assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
        }
        at
    }

    async fn owner(&self, name: &str) -> TestPerson {
        let mut owner = self.site.owner(name).await;
        self.site.estate.sign_in(&mut owner).await;
        owner
    }
}

async fn me(site: &Site, token: &Token) -> Answer {
    site.get("/me", Some(token)).await
}

#[tokio::test]
async fn a_sheet_is_entered_read_by_another_and_signed_and_the_owner_sees_whom_it_names() {
    let scene = Scene::new().await;
    let owner = scene.owner("王芳").await;
    assert_eq!(scene.see(0, "").await.count("a[href$='/proxies']"), 1, "the desk leads there");
    let at = scene.entered().await;
    let own = scene.site.get(&at, Some(&scene.clerks[0].token)).await;
    assert!(own.body.contains("郑小姨") && own.count("main form[method=post] input[name=home]") == 0, "{}", own.body);
    let blind = scene.site.get(&at, Some(&scene.clerks[1].token)).await;
    assert!(!blind.body.contains("郑小姨") && !blind.body.contains("王芳"), "{}", blind.body);
    assert_eq!((blind.count("main img.photo"), blind.count("main input[name=agent]")), (1, 1));
    let waits = [scene.see(0, "").await, scene.see(1, "").await].map(|desk| desk.count(".notice a[href$='/proxies']"));
    assert_eq!(waits, [0, 1], "the other clerk is told");
    let listed = scene.see(1, "/proxies").await;
    assert!(!listed.body.contains("王芳"), "nor in the list: {}", listed.body);
    let picture = scene.site.get(&format!("{at}/scan"), Some(&scene.clerks[1].token)).await;
    assert_eq!(picture.header(header::CONTENT_TYPE), "image/jpeg");
    let officer = scene.officer();
    let barred = scene.site.get(&format!("{at}/scan"), Some(&officer)).await;
    assert_eq!(barred.status, StatusCode::NOT_FOUND, "the poll's clerks alone");
    let wrong =
        scene.site.post_form(&at, Some(&scene.clerks[1].token), "home=1-201&name=%E7%8E%8B&state=granted").await;
    assert_eq!((wrong.status, wrong.count("input[name=home][value='1-201']")), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    let discarded = scene.site.post_form(&format!("{at}/discard"), Some(&scene.clerks[1].token), "").await;
    assert_eq!(discarded.status, StatusCode::SEE_OTHER);

    let at = scene.recorded().await;
    let done = scene.site.get(&at, Some(&officer)).await;
    assert_eq!((done.count("main .notice.ok"), done.count("form#sign")), (1, 0), "{}", done.body);
    let poll = &scene.poll;
    let hers = scene.site.get(&format!("/polls/{poll}/proxy"), Some(&owner.token)).await;
    assert!(hers.body.contains("已经委托郑小姨（不是业主）投票。这是服务点登记的书面委托。"), "{}", hers.body);
    assert!(hers.body.contains("只算您自己的"), "and whose ballot counts: {}", hers.body);
    let page = me(&scene.site, &owner.token).await;
    assert!(page.body.contains("郑小姨"), "{}", page.body);
    let public = scene.site.get(&format!("/polls/{poll}"), None).await;
    assert!(!public.body.contains("郑小姨"));
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn a_sheet_that_is_refused_comes_back_with_what_was_typed_and_what_would_be_right() {
    let scene = Scene::new().await;
    let base = [("home", "1-201"), ("name", "王芳")];
    let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
    let [name, note] = AUNT;
    for (why, field, fields, files) in [
        ("no choice", "wish", with(&[]), true),
        ("no name", "outside_name", with(&[("wish", "outside"), note]), true),
        (
            "no such neighbour",
            "agent_home",
            with(&[("wish", "owner"), ("agent_home", "9-9"), ("agent_name", "甲")]),
            true,
        ),
        ("herself", "wish", with(&[("wish", "owner"), ("agent_home", "1-201"), ("agent_name", "王芳")]), true),
        ("no scan", "scan", with(&[("wish", "outside"), name, note]), false),
        ("nothing to take back", "wish", with(&[("wish", "back")]), true),
        (
            "somebody else's name",
            "home",
            vec![("home", "1-201"), ("name", "李四"), ("wish", "outside"), name, note],
            true,
        ),
    ] {
        let files: Vec<&[u8]> = files.then_some(PHOTO).into_iter().collect();
        let answer = scene.fill(0, &fields, &files).await;
        assert!(answer.status.is_client_error(), "{why}: {}", answer.status);
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert_eq!(answer.count("input[name=home][value='1-201']"), 1, "{why}: kept");
    }
    scene.recorded().await;
    let neighbour = with(&[("wish", "owner"), ("agent_home", "1-101"), ("agent_name", "张伟明")]);
    let stands = scene.fill(0, &neighbour, &[PHOTO]).await;
    assert_eq!((stands.status, stands.count("#replaces-error")), (StatusCode::CONFLICT, 1), "{}", stands.body);
    assert_eq!(stands.count("input[name=wish][value^='known:']"), 1, "whom the poll knows is offered");
    let early = scene.site.get(&scene.at("/proxies/new"), Some(&scene.officer())).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "clerks enter");
}

#[tokio::test]
async fn a_paper_that_the_agent_signed_says_so_and_every_owner_of_the_home_sees_it() {
    let mut scene = Scene::new().await;
    let owner = scene.owner("王芳").await;
    scene.recorded().await;
    let sheets = scene.site.post_form(&scene.at("/forms"), Some(&scene.officer()), "building=1").await;
    assert!(sheets.body.contains("代理人 郑小姨，代 王芳 投票"), "the form says for whom: {}", sheets.body);
    let numbers = scene.print().await;
    scene.site.estate.clock.set(NOW + 18 * DAY);
    scene.sign_in().await;
    let mut hers = String::new();
    for number in numbers {
        let page = scene.see(0, &format!("/paper?form={number}")).await;
        let has_agent = page.count("input[name=by][value='agent:1']") == 1;
        assert_eq!(has_agent, page.body.contains("王芳"), "of hers alone");
        if has_agent {
            hers = number;
        }
    }
    let enter = async |clerk: usize, by: &str, files: &[&[u8]]| {
        let fields = [
            ("form", hers.as_str()),
            ("whole", "valid"),
            ("lift", "for"),
            ("by", by),
            ("day", "2026-11-19"),
            ("hour", "00:00"),
        ];
        scene.site.post_files(&scene.at("/paper"), Some(&scene.clerks[clerk].token), &fields, files).await
    };
    let other = enter(0, "agent:9", &[PHOTO]).await;
    assert_eq!((other.status, other.count("[role=alert] a[href='#by']")), (StatusCode::CONFLICT, 1), "{}", other.body);
    let received = scene.post(0, "/receive", &format!("form={hers}")).await;
    assert_eq!(received.status, StatusCode::SEE_OTHER);
    assert_eq!(enter(0, "agent:1", &[PHOTO]).await.status, StatusCode::SEE_OTHER);
    let differs = enter(1, "", &[]).await;
    assert!(differs.header(header::LOCATION).ends_with("became=differs"), "both say who signed: {}", differs.body);
    assert!(enter(2, "agent:1", &[]).await.header(header::LOCATION).ends_with("became=agreed"));
    assert_eq!((scene.sign(0).await, scene.sign(2).await), (vec!["waits".to_owned()], vec!["counted".to_owned()]));
    let mut owner = owner;
    scene.site.estate.sign_in(&mut owner).await;
    let page = me(&scene.site, &owner.token).await;
    assert!(page.body.contains("郑小姨（代理人）") && page.body.contains("纸质票"), "{}", page.body);
    for choice in ["同意</", "反对</"] {
        assert!(!page.body.contains(choice), "never what it says");
    }
}

#[tokio::test]
async fn a_company_sees_its_delegate_whom_a_clerk_enters_and_another_confirms() {
    let scene = Scene::new().await;
    let company = scene.owner("示例市富枫置业有限公司").await;
    assert!(me(&scene.site, &company.token).await.body.contains("还没有登记代表"));
    let enter = async |until: &str, files: &[&[u8]]| {
        let fields = [("company", "示例市富枫置业有限公司"), ("name", "何代表"), ("note", "工号 17"), ("until", until)];
        scene.site.post_files("/desk/delegates", Some(&scene.clerks[0].token), &fields, files).await
    };
    for (why, field, answer) in [
        ("a day that is over", "until", enter("2026-01-01", &[PHOTO]).await),
        ("no scan", "scan", enter("2027-06-30", &[]).await),
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert_eq!(answer.count("input[name=note][value='工号 17']"), 1, "{why}: kept");
    }
    let entered = enter("2026-11-25", &[PHOTO]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let at = entered.header(header::LOCATION).to_owned();
    let own = scene.site.post_form(&format!("{at}/confirm"), Some(&scene.clerks[0].token), "").await;
    assert_eq!(own.status, StatusCode::CONFLICT, "one is not two");
    let officer = scene.officer();
    let confirmed = scene.site.post_form(&format!("{at}/confirm"), Some(&officer), "").await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER);
    let scan = format!("{at}/scan");
    assert_eq!(scene.site.get(&scan, Some(&officer)).await.header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(scene.site.get(&scan, Some(&company.token)).await.status, StatusCode::NOT_FOUND, "verifiers alone");
    let page = me(&scene.site, &company.token).await;
    assert!(page.body.contains("何代表，授权到") && page.body.contains("已核对"), "{}", page.body);

    // It ends before the vote does: said with its day.
    let id = at.rsplit('/').next().expect("an id");
    let wish = format!("delegate:{id}");
    let fields = [("home", "2-102"), ("name", "示例市富枫置业有限公司"), ("wish", wish.as_str())];
    let expired = scene.fill(0, &fields, &[]).await;
    assert_eq!(expired.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", expired.body);
    assert!(expired.body.contains("何代表 的授权到") && expired.body.contains("11 月 25 日"), "{}", expired.body);
    scene.site.check_everybodys_data().await;
}
