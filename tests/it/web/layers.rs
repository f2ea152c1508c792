//! What holds for every route: headers, form of refusals, limits, origin of requests, roles.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    routing::get,
};
use heyi::app::App;

use super::{Answer, ORIGIN, Site, from_browser, from_script};

/// Routes that change something, and what is posted there. A new one belongs here.
pub(super) const CHANGES: &[&str] = &[
    "/prefs",
    "/login",
    "/login/00000000-0000-4000-8000-000000000000",
    "/login/challenge",
    "/login/device",
    "/logout",
    "/session",
    "/enrol",
    "/enrol/send",
    "/enrol/00000000-0000-4000-8000-000000000000",
    "/me/keys",
    "/me/erase",
    "/me/correct",
    "/me/devices/00000000-0000-4000-8000-000000000000/revoke",
    "/polls/00000000-0000-4000-8000-000000000000/ballots",
    "/polls/00000000-0000-4000-8000-000000000000/proxy",
    "/polls/00000000-0000-4000-8000-000000000000/proxies",
    "/matters/new",
    "/matters/00000000-0000-4000-8000-000000000000/acknowledge",
    "/matters/00000000-0000-4000-8000-000000000000/say",
    "/matters/00000000-0000-4000-8000-000000000000/remarks/1/hide",
    "/matters/00000000-0000-4000-8000-000000000000/opinion/say",
    "/matters/00000000-0000-4000-8000-000000000000/opinion/1/agree",
    "/matters/00000000-0000-4000-8000-000000000000/opinion/1",
    "/api/v1/matters",
    "/api/v1/matters/00000000-0000-4000-8000-000000000000/remarks",
    "/api/v1/matters/00000000-0000-4000-8000-000000000000/statements",
    "/api/v1/matters/00000000-0000-4000-8000-000000000000/statements/1/reaction",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/statements",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/statements/1/reaction",
    "/api/v1/matters/00000000-0000-4000-8000-000000000000/steps",
    "/api/v1/motions",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/steps",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/amendments",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/amendments/1/steps",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/objections",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/objections/1/steps",
    "/api/v1/decisions/1/tasks",
    "/api/v1/decisions/1/tasks/1/steps",
    "/api/v1/surveys/1/answers",
    "/api/v1/files",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/support",
    "/api/v1/motions/00000000-0000-4000-8000-000000000000/remarks",
    "/news/read",
    "/notices/new",
    "/notices/00000000-0000-4000-8000-000000000000/post",
    "/notices/00000000-0000-4000-8000-000000000000/boards/0",
    "/surveys/new",
    "/surveys/9/step/open",
    "/surveys/9/answer",
    "/surveys/9/edit",
    "/surveys/9/questions",
    "/surveys/9/questions/1/remove",
    "/surveys/9/enter",
    "/surveys/9/draw",
    "/surveys/9/twice/1",
    "/surveys/9/twice/1/settle",
    "/surveys/9/code",
    "/surveys/9/code/settle",
    "/surveys/9/needs/1",
    "/surveys/9/plan",
    "/surveys/9/opinion/say",
    "/surveys/9/opinion/1",
    "/surveys/9/opinion/1/agree",
    "/surveys/9/opinion/needs",
    "/mediations/new",
    "/mediations/9/take",
    "/mediations/9/offer",
    "/mediations/9/say",
    "/motions/new",
    "/motions/00000000-0000-4000-8000-000000000000/submit",
    "/motions/00000000-0000-4000-8000-000000000000/revise",
    "/motions/00000000-0000-4000-8000-000000000000/support",
    "/motions/00000000-0000-4000-8000-000000000000/say",
    "/motions/00000000-0000-4000-8000-000000000000/remarks/1/hide",
    "/motions/00000000-0000-4000-8000-000000000000/opinion/say",
    "/motions/00000000-0000-4000-8000-000000000000/opinion/1",
    "/motions/00000000-0000-4000-8000-000000000000/opinion/1/agree",
    "/motions/00000000-0000-4000-8000-000000000000/amend",
    "/motions/00000000-0000-4000-8000-000000000000/amendments/1/adopt",
    "/motions/00000000-0000-4000-8000-000000000000/poll",
    "/motions/00000000-0000-4000-8000-000000000000/object",
    "/motions/00000000-0000-4000-8000-000000000000/objections/1/accept",
    "/places/grids",
    "/places/buildings",
    "/places/home",
    "/places/ties/00000000-0000-4000-8000-000000000000/verify",
    "/places/ties/00000000-0000-4000-8000-000000000000/end",
    "/decisions/9/tasks",
    "/decisions/9/tasks/1/accept",
    "/meetings/new",
    "/meetings/propose",
    "/meetings/1/edit",
    "/meetings/1/step",
    "/meetings/1/people",
    "/meetings/1/here",
    "/meetings/1/minutes",
    "/meetings/items/1",
    "/bodies/new",
    "/bodies/1/seats",
    "/bodies/1/rules",
    "/bodies/1/rules/1/adopt",
    "/rules",
    "/rules/1/adopt",
    "/c/acts/00000000-0000-4000-8000-000000000000/sign",
    "/c/acts/00000000-0000-4000-8000-000000000000/refuse",
    "/c/acts/00000000-0000-4000-8000-000000000000/withdraw",
    "/c/roll/upload",
    "/c/roll/preview/x/propose",
    "/c/roll/preview/x/discard",
    "/c/roll/undo/1",
    "/c/roll/correct/representative",
    "/c/roll/correct/contacts/00000000-0000-4000-8000-000000000000",
    "/c/people/new",
    "/c/people/00000000-0000-4000-8000-000000000000/end",
    "/c/people/00000000-0000-4000-8000-000000000000/renew",
    "/c/people/00000000-0000-4000-8000-000000000000/letter",
    "/c/privacy/00000000-0000-4000-8000-000000000000",
    "/c/privacy/00000000-0000-4000-8000-000000000000/answer/erase",
    "/c/posts/new",
    "/c/posts/00000000-0000-4000-8000-000000000000/end",
    "/c/letters",
    "/c/letters/00000000-0000-4000-8000-000000000000",
    "/sitting",
    "/sitting/key",
    "/sitting/ballot",
    "/sitting/end",
    "/desk/00000000-0000-4000-8000-000000000000/assist",
    "/desk/00000000-0000-4000-8000-000000000000/assist/00000000-0000-4000-8000-000000000000/end",
    "/desk/00000000-0000-4000-8000-000000000000/hall",
    "/desk/00000000-0000-4000-8000-000000000000/hall/untick",
    "/desk/00000000-0000-4000-8000-000000000000/hall/lists",
    "/desk/00000000-0000-4000-8000-000000000000/hall/lists/x/sign",
    "/desk/00000000-0000-4000-8000-000000000000/hall/lists/x/discard",
    "/desk/00000000-0000-4000-8000-000000000000/receive",
    "/desk/00000000-0000-4000-8000-000000000000/paper",
    "/desk/00000000-0000-4000-8000-000000000000/sign",
    "/desk/00000000-0000-4000-8000-000000000000/deliveries",
    "/desk/00000000-0000-4000-8000-000000000000/deliveries/00000000-0000-4000-8000-000000000000/sign",
    "/desk/00000000-0000-4000-8000-000000000000/deliveries/00000000-0000-4000-8000-000000000000/discard",
    "/desk/00000000-0000-4000-8000-000000000000/proxies/new",
    "/desk/00000000-0000-4000-8000-000000000000/proxies/00000000-0000-4000-8000-000000000000",
    "/desk/00000000-0000-4000-8000-000000000000/proxies/00000000-0000-4000-8000-000000000000/sign",
    "/desk/00000000-0000-4000-8000-000000000000/proxies/00000000-0000-4000-8000-000000000000/discard",
    "/desk/delegates",
    "/desk/delegates/00000000-0000-4000-8000-000000000000/confirm",
    "/desk/delegates/00000000-0000-4000-8000-000000000000/end",
    "/desk/00000000-0000-4000-8000-000000000000/restart",
    "/desk/00000000-0000-4000-8000-000000000000/replace",
    "/desk/00000000-0000-4000-8000-000000000000/end",
    "/desk/00000000-0000-4000-8000-000000000000/forms",
    "/c/polls/new",
    "/c/polls/00000000-0000-4000-8000-000000000000/title",
    "/c/polls/00000000-0000-4000-8000-000000000000/scope",
    "/c/polls/00000000-0000-4000-8000-000000000000/answers",
    "/c/polls/00000000-0000-4000-8000-000000000000/times",
    "/c/polls/00000000-0000-4000-8000-000000000000/delete",
    "/c/polls/00000000-0000-4000-8000-000000000000/freeze",
    "/c/polls/00000000-0000-4000-8000-000000000000/result",
    "/c/polls/00000000-0000-4000-8000-000000000000/amend",
    "/c/polls/00000000-0000-4000-8000-000000000000/strike",
    "/c/polls/00000000-0000-4000-8000-000000000000/bar",
    "/c/polls/00000000-0000-4000-8000-000000000000/remind",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/alternative",
    "/c/polls/00000000-0000-4000-8000-000000000000/lot/m1",
    "/c/polls/00000000-0000-4000-8000-000000000000/official",
    "/c/polls/00000000-0000-4000-8000-000000000000/official/file",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/matter",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/rule",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/title",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/text",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/candidates",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/files",
    "/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/remove",
];

/// Pages and the statuses for nobody, an owner, an officer, a clerk and an auditor. A new one belongs here.
pub(super) const PAGES: &[(&str, [u16; 5])] = &[
    ("/", [200; 5]),
    ("/help", [200; 5]),
    ("/privacy", [200; 5]),
    ("/me/data", [401, 200, 200, 200, 200]),
    ("/me/data.json", [401, 200, 200, 200, 200]),
    ("/about/trust", [200; 5]),
    ("/offline", [200; 5]),
    ("/login", [200; 5]),
    ("/enrol", [200; 5]),
    ("/check", [200; 5]),
    ("/receipt", [200; 5]),
    ("/healthz", [200; 5]),
    ("/sw.js", [200; 5]),
    ("/.well-known/client-manifest.json", [200; 5]),
    ("/me", [401, 200, 200, 200, 200]),
    ("/matters", [200; 5]),
    ("/matters?show=answered", [200; 5]),
    ("/matters?show=mine", [401, 200, 200, 200, 200]),
    ("/wishes", [200; 5]),
    ("/matters/new", [401, 200, 200, 200, 200]),
    ("/matters/new?for=person:00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/matters/poster", [401, 404, 200, 200, 404]),
    ("/matters/poster?building=x", [401, 404, 404, 404, 404]),
    ("/matters/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/matters/00000000-0000-4000-8000-000000000000/opinion", [404; 5]),
    ("/news", [401, 200, 200, 200, 200]),
    ("/notices", [200; 5]),
    ("/notices/new", [401, 404, 200, 404, 404]),
    ("/notices/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/notices/00000000-0000-4000-8000-000000000000/paper", [404; 5]),
    ("/surveys", [200; 5]),
    ("/surveys?before=9", [200; 5]),
    ("/surveys/new", [401, 404, 200, 404, 404]),
    ("/surveys/9", [404; 5]),
    ("/surveys/x", [404; 5]),
    ("/surveys/9/paper", [404; 5]),
    ("/surveys/9/poster", [404; 5]),
    ("/surveys/9/answer", [401, 404, 404, 404, 404]),
    ("/surveys/9/edit", [401, 404, 404, 404, 404]),
    ("/surveys/9/enter", [401, 404, 404, 404, 404]),
    ("/surveys/9/visits", [401, 404, 404, 404, 404]),
    ("/surveys/9/twice", [401, 404, 404, 404, 404]),
    ("/surveys/9/twice/1", [401, 404, 404, 404, 404]),
    ("/surveys/9/code", [401, 404, 404, 404, 404]),
    ("/surveys/9/needs", [401, 404, 404, 404, 404]),
    ("/surveys/9/opinion", [404; 5]),
    ("/mediations", [200; 5]),
    ("/mediations?before=9", [200; 5]),
    ("/mediations?asked=1", [200; 5]),
    ("/mediations/new", [401, 200, 404, 200, 404]),
    ("/mediations/9", [401, 404, 404, 404, 404]),
    ("/mediations/x", [401, 404, 404, 404, 404]),
    ("/mediations/9/agreement", [401, 404, 404, 404, 404]),
    ("/search", [200; 5]),
    ("/search?q=%E7%94%B5%E6%A2%AF", [200; 5]),
    ("/files/x", [404; 5]),
    ("/files/0000000000000000000000000000000000000000000000000000000000000000", [404; 5]),
    ("/motions", [200; 5]),
    ("/motions?before=1", [200; 5]),
    ("/motions/new", [401, 200, 200, 404, 404]),
    ("/motions/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/motions/00000000-0000-4000-8000-000000000000/opinion", [404; 5]),
    ("/motions/00000000-0000-4000-8000-000000000000/revise", [401, 404, 404, 404, 404]),
    ("/places", [200; 5]),
    ("/places/building?name=none", [401, 404, 404, 404, 404]),
    ("/places/home?unit=none", [401, 404, 404, 404, 404]),
    ("/decisions", [200; 5]),
    ("/decisions?show=overdue&before=9", [200; 5]),
    ("/decisions/9", [404; 5]),
    ("/decisions/x", [404; 5]),
    ("/meetings", [200; 5]),
    ("/meetings?before=1", [200; 5]),
    ("/meetings/new", [401, 404, 404, 404, 404]),
    ("/meetings/propose", [401, 200, 200, 200, 200]),
    ("/meetings/1", [404; 5]),
    ("/meetings/1/minutes", [404; 5]),
    ("/meetings/1/edit", [401, 404, 404, 404, 404]),
    ("/meetings/1/run", [401, 404, 404, 404, 404]),
    ("/meetings/1/hall", [401, 404, 404, 404, 404]),
    ("/meetings/1/sheet", [401, 404, 404, 404, 404]),
    // Whoever scans the code of the hall signs in first, and comes back.
    ("/meetings/1/here?code=x", [303, 404, 404, 404, 404]),
    ("/bodies/new", [401, 404, 200, 200, 404]),
    ("/bodies/1", [404; 5]),
    ("/bodies/1/rules", [404; 5]),
    ("/rules", [200; 5]),
    ("/api/v1/openapi.json", [200; 5]),
    ("/api/v1/polls", [200; 5]),
    ("/api/v1/polls?after=x", [404; 5]),
    ("/api/v1/polls/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/api/v1/polls/00000000-0000-4000-8000-000000000000/result", [404; 5]),
    ("/api/v1/motions", [200; 5]),
    ("/api/v1/motions?show=open&before=9", [200; 5]),
    ("/api/v1/motions?show=x", [400; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/remarks", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/steps", [404; 5]),
    ("/api/v1/matters/00000000-0000-4000-8000-000000000000/steps", [404; 5]),
    ("/api/v1/matters", [200; 5]),
    ("/api/v1/matters?show=mine", [401, 200, 200, 200, 200]),
    ("/api/v1/matters/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/api/v1/matters/00000000-0000-4000-8000-000000000000/remarks", [404; 5]),
    ("/api/v1/matters/00000000-0000-4000-8000-000000000000/statements", [404; 5]),
    ("/api/v1/matters/00000000-0000-4000-8000-000000000000/opinion", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/statements", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/opinion", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/amendments", [404; 5]),
    ("/api/v1/motions/00000000-0000-4000-8000-000000000000/objections", [404; 5]),
    ("/api/v1/decisions", [200; 5]),
    ("/api/v1/decisions?show=overdue&before=9", [200; 5]),
    ("/api/v1/decisions?show=x", [400; 5]),
    ("/api/v1/decisions/1", [404; 5]),
    ("/api/v1/doers", [401, 404, 200, 404, 404]),
    ("/api/v1/surveys", [200; 5]),
    ("/api/v1/surveys/1", [404; 5]),
    ("/api/v1/surveys/1/answers", [401, 404, 404, 404, 404]),
    ("/api/v1/surveys/1/results", [404; 5]),
    ("/api/v1/promises", [200; 5]),
    ("/api/v1/notices", [200; 5]),
    ("/api/v1/notices/00000000-0000-4000-8000-000000000000", [404; 5]),
    ("/api/v1/meetings", [200; 5]),
    ("/api/v1/meetings/1", [404; 5]),
    ("/api/v1/meetings/1/minutes", [404; 5]),
    ("/api/v1/search", [200; 5]),
    ("/api/v1/search?q=%E7%94%B5%E6%A2%AF", [200; 5]),
    // A number that no row has finds nothing on a page; the document promises numbers below 2^63.
    ("/api/v1/matters?before=18446744073709551615", [400; 5]),
    ("/matters?before=18446744073709551615", [200; 5]),
    ("/audit", [200; 5]),
    ("/c", [401, 404, 200, 404, 404]),
    ("/c/letters", [401, 404, 200, 200, 404]),
    // The demo's alone.
    ("/outbox", [404; 5]),
    ("/polls/00000000-0000-4000-8000-000000000000/vote", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/vote/1", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/proxy", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/roll", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/roll.json", [401, 404, 404, 404, 404]),
    ("/audit/00000000-0000-4000-8000-000000000000/holders/1", [401, 404, 404, 404, 404]),
    (
        "/audit/00000000-0000-4000-8000-000000000000/evidence/\
         0000000000000000000000000000000000000000000000000000000000000000",
        [401, 404, 404, 404, 404],
    ),
    (
        "/audit/00000000-0000-4000-8000-000000000000/scans/\
         0000000000000000000000000000000000000000000000000000000000000000",
        [401, 404, 404, 404, 404],
    ),
    ("/me/devices/00000000-0000-4000-8000-000000000000/revoke", [401, 404, 404, 404, 404]),
    ("/c", [401, 404, 200, 404, 404]),
    ("/c/acts", [401, 404, 200, 404, 404]),
    ("/c/polls", [401, 404, 200, 404, 404]),
    ("/c/polls/new", [401, 404, 200, 404, 404]),
    ("/c/roll", [401, 404, 200, 404, 404]),
    ("/c/roll/history", [401, 404, 200, 404, 404]),
    ("/c/roll/upload", [401, 404, 200, 404, 404]),
    ("/c/roll/export", [401, 404, 200, 404, 404]),
    ("/c/roll/correct", [401, 404, 200, 404, 404]),
    ("/c/roll/correct/representative?label=%7C1%7C1%7C102", [401, 404, 200, 404, 404]),
    ("/c/roll/correct/representative?label=x", [401, 404, 404, 404, 404]),
    ("/c/roll/correct/contacts/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/c/people", [401, 404, 200, 404, 404]),
    ("/c/people/new", [401, 404, 200, 404, 404]),
    ("/c/privacy", [401, 404, 200, 404, 404]),
    ("/c/privacy?text=%E7%8E%8B", [401, 404, 200, 404, 404]),
    ("/c/privacy/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/c/posts", [401, 404, 200, 404, 404]),
    ("/c/posts/new", [401, 404, 200, 404, 404]),
    ("/c/posts/new?who=person:00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/c/roll/units", [401, 404, 200, 200, 404]),
    ("/c/letters", [401, 404, 200, 200, 404]),
    ("/c/acts/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/remind", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/preview", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/strike", [401, 404, 404, 404, 404]),
    ("/c/people/00000000-0000-4000-8000-000000000000/end", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/lot/m1", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/official", [401, 404, 404, 404, 404]),
    ("/c/polls/00000000-0000-4000-8000-000000000000/motions/m1/rule", [401, 404, 404, 404, 404]),
    ("/audit/00000000-0000-4000-8000-000000000000/what-if", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/filing", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/filing.zip", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/reports/x", [404; 5]),
    ("/c/place", [401, 404, 200, 404, 404]),
    ("/desk", [401, 404, 200, 200, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/sitting", [200; 5]),
    // Nobody sits anywhere, whatever session there is.
    ("/sitting/vote", [410; 5]),
    ("/desk/00000000-0000-4000-8000-000000000000/assist", [401, 404, 404, 404, 404]),
    (
        "/desk/00000000-0000-4000-8000-000000000000/assist/00000000-0000-4000-8000-000000000000",
        [401, 404, 404, 404, 404],
    ),
    ("/desk/00000000-0000-4000-8000-000000000000/hall", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/hall/sheet", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/hall/sheet?building=1", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/hall/lists/x", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/hall/lists/x/scan", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/receive", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/paper", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/forms", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/sign", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/scan/1", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/deliveries", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/deliveries/to", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/deliveries/doors", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/proxies", [401, 404, 404, 404, 404]),
    ("/desk/00000000-0000-4000-8000-000000000000/proxies/new", [401, 404, 404, 404, 404]),
    (
        "/desk/00000000-0000-4000-8000-000000000000/proxies/00000000-0000-4000-8000-000000000000",
        [401, 404, 404, 404, 404],
    ),
    (
        "/desk/00000000-0000-4000-8000-000000000000/proxies/00000000-0000-4000-8000-000000000000/scan",
        [401, 404, 404, 404, 404],
    ),
    ("/desk/delegates", [401, 404, 200, 200, 404]),
    ("/desk/delegates/00000000-0000-4000-8000-000000000000", [401, 404, 404, 404, 404]),
    ("/desk/delegates/00000000-0000-4000-8000-000000000000/scan", [401, 404, 404, 404, 404]),
    (
        "/desk/00000000-0000-4000-8000-000000000000/deliveries/00000000-0000-4000-8000-000000000000",
        [401, 404, 404, 404, 404],
    ),
    (
        "/desk/00000000-0000-4000-8000-000000000000/deliveries/00000000-0000-4000-8000-000000000000/photo",
        [401, 404, 404, 404, 404],
    ),
    ("/polls/00000000-0000-4000-8000-000000000000/papers", [404; 5]),
    ("/c/roll/preview/x", [401, 404, 404, 404, 404]),
    ("/c/documents/0000000000000000000000000000000000000000000000000000000000000000", [401, 404, 404, 404, 404]),
    ("/polls/00000000-0000-4000-8000-000000000000/notice", [404; 5]),
    ("/polls/00000000-0000-4000-8000-000000000000/inclusion/0", [404; 5]),
    ("/polls/00000000-0000-4000-8000-000000000000/consistency/1", [404; 5]),
];

fn assert_protected(answer: &Answer, what: &str) {
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    for part in ["default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{what}");
    assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{what}");
    assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), "max-age=31536000", "{what}");
    assert_ne!(answer.header(header::CACHE_CONTROL), "", "{what}");
    assert_ne!(answer.header("x-request-id"), "", "{what}");
}

async fn panics() {
    panic!("a secret");
}

fn failing() -> Router<App> {
    Router::new().route("/panic", get(panics))
}

#[tokio::test]
async fn every_answer_has_the_security_headers_whatever_its_status() {
    let site = Site::with(failing()).await;
    for (path, _) in PAGES {
        assert_protected(&site.get(path, None).await, path);
    }
    for (path, status) in [("/panic", 500), ("/nothing", 404), ("/static/none/app.js", 404), ("/polls/x/ballots", 405)]
    {
        let answer = site.get(path, None).await;
        assert_eq!(answer.status, status, "{path}");
        assert_protected(&answer, path);
        assert!(!answer.body.contains("a secret"), "{path}");
    }
    let answer = site.post_form("/login", None, &"a".repeat(70_000)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_protected(&answer, "413");
}

#[tokio::test]
async fn a_refusal_is_a_document_for_machines_and_a_page_for_people() {
    let site = Site::new().await;
    let machine = Request::builder().uri("/nothing").body(Body::empty()).expect("a request");
    assert_eq!(site.send(machine).await.code(), "not_found");
    for (language, title) in [("zh", "没有这一页"), ("en", "No such page")] {
        let answer = site.get(&format!("/nothing?lang={language}"), None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains(title) && answer.count("footer") == 1, "{}", answer.body);
    }
    for (path, body, code) in [
        ("/login/device", "[", "malformed"),
        ("/login/device", &"[".repeat(20_000), "malformed"),
        ("/login/device", r#"{"challenge":1e400}"#, "malformed"),
        ("/login/device", r#"{"challenge":"\ud800"}"#, "malformed"),
        ("/login/device", r#"{"challenge":"","public_key":"","signature":"","more":1}"#, "malformed"),
    ] {
        let request = from_script(path, None).header(header::CONTENT_TYPE, "application/json");
        let answer = site.send(request.body(Body::from(body.to_owned())).expect("a request")).await;
        assert!(answer.status.is_client_error(), "{body}");
        assert_eq!(answer.code(), code, "{body}");
    }
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_changes_nothing() {
    let site = Site::new().await;
    let session = &site.estate.officers[0].token;
    let bare = |path: &str| Request::builder().method(Method::POST).uri(path);
    for path in CHANGES {
        let cookie = |request: axum::http::request::Builder| {
            request.header(header::COOKIE, format!("__Host-id={}", session.reveal()))
        };
        for (why, request) in [
            ("another site", cookie(bare(path)).header("sec-fetch-site", "cross-site")),
            ("a sister site", cookie(bare(path)).header("sec-fetch-site", "same-site").header(header::ORIGIN, ORIGIN)),
            ("a hidden origin", cookie(bare(path)).header(header::ORIGIN, "null")),
            ("another origin", bare(path).header(header::ORIGIN, "https://evil.example")),
            ("a cookie alone", cookie(bare(path))),
        ] {
            let answer = site.send(request.body(Body::empty()).expect("a request")).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "cross_site"), "{path}: {why}");
        }
        let ours = cookie(bare(path)).header(header::ORIGIN, ORIGIN).body(Body::empty()).expect("a request");
        let answer = site.send(ours).await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path}: our own page");
    }
}

#[tokio::test]
async fn a_body_ends_where_the_limit_is_whatever_its_length_says() {
    let site = Site::new().await;
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(axum::body::Bytes::from(vec![b'a'; 1000])));
    let chunked = Body::from_stream(futures_util::stream::iter(chunks));
    let request = from_script("/login", None).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.send(request.body(chunked).expect("a request")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down_whatever_address_they_claim() {
    let site = Site::new().await;
    let mut refused = 0;
    for number in 0..60 {
        let request = from_script("/login/challenge", None)
            .header("x-forwarded-for", format!("10.0.0.{number}"))
            .body(Body::empty())
            .expect("a request");
        let answer = site.send(request).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            assert_eq!(answer.code(), "too_many");
            assert_ne!(answer.header(header::RETRY_AFTER), "0");
            assert_protected(&answer, "429");
        }
    }
    assert!((15..=20).contains(&refused), "{refused} of 60 were refused");
    assert_eq!(site.get("/login", None).await.status, StatusCode::OK, "looking at the form is free");
}

#[tokio::test]
async fn every_page_is_there_for_those_it_is_for_and_for_nobody_else() {
    let site = Site::new().await;
    let everybody = site.everybody().await;
    for ((path, statuses), client) in PAGES.iter().zip(1..) {
        for (role, expected) in ["nobody", "owner", "officer", "clerk", "auditor"].iter().zip(statuses) {
            let answer = site.get_as(client, path, everybody[role].as_ref()).await;
            assert_eq!(answer.status, *expected, "{path} for {role}");
        }
    }
}

#[tokio::test]
async fn no_page_has_a_script_or_style_in_itself() {
    let site = Site::new().await;
    for (path, _) in PAGES {
        let answer = site.get(path, None).await;
        if !answer.header(header::CONTENT_TYPE).starts_with("text/html") {
            continue;
        }
        assert_eq!(answer.count("style, [style], script:not([src]), [onclick], [onload], [onsubmit]"), 0, "{path}");
        assert_eq!(answer.count("html[lang] main h1"), 1, "{path}");
    }
}

#[tokio::test]
async fn size_and_language_are_kept_without_scripts() {
    let site = Site::new().await;
    let answer = site.post_form("/prefs", None, "size=elder&lang=en&back=%2Fhelp").await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/help"));
    let cookies: Vec<_> =
        answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    let pairs: Vec<_> = cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    assert_eq!(pairs, ["size=elder", "lang=en"]);
    let request = from_browser(Method::GET, "/help", None).header(header::COOKIE, pairs.join("; "));
    let answer = site.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.count("html.elder[lang=en]"), 1);
    let linked = site.get("/help?size=elder", None).await;
    assert!(linked.header(header::SET_COOKIE).starts_with("size=elder;"), "a link from a care mode is kept");
    let elsewhere = site.post_form("/prefs", None, "lang=en&back=https%3A%2F%2Fevil.example").await;
    assert_eq!(elsewhere.header(header::LOCATION), "/");
}
