//! Assisted voting: the clerk's pages, and the tablet's.

use super::msgs;

msgs! {
    title = "现场协助投票", "Assisted voting";
    lead = "给不用手机的业主：本人在服务点的平板上自己选，两位见证人在场。工作人员不替人选，也不看屏幕。",
        "For owners without a phone: they choose for themselves on the tablet of the service point, with two witnesses present. Staff choose for nobody and do not look at the screen.";
    home = "房号", "Home";
    home_hint = "比如“3-2-501”。", "Such as “3-2-501”.";
    find = "找业主", "Find the owner";
    who = "谁来投票", "Who votes";
    has_left = "（已取消资格）", "(not entitled)";
    identity = "怎样核对的身份", "How you know who it is";
    document = "看了身份证或者带照片的证件", "By an identity card or another document with a picture";
    letter = "带来了邀请信，姓名对得上", "By the invitation letter with the name on it";
    known = "两位见证人都认识本人", "Both witnesses know the person";
    witness_1 = "见证人一", "First witness";
    witness_2 = "见证人二", "Second witness";
    witness_hint = "写姓名。至少一位不是您自己，也不能是投票的人。姓名不进公开记录。", "By name. At least one is not yourself, and neither is the voter. Names do not enter the public record.";
    before = "请先告诉本人", "Tell the person first";
    before_phone = "本人手机在这次表决里的投票资格，投出这张票的时候停用。以后还想用手机投的，用邀请信和验证码重新认证一次。",
        "The moment the ballot is cast, the person's phone can vote in this poll no more. Whoever wants to use a phone afterwards enrols again with the letter and a code.";
    before_told = "本人和所有共有人都会收到通知。", "The person and all co-owners are told.";
    before_again = "以前投过的票还在记录里，按议事规则算，一般是最后一次算数。", "Ballots cast before stay in the record; the rule decides, and usually the last one counts.";
    open = "开始，给出平板用的码", "Begin, and show the code for the tablet";
    list = "最近的协助投票", "The latest sittings";
    none = "还没有协助投票。", "There was none yet.";
    state = "状态", "Status";
    waiting = "等平板输入码", "waiting for the tablet";
    on_tablet = "本人正在平板上选", "on the tablet";
    voted = "已投出", "voted";
    over = "没有投，已经结束", "ended without a ballot";
    opened_at = "开始", "Begun";
    until = "到期", "Ends";
    ended = "结束", "Ended";

    code_title = "请在平板上打开", "Open this on the tablet";
    code_how(address: &str) = "用平板扫二维码，或者打开 {address}，输入下面的码。一个码只能用一次，15 分钟内有效。", "Scan this with the tablet, or open {address} and type the code. It opens once, within 15 minutes.";
    code_own = "请用没有人认证过的平板，不要用您自己的设备：本人坐下以后，只能看到这一张票。", "Use a tablet that nobody has enrolled, not your own device: the person there sees this ballot and nothing else.";
    qr_label = "打开这张票的二维码", "Code that opens the ballot";
    to_sitting = "看进行到哪里", "See how far it is";
    reload = "刷新", "Refresh";
    end = "结束，不投了", "End it without a ballot";
    slip = "见证单", "Slip for the witnesses";
    slip_says = "上面这位业主在两位见证人面前，自己在平板上选择并投出了选票。选了什么，见证人和工作人员都没有看到，这张单上也没有。",
        "The owner named above chose and cast the ballot on the tablet in the presence of two witnesses. What was chosen neither they nor the staff have seen, and this slip does not say it.";
    slip_print = "用浏览器的打印功能打印，由本人和两位见证人签名。", "Print this page from the browser; the person and both witnesses sign it.";
    poll = "表决", "Poll";
    homes = "房屋", "Homes";
    voter = "业主", "Owner";
    voted_at = "投出时间", "Cast";
    check_code = "查票码", "Check code";
    sign_voter = "业主签名", "Signature of the owner";
    sign_witness(name: &str) = "见证人 {name} 签名", "Signature of the witness {name}";
    sign_clerk = "工作人员签名", "Signature of the clerk";

    tablet = "现场投票", "Voting at the service point";
    tablet_lead = "请工作人员输入码。", "The clerk types the code here.";
    tablet_code = "码", "Code";
    tablet_hint = "十二位字母和数字。", "Twelve letters and digits.";
    tablet_open = "打开选票", "Open the ballot";
    sits(name: &str, until: &str) = "{name}，请您自己选，不要让别人替您点。{until} 以前有效。", "{name}, please choose for yourself and let nobody do it for you. This is open until {until}.";
    phone_ends = "您投出以后，您的手机不能再投这次表决。想再用手机的，用邀请信和验证码重新认证。", "Once you have cast it your phone can vote in this poll no more. To use it again, enrol anew with your letter and a code.";
    not_here = "这台设备有人认证过，不能用来现场投票。请换一台没有认证过的，或者用浏览器的无痕窗口。", "Somebody has enrolled this device: it cannot be used for this. Take one that nobody enrolled, or a private window.";
    done = "请找工作人员打印见证单，上面有查票码。这台平板不留您的票和钥匙。", "Ask the clerk for the slip with your check code. This tablet keeps neither your ballot nor its key.";
    finish = "完成", "Done";
    leave = "不投了，离开", "Leave without voting";
    left = "已经结束。没有投的，以前的投票方式不变。", "It has ended. Whoever has not voted can vote as before.";

    e_witnesses = "请写两位不同的见证人，都不能是投票的人，每人最多 40 字。", "Name two different witnesses, neither of them the voter, in at most 40 characters each.";
    e_home = "这次表决的名册上没有这个房号，或者不归您这里办。请再看一下。", "No such home is on the roll of this poll, or you do not serve it. Please look again.";
    e_person = "请选投票的人。", "Choose who votes.";
    e_identity = "请选怎样核对的身份。", "Choose how you know who it is.";
    e_not_clerk = "只有负责这栋楼、任期内的工作人员可以办理。", "Only a clerk in office who serves this building may do this.";
    e_not_open = "投票还没有开始。", "Voting has not begun.";
    e_closed = "投票已经截止。", "Voting has ended.";
    e_elsewhere = "按当地规定，这里不能在网上投票，请用纸质票。", "By the law of this place nobody votes online here: please use paper.";
    e_barred = "这位业主在这次表决里没有投票资格。", "This person is not entitled to vote in this poll.";
    e_running = "这位业主已经在一台平板上，请先投完，或者由工作人员结束那一次。", "This person sits at a tablet already: finish there, or end that sitting first.";
    e_over = "这个码不对、用过了或者过期了。请工作人员重新开始。", "This code is wrong, used or too old. The clerk can begin anew.";
    e_none = "没有这一次协助投票。", "There is no such sitting.";
    e_key = "这个浏览器做的钥匙不能用，请换一台平板。", "The key that this browser made cannot be used; please take another tablet.";
    e_busy = "记录暂时写不进去，请再试一次。", "The record takes nothing at the moment; please try again.";
    refused_over = "时间到了，或者已经结束。这张票没有收下，请工作人员重新开始。", "Time is up, or it was ended. The ballot was not taken; the clerk can begin anew.";
}
