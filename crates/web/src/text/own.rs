//! What is stored about somebody.

use super::msgs;

msgs! {
    title = "系统里关于我的记录", "What is stored about me";
    lead = "下面是系统里所有和您有关的记录：为什么留、谁能看到、留多久。", "Here is everything that names you: what for, who sees it, and for how long.";
    download = "全部下载（JSON）", "Download all of it (JSON)";
    download_hint = "文件里有您的电话和住址，请不要发给别人。", "The file has your phone number and address in it: please do not pass it on.";
    what = "有哪些，各多少条", "What there is, and how many of each";
    seen_by = "谁能看到：", "Seen by: ";
    kept_for = "留多久：", "Kept: ";
    back = "回到“我的”", "Back to my page";
    not_kept = "没有留的", "What is not kept";
    not_kept_what = "没有密码，没有完整的身份证号，没有位置，没有浏览记录。验证码、登录记录和发出的短信两天后删除。",
        "No password, no whole identity number, no location, no record of what you read. One-time codes, sessions and messages that were sent are deleted after two days.";
    mend = "改正和删除", "Correcting and erasing";
    mend_how = "姓名、电话、房屋或者面积不对的，在下面写，或者带上证件到服务点改：由一个人办、另一个人核对，改完以后您会收到通知。",
        "If your name, number, home or area is wrong, say so below, or come to the service point with a document: one person changes it, another checks it, and you are told.";
    erase_how = "自己写的发言可以随时撤回。不再是业主或者住户的，可以在下面申请删除，或者到服务点要求。每张票的记录里没有姓名和房号，删掉您的资料以后，它仍然可以核对，但认不出是谁投的。",
        "What you said you can withdraw at any time. Who is no longer an owner or resident may ask to be erased, below or at the service point. The record of a ballot has no name and no home in it: once your data is gone it can still be checked, and says nobody's name.";

    who = "我是谁，住哪里", "Who I am and where I live";
    who_why = "算谁是业主、有多少面积，通知到您。", "To know who owns what, and to reach you.";
    who_seen = "您自己、服务点的工作人员、业委会。共有人能看到您的姓名。", "You, the service point and the committee. Co-owners see your name.";
    who_kept = "是业主或者住户的时候一直留，以后可以要求删除。", "While you are an owner or a resident; after that you may ask to be erased.";
    signing_in = "怎么登录", "How I sign in";
    signing_in_why = "只有您能用您的名义登录和投票。", "So that nobody but you signs in and votes in your name.";
    signing_in_seen = "您自己。系统里只有公钥，私钥只在您的手机里。", "You. Only public keys are here; the private ones never leave your phone.";
    signing_in_kept = "登录两天；手机停用以后，留着停用的时间。", "Sessions for two days; of a phone that was ended, when it was.";
    voting = "表决", "Voting";
    voting_why = "证明您在名册上、面积对、票算进去了。", "To prove that you are on the roll with the right area and that your ballot counts.";
    voting_seen = "您自己。有权核对的人可以查一个编号是谁，每次查都留下记录。", "You. Those who may inspect can look up who a number is, and each look leaves a trace.";
    voting_kept = "和这次表决的记录一起留；公开的记录里没有您的姓名和房号。", "As long as the record of the vote; what is public has neither your name nor your home.";
    talking = "说过的、支持过的", "What I said and supported";
    talking_why = "办事、讨论、答复，都要知道是谁提的。", "To handle, discuss and answer what you raised.";
    talking_seen = "发言大家都能看到，登录的邻居能看到姓名；您在观点图上点了什么只有您自己看得到。",
        "What you say is read by all, and neighbours who sign in see your name; how you reacted to statements is seen by you alone.";
    talking_kept = "一直留着，供以后查考；撤回的，正文不再显示。", "For good, so that it can be looked up; what you withdraw is shown no more.";
    meeting = "会议", "Meetings";
    meeting_why = "算到会人数，写会议记录。", "To count who was there and to write the minutes.";
    meeting_seen = "开会的人、记录公布以后的大家。", "Those at the meeting, and everybody once the minutes are published.";
    meeting_kept = "和会议记录一起留。", "As long as the minutes.";
    surveys = "问卷", "Surveys";
    surveys_why = "知道大家要什么，一个人只答一次。", "To learn what people need, once from each.";
    surveys_seen = "整理答案的人只看得到答案，看不到是谁。", "Those who sort the answers see them, and not whose they are.";
    surveys_kept = "整理完以后，答案和您的联系就断开了。", "Once they are sorted, nothing ties them to you.";
    mediation = "调解", "Mediation";
    mediation_why = "调解室里的人要知道谁是谁、谈过什么、签了什么。", "So that those in the room know who is who, what was said and what was signed.";
    mediation_seen = "只有调解室里的人。", "Those in the room alone.";
    mediation_kept = "和调解的案卷一起留。", "As long as the file of the case.";
    office = "职务", "Office";
    office_why = "谁办的事、谁签的字，要查得到。", "So that it can be found who did and signed what.";
    office_seen = "您自己、业委会、监督的人。", "You, the committee and the auditors.";
    office_kept = "一直留着，供以后查考。", "For good, so that it can be looked up.";
    log = "操作记录", "The log of what was done";
    log_why = "每一步都有记录，前后连成一条链，改不了。", "Every step is recorded in one chain that cannot be changed.";
    log_seen = "监督的人。里面没有电话，也没有投了什么。", "The auditors. There is no phone number and no choice in it.";
    log_kept = "一直留着。", "For good.";

    person = "姓名、证件尾号、电话", "Name, last digits of the document, phone";
    staff = "职务上的姓名、电话、任期", "Name, phone and term in office";
    contact = "联系方式", "Ways to reach you";
    ownership = "产权", "Ownership";
    unit = "房屋", "Homes";
    tie = "住户关系", "Residence";
    invitation = "邀请信", "Letters";
    device = "手机", "Phones";
    voting_key = "投票用的公钥", "Public keys for voting";
    session = "登录", "Sessions";
    poll_person = "在哪些表决的名册上", "Rolls you are on";
    poll_unit = "名册上的房屋（含证明用的随机数）", "Homes on the rolls, with the random numbers that prove them";
    paper_form = "纸质选票", "Paper forms";
    written_proxy = "书面委托", "Proxies on paper";
    delegate = "公司的代表", "Delegates of companies";
    outside_agent = "您登记的业主以外的代理人", "Agents outside the owners whom you entered";
    delivery_holder = "表决材料的送达记录", "Deliveries of papers to you";
    delivery = "您登记的送达", "Deliveries that you noted";
    evidence = "发放投票资格的凭据", "Evidence for credentials";
    matter = "事项", "Matters";
    submitter = "提出或者附议的事项", "Matters raised or joined";
    step = "办理的步骤", "Steps taken";
    remark = "发言", "Comments";
    statement = "观点", "Statements";
    reaction = "对观点的表态", "Reactions to statements";
    motion = "议案", "Motions";
    motion_version = "议案的文本", "Versions of motions";
    amendment = "修改意见", "Amendments";
    support = "附议的议案", "Motions supported";
    objection = "异议", "Objections";
    attachment = "上传的照片和文件（不含内容）", "Photos and files sent, without their content";
    news = "收到的消息", "News received";
    body_seat = "在议事会里的席位", "Seats in bodies";
    meeting_row = "召集的会议", "Meetings called";
    agenda_item = "提的议题", "Items proposed";
    attendance = "签到", "Attendance";
    speech = "发言排队", "Speaking list";
    minutes = "有您在内的会议记录", "Minutes that name you";
    minutes_note = "对会议记录的意见", "Notes on minutes";
    survey = "写的问卷", "Surveys written";
    survey_voice = "答过的问卷", "Surveys answered";
    survey_response = "答案", "Answers";
    mediation_case = "申请过、参加过的调解", "Mediations asked for or taken part in";
    mediation_party = "作为当事人", "As a party";
    mediation_barred = "不再能看的调解", "Mediations no longer open to you";
    mediation_message = "在调解室里写的", "Written in a room";
    mediation_signature = "签过的调解协议", "Agreements signed";
    post = "职务和任期", "Posts";
    act = "提请签字的事", "Acts put up";
    act_signature = "签过的字", "Signatures";
    poll = "拟的表决", "Polls drafted";
    paper_entry = "录入的纸质选票（不含内容）", "Papers entered, without what they say";
    paper_scan = "扫描的纸质选票（不含内容）", "Papers scanned, without the scans";
    notice = "写的公告", "Notices written";
    notice_board = "贴的公告", "Notices hung";
    task = "督办", "Tasks";
    event = "操作", "Steps in the log";
}
