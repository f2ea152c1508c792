//! People in office and their letters, and the owners' letters.

use super::msgs;

msgs! {
    title = "人员", "People";
    lead = "谁在任、做什么、任期到什么时候。任命和免职都要两位成员签字。",
        "Who holds which office until when. Appointing and ending take two officers' signatures.";
    officer = "业委会成员", "Officer";
    clerk = "工作人员", "Clerk";
    auditor = "监督员", "Auditor";
    officer_hint = "准备表决，和别人一起签字", "prepares polls and signs with others";
    clerk_hint = "录入纸质票、打印邀请信、帮人办理", "enters papers, prints letters, helps people";
    auditor_hint = "只看，可以查全部记录", "reads everything that may be inspected";
    active = "在任", "in office";
    invited = "已任命，还没认证", "appointed, not enrolled yet";
    ended = "已离任", "no longer";
    expired = "任期已满", "term over";
    appoint = "任命一位", "Appoint somebody";
    has_key(name: &str) = "签名钥匙 {name}", "Key {name}";
    until(when: &str) = "任期到 {when}", "until {when}";
    all_buildings = "全部楼", "all buildings";
    past = "已离任的", "Past";
    print_letter = "打印邀请信", "Print the letter";
    renew = "换钥匙（手机丢了）", "Renew the key (lost phone)";
    end_role = "免去职务", "End the office";

    appoint_title = "任命一位", "Appoint somebody";
    which_role = "什么职务？", "Which office?";
    name = "姓名", "Name";
    organisation = "单位", "Organisation";
    organisation_hint = "例如社区居委会；没有就空着", "for example the neighbourhood committee; may be empty";
    phone = "手机号", "Phone number";
    email = "邮箱", "E-mail address";
    contact_hint = "手机号和邮箱至少填一个，验证码发到这里", "One of phone and e-mail at least: codes are sent there";
    scope = "负责哪几栋楼？不选就是全部", "Which buildings? None ticked means all";
    term = "任期到哪一天？", "Last day of the term?";
    term_hint = "最长六年", "At most six years from now";
    propose = "提请签字", "Put up for signing";
    bad_role = "请选择职务", "Choose an office";
    bad_name = "请填姓名和单位，100 个字以内，不要有特殊字符", "Give a name (and organisation) of at most 100 plain characters";
    bad_contact = "请填 11 位手机号，或者一个邮箱", "Give a phone number or an e-mail address";
    bad_term = "任期要在今天以后、六年以内", "The term ends after today and within six years";
    no_such_staff = "没有这位在任的人。", "Nobody of this kind holds an office here.";
    not_invited = "只有已任命、还没认证的人才打印邀请信。", "A letter is for somebody who is appointed and has not enrolled yet.";
    too_few_officers = "免去以后，剩下的成员不够签字的人数。请先任命接任的人。",
        "Fewer officers would be left than must sign. Appoint a successor first.";
    end_title(name: &str) = "免去 {name} 的职务？", "End the office of {name}?";
    end_lead = "两位成员签字后生效：马上不能再登录、签字。已经签过的仍然有效。",
        "Holds once two officers have signed: no more signing in, no more signing. What was signed stays valid.";
    end_yes = "提请免职", "Propose it";
    renew_title(name: &str) = "给 {name} 换签名钥匙？", "Renew the key of {name}?";
    renew_lead = "手机丢了或换了就要换。两位成员签字后，旧钥匙作废，再打印新的邀请信。",
        "For a lost or new phone. Once two officers have signed, the old key is void and a new letter is printed.";
    renew_yes = "提请换钥匙", "Propose it";
    letter_title(name: &str) = "给 {name} 打印邀请信", "Print the letter for {name}";
    letter_lead = "打印以后，以前的邀请信作废。信上的码只显示这一次，请当面交给本人。",
        "Earlier letters become void. The code is shown this once; hand the letter over in person.";
    letter_yes = "打印", "Print";

    letters_title = "业主邀请信", "Owners' letters";
    letters_lead = "每套房的每位业主一封：信上有二维码和码，和短信验证码一起，才能认证手机。",
        "One for every owner of every unit, with a QR code and a code: with the one sent by text message it enrols a phone.";
    enrolled_title = "认证情况", "Who is enrolled";
    enrolled_line(building: &str, enrolled: u64, owners: u64) = "{building}：{owners} 位业主，{enrolled} 位已认证", "{building}: {enrolled} of {owners} owners enrolled";
    for_building = "哪几栋楼？", "Which buildings?";
    for_whom = "给谁？", "For whom?";
    missing = "还没认证的业主", "Owners who are not enrolled";
    missing_hint = "他们手里以前的信作废", "their earlier letters become void";
    everybody = "全部业主", "Every owner";
    everybody_hint = "全部旧信作废；已认证的手机不受影响", "all earlier letters become void; enrolled phones are not touched";
    paper = "纸张", "Paper";
    a4 = "A4，一页一封", "A4, one letter a page";
    a5 = "A5，一页一封", "A5, one letter a page";
    print = "生成邀请信", "Make the letters";
    no_building = "请至少选一栋楼", "Choose at least one building";
    nobody = "这里没有人需要邀请信。", "Nobody here wants a letter.";
    not_staff = "只有业委会成员和负责这栋楼的工作人员可以打印。", "Only officers, and clerks for their own buildings, print letters.";
    sheets_title(n: usize) = "{n} 封邀请信", n "{n} letter" "{n} letters";
    sheets_lead = "请用浏览器的“打印”打印这一页。关掉以后码不会再显示，只能重新生成。",
        "Print this page with your browser. Once closed, the codes are never shown again; letters can only be made anew.";
    reissue_title(name: &str) = "重新打印 {name} 的邀请信？", "Print the letter of {name} again?";
    reissue_lead = "这位以前的信作废。已认证的手机不受影响。", "This person's earlier letters become void. An enrolled phone is not touched.";

    sheet_head(name: &str) = "{name} 收", "For {name}";
    sheet_staff(role: &str) = "您被任命为：{role}", "You are appointed: {role}";
    sheet_intro = "本小区的业主大会可以用手机表决。请用这封信认证您的手机，大约 2 分钟。",
        "The owners of this estate can vote by phone. Enrol your phone with this letter; it takes about 2 minutes.";
    sheet_1 = "用手机扫这个二维码，或者在浏览器里打开", "Scan this code with your phone, or open in a browser";
    sheet_2 = "输入信上的码", "Type the code of this letter";
    sheet_3 = "再输入发到您手机上的 6 位验证码，就好了。", "Then type the 6 digits that are sent to you. That is all.";
    sheet_qr = "认证用的二维码", "QR code for enrolling";
    sheet_keep = "这封信只给您本人，请不要转给别人，也不要拍照发出去。单凭这封信不能投票。",
        "This letter is for you alone: do not pass it on or send a picture of it. It does not vote by itself.";
    sheet_paper = "不用手机也可以：每套房都可以领纸质票，也可以请工作人员上门。",
        "Without a phone: there is a paper ballot for every home, and we can come to you.";
}
