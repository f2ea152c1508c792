//! Signing in and enrolling.

use super::msgs;

msgs! {
    title = "登录", "Sign in";
    lead = "输入在业委会登记过的手机号或邮箱，我们发一个验证码给您。",
        "Type the phone number or e-mail address that is registered; we send you a code.";
    contact = "手机号或邮箱", "Phone number or e-mail address";
    send = "发送验证码", "Send the code";
    by_device = "用这部手机登录", "Sign in with this phone";
    by_device_hint = "这部手机认证过，不用验证码。", "This phone is enrolled; no code is needed.";
    by_device_failed = "这部手机上的认证已经失效，请用验证码登录，或者重新认证。",
        "This phone's enrolment is no longer valid. Sign in with a code, or enrol again.";
    no_network = "没有连上，请看看网络，再试一次。", "No connection. Please check the network and try again.";
    first_time = "第一次来，或者换了手机？", "First time here, or a new phone?";
    to_enrol = "用邀请信认证这部手机", "Enrol this phone with your letter";
    bad_contact = "请输入 11 位手机号，或者一个邮箱", "Type a phone number or an e-mail address";
    which_estate = "您是哪个小区的？", "Which estate are you of?";
    code_title = "输入验证码", "Type the code";
    code_sent = "如果这个号码登记过，您会收到一个 6 位数字的验证码，5 分钟内有效。",
        "If this number is registered you will get a code of 6 digits. It is good for 5 minutes.";
    code = "6 位验证码", "Code of 6 digits";
    code_hint = "没有收到？等 1 分钟，再从头来一次。", "Nothing came? Wait a minute and begin again.";
    go_on = "下一步", "Next";
    again = "重新发一个验证码", "Send a new code";
    wrong_code = "验证码不对，请看清楚再输一次", "That is not the code; look again";
    dead_code = "这个验证码不能用了：用过、过期，或者试了太多次。请重新发一个。",
        "This code is no longer good: used, too old, or tried too often. Please send a new one.";
    who = "这个号码登记了几个人，您是哪一位？", "Several people have this number. Which one are you?";
    as_officer(name: &str) = "{name}（业委会）", "{name} (committee)";
    as_clerk(name: &str) = "{name}（工作人员）", "{name} (service point)";
    as_auditor(name: &str) = "{name}（监督）", "{name} (auditor)";
    as_owner(name: &str) = "{name}（业主）", "{name} (owner)";

    enrol_title = "认证这部手机", "Enrol this phone";
    enrol_lead = "要两样东西：邀请信上的码，和发到您手机或邮箱的验证码。大约 2 分钟。",
        "You need two things: the code on your letter, and a code sent to your phone or mailbox. About 2 minutes.";
    letter = "邀请信上的码", "Code on your letter";
    letter_hint = "12 个字母和数字，大小写、空格都没关系。", "12 letters and digits; case and spaces do not matter.";
    bad_letter = "没有这个码。请对照最新的一封邀请信再输一次", "There is no such code. Compare it with your newest letter";
    no_contact = "没有登记您的手机号或邮箱，请带上证件到服务点办理。",
        "No phone number or mailbox of yours is registered. Please come to the service point with your papers.";
    letter_of(name: &str) = "这封信是给 {name} 的。", "This letter is for {name}.";
    send_where = "验证码发到哪里？", "Where shall the code be sent?";
    not_me = "不是我", "That is not me";
    enrol_now = "认证", "Enrol";
    enrolling = "正在认证，请不要关闭…", "Enrolling, please do not close this page…";
    enrolled_title = "认证好了", "Enrolled";
    enrolled = "以后可以用这部手机投票。同一套房的共有人也会收到通知。",
        "You can vote with this phone from now on. The co-owners of your home are told as well.";
    enrolled_office = "以后可以用这台设备登录和签字。", "You can sign in and sign with this device from now on.";
    enrolled_again = "以前的手机已经不能再用，投过的票仍然有效。", "The phone before can no longer be used; ballots already cast stay valid.";
    need_script = "认证要在浏览器里生成您的签名钥匙。这个浏览器没有开启 JavaScript，或者太旧。您可以：",
        "Your signing key is made in the browser. This browser has JavaScript switched off, or is too old. You can:";
    other_browser = "用手机自带浏览器打开", "open this page in your phone's own browser";
    call_us = "打电话请人帮忙", "call us for help";
    on_paper = "投纸质票", "vote on paper";
    no_secure_context = "这个网址不是安全连接（https），不能在这里认证。请用信上的网址打开。",
        "This address is not secure (https). Please open the address on your letter.";
    no_storage = "这个浏览器不让保存数据（可能是无痕模式）。请用普通窗口打开。",
        "This browser does not let us keep data (private window?). Please use a normal window.";
    key_in_use = "这部手机的签名钥匙已经登记过，请再试一次。", "This phone's key is registered already. Please try again.";
    weak_key = "浏览器生成的钥匙不合格，请换一个浏览器。", "The browser made an unusable key. Please use another browser.";
    old_letter = "这封信已经被更新的一封替换，请用最新的邀请信。", "This letter was replaced by a newer one. Please use the newest.";
    to_home = "去首页", "To the first page";
}
