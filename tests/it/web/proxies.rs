//! Giving one's vote to a neighbour in the browser, and voting for one.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use ballot::{
    hash::Hash,
    id::{HolderNo, Seq},
    key::{KeyKind, SignerKey},
    log::Receipt,
    note,
    statement::{Proxy, ProxyState, Statement},
    store::session::Token,
};
use heyi_tests::estate::HOST;

use super::{Answer, Site, ballots::Voter, from_script, law::urlencode};

impl Voter {
    /// Her proxy to a holder, signed.
    async fn proxy(&self, site: &Site, to: HolderNo, (state, seq): (ProxyState, u64)) -> Vec<u8> {
        let credential = self.holder.credential.as_ref().expect("a credential").number;
        let log = site.estate.estate.logs().log(&self.poll).await.expect("the log opens");
        let manifest: Hash = log.read(|state, _| state.manifest_hash());
        let statement = Statement::Proxy(Proxy {
            agent: None,
            manifest,
            poll: self.poll.clone(),
            principal: self.holder.holder,
            scan_sha256: None,
            seq: Seq::try_from(seq).expect("from 1 on"),
            state,
            to_holder: Some(to),
        });
        let name = format!("{HOST}/poll/{}/credential/{credential}", self.poll);
        let key = SignerKey::from_seed(&name, KeyKind::Ed25519, &self.seed).expect("a name");
        note::sign(&statement.text(), &[&key]).into_bytes()
    }

    async fn give(&self, site: &Site, session: Option<&Token>, bytes: Vec<u8>) -> Answer {
        let request = from_script(&format!("/polls/{}/proxies", self.poll), session)
            .header(header::CONTENT_TYPE, "application/vnd.heyi.statement")
            .body(Body::from(bytes));
        site.send(request.expect("a request")).await
    }

    async fn look(&self, site: &Site, home: &str, name: &str) -> Answer {
        let form = form_of(&[("principal", &self.holder.holder.to_string()), ("home", home), ("name", name)]);
        site.post_form(&format!("/polls/{}/proxy", self.poll), Some(&self.token), &form).await
    }
}

/// A form's body.
fn form_of(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", urlencode(value))).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_neighbour_is_found_looked_at_and_asked() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let zhang = site.owner("张伟明").await;
    let page = site.get(&format!("/polls/{}/proxy", voter.poll), Some(&voter.token)).await;
    for sentence in [
        "现在没有委托别人。",
        "这次表决的规则没有限制一个人代几位业主。",
        "您自己也投了票的，只算您自己的，代理人投的不算，先后都一样。",
        "请写那位业主的房号和姓名，两样都要写对。这里不列邻居的名单。",
    ] {
        assert!(page.body.contains(sentence), "{sentence}");
    }
    assert!(!page.body.contains("张伟明"), "no neighbour is named before somebody names them");

    let wrong = voter.look(&site, "1-101", "李秀英").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("没有这个姓名的业主") && wrong.body.contains("value=\"李秀英\""),
        "what was typed stays"
    );
    let found = voter.look(&site, "1-101", "张伟明").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.count("button[data-sign][hidden]"), 1, "a script shows it");
    assert!(found.body.contains("1 号楼 1 单元 101 室") && found.body.contains("张伟明"));

    let viewer = site.estate.viewer(&zhang.token, site.estate.now()).await.expect("signed in");
    let holders = site.estate.estate.my_poll(&viewer, &voter.poll).await.expect("on the roll");
    let his = holders.iter().find(|holder| holder.people.len() == 1).expect("his alone");
    let bytes = voter.proxy(&site, his.holder, (ProxyState::Granted, 1)).await;
    let given = voter.give(&site, Some(&voter.token), bytes.clone()).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    let code = Receipt::parse(&given.body).expect("a receipt").check_code();
    let checked = site.get(&format!("/check?c={code}"), None).await;
    assert!(checked.body.contains("找到了"), "its code is found as a ballot's is");
    assert_eq!(voter.give(&site, None, bytes).await.body, given.body, "the signature is what counts");

    let hers = site.get(&format!("/polls/{}/proxy", voter.poll), Some(&voter.token)).await;
    assert!(hers.body.contains("已经委托张伟明（1 号楼 1 单元 101 室）投票。"), "{}", hers.body);
    assert_eq!(hers.count("button[data-sign]"), 1, "she may take it back");
    let vote = site.get(&format!("/polls/{}/vote", voter.poll), Some(&voter.token)).await;
    assert!(vote.body.contains("已经委托张伟明"), "she sees it where she votes");

    let his_page = site.get(&format!("/polls/{}/vote", voter.poll), Some(&zhang.token)).await;
    assert_eq!(his_page.links("/vote/"), [format!("/polls/{}/vote/{}", voter.poll, voter.holder.holder)]);
    assert!(his_page.body.contains("代 王芳（1 号楼 1 单元 201 室、2 号楼 1 单元 101 室）投票"), "{}", his_page.body);
    let for_her = site.get(&his_page.links("/vote/")[0], Some(&zhang.token)).await;
    assert_eq!(for_her.status, StatusCode::OK);
    assert_eq!(for_her.count("#vote > .notice"), 1, "above every screen");
    assert!(for_her.body.contains("代 王芳 投票：1 号楼 1 单元 201 室"));
    let own = site.get(&format!("/polls/{}/vote/{}", voter.poll, his.holder), Some(&zhang.token)).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "nobody is one's own agent");

    let back = voter.proxy(&site, his.holder, (ProxyState::Revoked, 2)).await;
    assert_eq!(voter.give(&site, None, back).await.status, StatusCode::OK);
    let gone = site.get(&his_page.links("/vote/")[0], Some(&zhang.token)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "taken back");
}

#[tokio::test]
async fn what_is_no_proxy_or_comes_too_late_is_refused_by_a_code() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let other = HolderNo::try_from(if voter.holder.holder.get() == 1 { 2 } else { 1 }).expect("a number");
    let good = voter.proxy(&site, other, (ProxyState::Granted, 1)).await;
    let ballot = voter.ballot(&site, 1, ballot::statement::Choice::For).await;
    assert_eq!(voter.give(&site, None, ballot).await.code(), "format");
    let as_ballot = site.post_ballot(&voter.poll, None, &good).await;
    assert_eq!(as_ballot.code(), "format", "each has its own address");
    let oneself = voter.proxy(&site, voter.holder.holder, (ProxyState::Granted, 1)).await;
    assert_eq!(voter.give(&site, None, oneself).await.code(), "proxy");
    site.estate.clock.set(site.estate.now() + 14 * heyi_tests::estate::DAY);
    let late = voter.give(&site, None, good).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::GONE, "closed"));
}
